import type { DocumentNode, OperationTypeNode } from 'graphql';
import type {
  Executable,
  ExecutionResult,
  IncrementalOptions,
  IncrementalResult,
} from '../compile/executable.ts';
import type { CallTally, OutboundCall, RequestContext } from '../context.ts';
import type { ErrorCode } from '../errors.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { UpstreamResponse } from '../upstreams/upstream.ts';
import type { Policy } from './policy.ts';

/** What the inbound policies learn about one HTTP request, each filling in its part. */
export interface InboundContext {
  requestId: string;
  /** Aborted when the client is gone or the deadline has passed; `reason` is a `SluiceError`. */
  signal: AbortSignal;
  /** Epoch milliseconds. Whoever sets it to `Infinity` takes the deadline away: a subscription lasts as long as its client. */
  deadlineAt: number;
  /** Who asks; `''` = anonymous. */
  identity: string;
  /** What the front found out, for log and metrics. */
  operationType: OperationTypeNode | undefined;
  operationName: string | undefined;
  outcome: 'ok' | ErrorCode;
  /** Of the graph; undefined = the main graph. */
  variant: string | undefined;
  readonly tally: CallTally;
}

export function createInboundContext(request: HttpRequest): InboundContext {
  return {
    requestId: '',
    signal: request.signal,
    deadlineAt: Number.POSITIVE_INFINITY,
    identity: '',
    operationType: undefined,
    operationName: undefined,
    outcome: 'ok',
    variant: undefined,
    tally: { backendCalls: 0, keysAsked: 0, keysDeduplicated: 0 },
  };
}

/** An operation that is compiled and about to run. */
export interface OperationInput {
  readonly executable: Executable;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** SHA-256 of the document's text, in hex. */
  readonly documentHash: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** For a client that reads an answer in parts; absent = it comes in one piece. */
  readonly inParts?: InParts;
}

export interface InParts extends IncrementalOptions {
  /** Told of an answer that has further parts, before its initial result is given. */
  begin(parts: IncrementalResult): void;
}

/** Per HTTP request. */
export type InboundPolicy = Policy<HttpRequest, InboundContext, HttpResponse>;
/** Per GraphQL operation. */
export type OperationPolicy = Policy<OperationInput, RequestContext, ExecutionResult>;
/** Per backend call. */
export type OutboundPolicy = Policy<OutboundCall, RequestContext, UpstreamResponse>;
