import { Pool } from 'undici';
import type { CallOptions, Headers } from '../upstream.ts';
import { decompress } from './decompress.ts';
import { Exchange } from './exchange.ts';
import { aborted, timedOut } from './failure.ts';
import { requestHeaders } from './headers.ts';
import { checkPath } from './path.ts';

export interface TlsOptions {
  /** PEM. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the certificate must carry, if it is not the host of the base URL. */
  readonly serverName?: string;
  /** Default `true`. */
  readonly rejectUnauthorized?: boolean;
}

export interface HttpClientOptions {
  /** The upstream's name, for messages. */
  readonly name: string;
  /** `http:` or `https:`, without credentials, query or fragment; its path is put before every request's path. */
  readonly baseUrl: string;
  /** Limit of an answer's body, before and after decompression. Default 10 MiB. */
  readonly maxResponseBytes?: number;
  /** Connections to the backend at most. Default 128; calls beyond wait for a free one. */
  readonly connections?: number;
  /** How long an idle connection stays open. Default 4,000. */
  readonly keepAliveTimeoutMs?: number;
  readonly tls?: TlsOptions;
}

export interface HttpRequest {
  readonly method: 'GET' | 'QUERY' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, percent-encoded, below the base URL; starts with one `/`. */
  readonly path: string;
  /** Lower case; stronger than the headers of the call. */
  readonly headers?: Headers;
  readonly body?: string | Buffer | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Decompressed. */
  readonly body: Buffer;
}

export interface HttpClient {
  /** One exchange, whatever its status; redirects are not followed. Throws only `UpstreamError`. */
  send(request: HttpRequest, options: CallOptions): Promise<HttpResponse>;
  /** Waits for the calls under way, then ends all connections. Later calls fail. */
  close(): Promise<void>;
}

const DEFAULT_MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
const DEFAULT_CONNECTIONS = 128;
const DEFAULT_KEEP_ALIVE_TIMEOUT_MS = 4_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** The HTTP client of one backend, with its own pool of HTTP/1.1 connections. Throws `TypeError` for a wrong base URL. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { name, maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES } = options;
  const base = parseBaseUrl(options.baseUrl, name);
  const prefix = base.pathname.replace(/\/+$/, '');
  const pool = new Pool(base.origin, {
    connections: options.connections ?? DEFAULT_CONNECTIONS,
    keepAliveTimeout: options.keepAliveTimeoutMs ?? DEFAULT_KEEP_ALIVE_TIMEOUT_MS,
    allowH2: false,
    // The deadline of the call is the only limit of time; undici's own timers are coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    connect: tlsConnect(options.tls),
  });

  async function send(request: HttpRequest, call: CallOptions): Promise<HttpResponse> {
    checkPath(request.path, name);
    if (call.signal.aborted) throw aborted(name, call.signal.reason);
    if (call.deadlineAt <= Date.now()) throw timedOut(name);
    const exchange = new Exchange(name, maxResponseBytes, call);
    pool.dispatch(
      {
        method: request.method,
        path: prefix + request.path,
        headers: requestHeaders(call.headers, request.headers),
        body: request.body ?? null,
      },
      exchange,
    );
    const answer = await exchange.answer;
    const encoding = answer.headers['content-encoding'];
    if (encoding === undefined) return answer;
    const body = await decompress(answer.body, encoding, maxResponseBytes, name);
    return { status: answer.status, headers: answer.headers, body };
  }

  let closed: Promise<void> | undefined;
  return { send, close: () => (closed ??= pool.close()) };
}

function parseBaseUrl(baseUrl: string, name: string): URL {
  const url = URL.parse(baseUrl);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError(`The base URL of the upstream "${name}" is not an http: or https: URL: ${baseUrl}`);
  }
  for (const part of ['username', 'password', 'search', 'hash'] as const) {
    if (url[part] !== '')
      throw new TypeError(`The base URL of the upstream "${name}" must not have a ${part}.`);
  }
  return url;
}

function tlsConnect(tls: TlsOptions | undefined): Record<string, unknown> {
  if (tls === undefined) return {};
  const { serverName, ...rest } = tls;
  return serverName === undefined ? rest : { ...rest, servername: serverName };
}
