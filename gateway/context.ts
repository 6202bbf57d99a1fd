import type { CallOptions, Headers, UpstreamRequest, Wire } from './upstreams/upstream.ts';

/** What one operation of one client carries from the front to every backend call. Holds no schema and no plan. */
export interface RequestContext {
  readonly requestId: string;
  /** Aborted when the client is gone or the operation's deadline has passed; `reason` is a `SluiceError`. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds: the operation's deadline. */
  readonly deadlineAt: number;
  /** The client's headers, lower case. */
  readonly headers: Headers;
  /** Who asks, as a stable string, part of every shared key; `''` = anonymous. */
  readonly identity: string;
  /** One loader per target (a connector, compiled once), for the life of this operation. */
  readonly loaders: Map<object, unknown>;
  /** What the operation cost behind the gateway, for metrics and tests. */
  readonly tally: CallTally;
  /** Told when an answer of a backend is there: from the first one on, the operation has a past of its own. */
  readonly onAnswer?: () => void;
}

/** Counts what may have changed something: nobody shares an answer with somebody who asked before a change. */
export interface Changes {
  count: number;
}

export interface CallTally {
  /** Backend calls that were sent. */
  backendCalls: number;
  /** Keys that loaders were asked for, and how many of them were known already. */
  keysAsked: number;
  keysDeduplicated: number;
}

/** A backend call on its way through the outbound policies. */
export interface OutboundCall {
  /** Name and wire of the upstream. */
  readonly upstream: string;
  readonly wire: Wire;
  /** The subgraph on whose behalf the call is made. */
  readonly subgraph: string;
  readonly request: UpstreamRequest;
  readonly options: CallOptions;
}

/** How the graph without a variant is called where variants are told apart. */
export const MAIN_GRAPH = 'main';
