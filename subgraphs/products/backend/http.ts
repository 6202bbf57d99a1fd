import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallCounters, Listening } from './counters.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** A client that sends more than the limit is still listened to this far, so that it reads our answer. */
const MAX_DISCARDED_BYTES = 16 * MAX_BODY_BYTES;
const MAX_DELAY_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** What a fault says about one part of the request. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** A request that is answered with an error; the service decides how it looks on the wire. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    details: {
      readonly fields?: readonly FieldProblem[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = details.fields ?? [];
    this.headers = details.headers ?? {};
  }
}

/** What is known of a request before its body was read. */
export interface RequestHead {
  /** Values of the `{…}` segments, percent-decoded, in order. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface RouteRequest extends RequestHead {
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Route {
  /** Method and path, e.g. `GET /orders/{id}`: the name under which calls are counted. */
  readonly name: string;
  /** How many keys the request asks for; left out = the route takes none. */
  keys?(request: RequestHead): number;
  handle(request: RouteRequest): Answer;
}

export interface ServiceOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  readonly routes: readonly Route[];
  readonly counters: CallCounters;
  renderFault(fault: HttpFault, request: RequestHead): Answer;
}

interface CompiledRoute {
  readonly route: Route;
  readonly method: string;
  readonly pattern: RegExp;
}

/** Serves the routes over HTTP/1.1: HEAD, 404, 405, 413, the header `x-delay-ms` and gone clients included. */
export async function startService(options: ServiceOptions): Promise<Listening> {
  const routes = options.routes.map(compileRoute);
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    serve(request, response, routes, options).catch((error: unknown) => {
      // Only a failing socket or a failing fault writer comes here: there is nobody left to answer.
      console.error(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function compileRoute(route: Route): CompiledRoute {
  const [method = '', path = ''] = route.name.split(' ');
  // The paths are our own, letters and slashes: nothing in them means something else to a pattern.
  const source = path.replaceAll(/\{\w+\}/g, '([^/]+)');
  return { route, method, pattern: new RegExp(`^${source}$`) };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  routes: readonly CompiledRoute[],
  options: ServiceOptions,
): Promise<void> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  let head: RequestHead = {
    params: [],
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    headers: request.headers,
  };
  try {
    const { route, params } = findRoute(routes, request.method ?? 'GET', path);
    head = { ...head, params };
    options.counters.call(route.name, route.keys?.(head));
    const body = await readBody(request, response);
    const stayed = await pause(Number(request.headers['x-delay-ms'] ?? 0), response);
    if (!stayed || body === undefined) {
      options.counters.cancelled(route.name);
      return;
    }
    send(response, route.handle({ ...head, body }));
  } catch (error) {
    request.resume();
    send(response, options.renderFault(toFault(error), head));
  }
}

function findRoute(
  routes: readonly CompiledRoute[],
  method: string,
  path: string,
): { route: Route; params: string[] } {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const allowed: string[] = [];
  for (const candidate of routes) {
    const match = candidate.pattern.exec(path);
    if (match === null) continue;
    if (candidate.method === wanted) return { route: candidate.route, params: match.slice(1).map(decode) };
    allowed.push(...(candidate.method === 'GET' ? ['GET', 'HEAD'] : [candidate.method]));
  }
  if (allowed.length === 0) throw new HttpFault(404, 'ROUTE_NOT_FOUND', `There is nothing at ${path}.`);
  const allow = allowed.join(', ');
  throw new HttpFault(405, 'METHOD_NOT_ALLOWED', `${path} does not know ${method}; it knows ${allow}.`, {
    headers: { allow },
  });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new HttpFault(400, 'INVALID_PATH', `The path segment ${segment} is not percent-encoded UTF-8.`);
  }
}

/** The whole body, or undefined if the client left before its end. */
async function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') {
    request.resume();
    return EMPTY;
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else if (sizeBytes > MAX_DISCARDED_BYTES) response.destroy();
    }
  } catch {
    return undefined;
  }
  if (sizeBytes > MAX_BODY_BYTES) {
    throw new HttpFault(413, 'BODY_TOO_LARGE', `A body may have ${MAX_BODY_BYTES} bytes at most.`);
  }
  return Buffer.concat(chunks, sizeBytes);
}

const EMPTY = Buffer.alloc(0);

/** Waits as long as the request asked for; false if the client left meanwhile. */
function pause(askedMs: number, response: ServerResponse): boolean | Promise<boolean> {
  if (response.destroyed) return false;
  if (!(askedMs > 0)) return true;
  return new Promise((resolve) => {
    const left = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(
      () => {
        response.off('close', left);
        resolve(true);
      },
      Math.min(askedMs, MAX_DELAY_MS),
    );
    response.once('close', left);
  });
}

function toFault(error: unknown): HttpFault {
  if (error instanceof HttpFault) return error;
  console.error(error);
  return new HttpFault(500, 'INTERNAL_ERROR', 'Something failed inside the service; its log says what.');
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
  response.end(answer.body);
}
