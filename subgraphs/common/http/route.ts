import type { IncomingHttpHeaders } from 'node:http';

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
