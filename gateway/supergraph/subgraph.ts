import type { DocumentNode, OperationTypeNode } from 'graphql';
import type { RequestContext } from '../context.ts';
import type { FieldFault, SluiceError } from '../errors.ts';

/** One request of a plan to one subgraph. Immutable, made once per operation. */
export interface FetchDescription {
  readonly subgraph: string;
  readonly kind: OperationTypeNode;
  /** The operation to send, minified; for an entity fetch its only root field is `_entities(representations: $representations)`. */
  readonly operation: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** The variables that the operation uses, without `representations`. */
  readonly variableNames: readonly string[];
  /** Those of them that are no client's: their values may differ from one use of the fetch to the next. */
  readonly contextVariables?: readonly string[];
  /** Whether it is an `_entities` fetch. */
  readonly entities: boolean;
}

/** An entity as another subgraph knows it: `__typename`, key fields, required fields. */
export type Representation = { readonly __typename: string } & Readonly<Record<string, unknown>>;

export interface FetchInput {
  /** Coerced values of the client's variables, and of the fetch's own; those the client left out and that have no default are absent. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** For an entity fetch: deduplicated, in the order of the answer wanted. */
  readonly representations?: readonly Representation[];
  /** How many more objects of the query are one of these entities, and needed no representation of their own. */
  readonly repeats?: number;
}

/**
 * A subgraph's answer: the fields by response key. A value that failed is a `FieldFault` in its place.
 * An entity that is not known is `null`. The executor must not change it: it may be shared.
 */
export interface FetchResult {
  /** Root fetch: the data by response key; `null` if the whole answer failed. */
  readonly data?: Readonly<Record<string, unknown>> | FieldFault | null;
  /** Entity fetch: one entry per representation, same order. */
  readonly entities?: readonly (Readonly<Record<string, unknown>> | FieldFault | null)[];
  /** Errors that have no place in the data. */
  readonly errors?: readonly SluiceError[];
  /** The `extensions` of the subgraph's answer. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The events of a subscription in one subgraph, for one client. */
export interface EventSource {
  /** Plain data that says which call brings the events. Where two are deeply equal, each can read the other's events. */
  identity(): unknown;
  /** Makes that call with the first `next()`. Whoever stops reading says `return()`, and aborts the signal. */
  open(signal: AbortSignal): AsyncIterator<unknown, unknown, undefined>;
  /** The data of a root fetch that an event stands for. */
  read(event: unknown): FetchResult | Promise<FetchResult>;
}

/** Runs one fetch. Throws `SluiceError` when the whole of it failed. */
export type Fetch = (input: FetchInput, context: RequestContext) => Promise<FetchResult>;

/** What a joint fetch asks: per fetch, its own representations. */
export interface JointInput {
  readonly variables: FetchInput['variables'];
  readonly inputs: readonly JointInputPart[];
}

export interface JointInputPart extends Required<Pick<FetchInput, 'representations' | 'repeats'>> {
  /** Values of the fetch's `contextVariables`; absent = it has none. */
  readonly contextValues?: FetchInput['variables'];
}

/** Runs several entity fetches as one request; one result each, in order. */
export type JointFetch = (input: JointInput, context: RequestContext) => Promise<readonly FetchResult[]>;

/** Worst-case number of backend calls at one place of a fetch, for checks and `sluice explain`. */
export interface CallEstimate {
  readonly upstream: string;
  readonly operation: string;
  /** Response path inside the fetch, for instance `users.nodes.orders`. */
  readonly at: string;
  /** How many keys or parents ask for it at most. */
  readonly asked: number;
  /** How many calls that makes at most. */
  readonly calls: number;
  /** Keys per call; 0 = this place has no batch form, one call each. */
  readonly maxBatchSize: number;
}

/** One subgraph of the running graph, as planner and executor see it. */
export interface SubgraphRuntime {
  readonly name: string;
  /** `remote`: GraphQL over HTTP. `connector`: answered inside the gateway from backends of other kinds. */
  readonly kind: 'remote' | 'connector';
  /** Compiles a fetch; called once per operation. */
  compileFetch(fetch: FetchDescription): Fetch;
  /**
   * Entity fetches that are ready together, as one request. Absent where it gains nothing: backend calls of
   * fetches that start in the same tick meet in their loaders anyway.
   */
  compileJointFetch?(fetches: readonly FetchDescription[]): JointFetch;
  /** A subscription's source of events; called once per operation, what it gives once per client. */
  compileSubscription(fetch: FetchDescription): (input: FetchInput, context: RequestContext) => EventSource;
  /** Calls that the fetch makes for `entities` representations at most; lists without a bound count `assumedListSize`. */
  estimateCalls(
    fetch: FetchDescription,
    entities: number,
    assumedListSize: number,
    variables?: Readonly<Record<string, unknown>>,
  ): readonly CallEstimate[];
}
