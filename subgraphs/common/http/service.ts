import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallCounters } from '../counters.ts';
import { listen } from '../listening.ts';
import type { Listening } from '../listening.ts';
import { readBody } from './body.ts';
import { pause } from './delay.ts';
import { HttpFault } from './fault.ts';
import type { Answer, RequestHead, Route } from './route.ts';
import { compileRoute, findRoute } from './routing.ts';
import type { CompiledRoute } from './routing.ts';

const KEEP_ALIVE_TIMEOUT_MS = 65_000;

export interface ServiceOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  readonly routes: readonly Route[];
  readonly counters: CallCounters;
  renderFault(fault: HttpFault, request: RequestHead): Answer;
}

/** Serves the routes over HTTP/1.1: HEAD, 404, 405, 413, the header `x-delay-ms` and gone clients included. */
export function startService(options: ServiceOptions): Promise<Listening> {
  const routes = options.routes.map(compileRoute);
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    serve(request, response, routes, options).catch((error: unknown) => {
      // Only a failing socket or a failing fault writer comes here: there is nobody left to answer.
      console.error(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  return listen(server, options);
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

function toFault(error: unknown): HttpFault {
  if (error instanceof HttpFault) return error;
  console.error(error);
  return new HttpFault(500, 'INTERNAL_ERROR', 'Something failed inside the service; its log says what.');
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
  response.end(answer.body);
}
