import type { GraphQLDataSource } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { UpstreamError } from '../errors.ts';
import { createHttpClient, type HttpResponse } from '../upstreams/http/client.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type Response = Awaited<ReturnType<GraphQLDataSource['process']>>;

export interface HttpDataSource extends GraphQLDataSource {
  /** Waits for the requests under way. */
  close(): Promise<void>;
}

const MAX_RESPONSE_BYTES = 100 * 1024 * 1024;
/** A gateway behind Apollo Server knows no deadline; as with `RemoteGraphQLDataSource`, nothing but the connecting is timed. */
const NO_LIMIT = { signal: new AbortController().signal, deadlineAt: Number.MAX_SAFE_INTEGER };

/**
 * GraphQL over HTTP POST, the data source of a gateway without `buildService`: what Apollo's
 * `RemoteGraphQLDataSource` does without hooks, through this project's own client. Its errors name
 * the subgraph and never the address.
 * @throws TypeError if `url` is not an http: or https: URL without credentials
 */
export function createHttpDataSource(name: string, url: string): HttpDataSource {
  const endpoint = URL.parse(url);
  if (endpoint === null) throw new TypeError(`The subgraph "${name}" has no usable URL: "${url}".`);
  const path = endpoint.pathname + endpoint.search;
  endpoint.pathname = '/';
  endpoint.search = '';
  const client = createHttpClient({ name, baseUrl: endpoint.href, maxResponseBytes: MAX_RESPONSE_BYTES });

  async function process(options: ProcessOptions): Promise<Response> {
    const { http, ...request } = options.request;
    const headers: Record<string, string> = { accept: 'application/json' };
    for (const [header, value] of http?.headers ?? []) headers[header.toLowerCase()] = value;
    headers['content-type'] = 'application/json';
    let response: HttpResponse;
    try {
      response = await client.send(
        { method: 'POST', path, headers, body: JSON.stringify(request) },
        { ...NO_LIMIT, headers: {} },
      );
    } catch (error) {
      throw unreachable(UpstreamError.fromUnknown(error, name));
    }
    const body = bodyOf(response);
    if (response.status < 200 || response.status > 299) throw statusError(name, response.status, body);
    if (typeof body !== 'object' || body === null) {
      throw badAnswer(`The subgraph "${name}" answered with something else than a JSON object.`, name);
    }
    if ('incomingRequestContext' in options)
      restrictCaching(options.incomingRequestContext.overallCachePolicy, response.headers['cache-control']);
    return body;
  }

  return { process, close: () => client.close() };
}

/** Plain text if it is not JSON. */
function bodyOf({ headers, body }: HttpResponse): unknown {
  const text = body.toString('utf8');
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('application/json') && !type.startsWith('application/graphql-response+json'))
    return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unreachable(error: UpstreamError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, ...error.extensions },
  });
}

function badAnswer(message: string, service: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UPSTREAM_BAD_RESPONSE', service } });
}

const CODES: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN' };

function statusError(service: string, status: number, body: unknown): GraphQLError {
  return new GraphQLError(`The subgraph "${service}" answered with HTTP status ${status}.`, {
    extensions: { code: CODES[status] ?? 'UPSTREAM_ERROR', service, response: { status, body } },
  });
}

/** The answer as a whole may be cached no longer than each of its parts: a part that says nothing, not at all. */
function restrictCaching(policy: unknown, cacheControl: string | undefined): void {
  if (typeof policy !== 'object' || policy === null || !('restrict' in policy)) return;
  const restrict = policy.restrict as (hint: { maxAge: number; scope?: 'PRIVATE' | 'PUBLIC' }) => void;
  const said = cacheControl ?? '';
  const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d+)/i.exec(said)?.[1];
  const scope = /(?:^|[\s,])(public|private)(?:$|[\s,])/i.exec(said)?.[1]?.toUpperCase();
  restrict.call(policy, {
    maxAge: maxAge === undefined ? 0 : Number(maxAge),
    ...(scope === 'PRIVATE' || scope === 'PUBLIC' ? { scope } : {}),
  });
}
