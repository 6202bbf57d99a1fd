import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { RequestContext } from '../context.ts';
import type { Plan } from './plan.ts';
import type { Variables } from './variables.ts';

/** An answer after section 7 of the GraphQL specification, as plain data. */
export interface ExecutionResult {
  data?: Record<string, unknown> | null;
  errors?: GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

/** A deferred fragment of one object, or the rest of one list, that the client will get. */
export interface PendingPart {
  readonly id: string;
  /** Where its data belongs: the object, or the list. */
  readonly path: readonly (string | number)[];
  readonly label?: string;
  /** Only of a list: how many items it has so far. */
  readonly itemsFrom?: number;
}

/** Fields or items of a pending part. */
export interface PartData {
  readonly id: string;
  /** From the part's path to the object that `data` is of; absent = the part's own. */
  readonly subPath?: readonly (string | number)[];
  readonly data?: Readonly<Record<string, unknown>>;
  /** The next items of the list. */
  readonly items?: readonly unknown[];
  readonly errors?: readonly GraphQLFormattedError[];
}

/** What comes after the initial result, in the terms of the incremental delivery proposal (graphql-spec #1110). */
export interface SubsequentResult {
  readonly pending?: readonly PendingPart[];
  readonly incremental?: readonly PartData[];
  /** With errors: the part has failed, and has no data. */
  readonly completed?: readonly { readonly id: string; readonly errors?: readonly GraphQLFormattedError[] }[];
  readonly hasNext: boolean;
}

/** An answer in parts. */
export interface IncrementalResult {
  readonly initial: ExecutionResult;
  readonly pending: readonly PendingPart[];
  /** Whoever stops reading it ends what is still under way. */
  readonly subsequent: AsyncGenerator<SubsequentResult, void, undefined>;
}

export interface IncrementalOptions {
  /** Whether a deferred fragment comes with all of its fields, also those that were told before it (default: each field comes once). */
  readonly repeats?: boolean;
}

/** An operation with `@defer` or `@stream`, as it is answered in parts. */
export interface IncrementalExecutable {
  /** The plan for these variables; `undefined` = nothing is deferred with them, or they are not valid. */
  plan(rawVariables: Variables | null | undefined): Plan | undefined;
  /** Like `run`; a single result if nothing is left for later. */
  run(
    rawVariables: Variables | null | undefined,
    context: RequestContext,
    options?: IncrementalOptions,
  ): Promise<ExecutionResult | IncrementalResult>;
}

/** A subscription of one client as one graph answers it: it knows its variables and its context. */
export interface BoundSubscription {
  /**
   * Plain data that says which call brings the events. Where two are deeply equal, each can answer the other's events.
   */
  source(): unknown;
  /** Makes that call with the first `next()`. Whoever stops reading says `return()`, and aborts the signal. */
  open(signal: AbortSignal): AsyncIterator<unknown, unknown, undefined>;
  /** The result for one event. Rejects if the event cannot be read, which ends the subscription. */
  answer(event: unknown): Promise<ExecutionResult>;
  /** The last result of a source that has failed. */
  failed(error: unknown): ExecutionResult;
}

/** A subscription that cannot begin: its variables do not fit, or its call cannot be written. */
export interface RefusedSubscription {
  readonly refused: ExecutionResult;
}

/** An operation that is ready to run, any number of times at once. Holds no request data. */
export interface Executable {
  readonly kind: OperationTypeNode;
  readonly plan: Plan;
  /** Never rejects: whatever fails is an entry of `errors`. */
  run(rawVariables: Variables | null | undefined, context: RequestContext): Promise<ExecutionResult>;
  /** Absent = the operation defers and streams nothing. */
  readonly incremental?: IncrementalExecutable;
  /** Absent = it is a query or a mutation. Throws nothing. */
  bind?(
    rawVariables: Variables | null | undefined,
    context: RequestContext,
  ): BoundSubscription | RefusedSubscription;
}
