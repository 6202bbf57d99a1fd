import type { OutboundCall, RequestContext } from '../../gateway/context.ts';
import type { HttpRequest, HttpResponse } from '../../gateway/http/message.ts';
import type { UpstreamResponse } from '../../gateway/upstreams/upstream.ts';

/** A request that came from nowhere, for policies that look at one or two of its parts. */
export function requestOf(parts: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'POST',
    path: '/graphql',
    query: '',
    headers: {},
    remoteAddress: '127.0.0.1',
    signal: new AbortController().signal,
    readBody: () => Promise.resolve(Buffer.alloc(0)),
    ...parts,
  };
}

export const okResponse = (): HttpResponse => ({ status: 200, headers: {}, body: 'ok' });

export function contextOf(parts: Partial<RequestContext> = {}): RequestContext {
  return {
    requestId: 'r-1',
    signal: new AbortController().signal,
    deadlineAt: Number.POSITIVE_INFINITY,
    headers: {},
    identity: '',
    loaders: new Map(),
    tally: { backendCalls: 0, keysAsked: 0, keysDeduplicated: 0 },
    ...parts,
  };
}

export function callOf(options: Partial<OutboundCall['options']> = {}): OutboundCall {
  return {
    upstream: 'users',
    wire: 'grpc',
    subgraph: 'people',
    request: { operation: 'users.v1.UserService/GetUser', input: {}, idempotent: true },
    options: {
      signal: new AbortController().signal,
      headers: {},
      deadlineAt: Number.POSITIVE_INFINITY,
      ...options,
    },
  };
}

export const upstreamResponse: UpstreamResponse = { data: { id: '1' }, status: 0, headers: {} };
