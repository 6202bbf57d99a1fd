import type { OutboundCall, RequestContext } from '../context.ts';
import type { UpstreamResponse, Wire } from '../upstreams/upstream.ts';
import type { BatchMethod } from '../upstreams/grpc/batch-method.ts';
import type { ProtoMethod, ProtoService } from '../upstreams/grpc/types.ts';

/** What a connector subgraph needs from the house; provided once per snapshot. */
export interface ConnectorServices {
  /** A backend call through the outbound policies. Rejects with `UpstreamError`. */
  call(call: OutboundCall, context: RequestContext): Promise<UpstreamResponse>;
  stream(call: OutboundCall, context: RequestContext): BackendStream;
  /** The wire of an upstream, and for gRPC what its protos say; undefined = there is no such upstream. */
  upstream(name: string): UpstreamFacts | undefined;
  readonly upstreamNames: readonly string[];
  /** `$config` for connectors of a `@source`, by upstream name. */
  config(upstream: string): Readonly<Record<string, unknown>>;
  /** A batch went out: for metrics. */
  onBatch?(batch: { subgraph: string; operation: string; keys: number; duplicates: number }): void;
  /** Something odd that no client has to know of. */
  onWarning?(message: string): void;
}

/** A call that is answered by a stream, ready to be made. */
export interface BackendStream {
  /** Plain data: what is asked of whom, in which words, and how answers are decoded. Equal = the same in effect. */
  readonly identity: () => unknown;
  /** The call is made with the first `next()`. Rejects with `UpstreamError`. */
  readonly open: (signal: AbortSignal) => AsyncIterator<UpstreamResponse, unknown, undefined>;
}

export interface UpstreamFacts {
  readonly wire: Wire;
  readonly maxBatchSize?: number | undefined;
  /** Zone of times that say none, `Z` or `+01:00`; without it such a time is no DateTime. */
  readonly timeZone?: string | undefined;
  readonly protos?: ProtoFacts | undefined;
}

/** What connectors ask of a `ProtoRegistry`. */
export interface ProtoFacts {
  method(fullName: string): ProtoMethod | undefined;
  services(): readonly ProtoService[];
  findBatchMethod(method: ProtoMethod): BatchMethod | undefined;
}

/** One fetch while it runs. */
export interface Run {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
}
