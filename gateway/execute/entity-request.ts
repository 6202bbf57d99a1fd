import type { Variables } from '../compile/variables.ts';
import type { SluiceError } from '../errors.ts';
import type { Fetch, FetchDescription, FetchResult, Representation } from '../supergraph/subgraph.ts';
import type { RunState } from './run-state.ts';

/** A way to ask for entities: the fields that one step, or several of one table, want of them. */
export interface EntityQuery {
  /** Among those of its group. */
  readonly id: number;
  readonly description: FetchDescription;
  readonly fetch: Fetch;
}

/** One list of representations on its way, and what becomes of the answer. */
export interface EntityPart {
  readonly query: EntityQuery;
  /** Each entity once. */
  readonly representations: Representation[];
  /** How many objects of the data want one of these entities. */
  wanted: number;
  /** Values of the query's own variables; absent = it has none. */
  readonly contextValues?: Variables;
  readonly receive: (result: FetchResult) => void;
  readonly fail: (error: SluiceError) => void;
  /** Settled when the answer has been received, or the failure. */
  done: Promise<void> | undefined;
}

/** What the steps of one group that are ready at the same time ask together. */
export interface EntityRequest {
  readonly parts: EntityPart[];
}

/** An entity step, compiled. */
export interface EntityStep {
  readonly query: EntityQuery;
  /**
   * Finds the step's entities and adds what is not known yet to the request. Gives what the step has to
   * wait for: parts of this request, and of others that are under way for the same entities.
   */
  prepare(state: RunState, request: EntityRequest): readonly EntityPart[];
}
