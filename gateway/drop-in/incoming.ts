import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import type { RequestContext } from '../context.ts';
import type { ToldError } from './downstream-error.ts';

/** What Apollo Server asks of a gateway. */
export type ApolloGatewayInterface = NonNullable<ApolloServerOptionsWithGateway<BaseContext>['gateway']>;
export type GatewayExecutor = NonNullable<Awaited<ReturnType<ApolloGatewayInterface['load']>>['executor']>;
/** Apollo Server's request context in the form that data sources know. */
export type IncomingRequest = Parameters<GatewayExecutor>[0];
export type GatewayResult = Awaited<ReturnType<GatewayExecutor>>;

/** A request's context with what data sources want of it. */
export interface IncomingContext extends RequestContext {
  readonly incoming: IncomingRequest;
  /** Every error that a subgraph told, so that none is lost when null propagates over its place. */
  readonly told: ToldError[];
}

/** Apollo Server tells a gateway neither a deadline nor that the client is gone. */
const NEVER_ABORTED = new AbortController().signal;
let requests = 0;

export function contextOf(incoming: IncomingRequest): IncomingContext {
  requests += 1;
  const requestId = String(requests);
  return {
    incoming,
    told: [],
    requestId,
    signal: NEVER_ABORTED,
    deadlineAt: Number.MAX_SAFE_INTEGER,
    headers: {},
    // What tells two clients apart is known to the data sources only, so that nothing is shared between requests.
    identity: requestId,
    loaders: new Map(),
    tally: { backendCalls: 0, keysAsked: 0, keysDeduplicated: 0 },
  };
}
