import type { GraphRecords, Revision, SubgraphRecord } from './record.ts';

/** The next state of the graph, as it is to be kept. */
export interface Commit extends Omit<Revision, 'number' | 'subgraphs' | 'supergraphHash'> {
  /** The revision that it was made from; 0 = there was none. */
  readonly expected: number;
  /** All subgraphs of the next state. */
  readonly records: readonly SubgraphRecord[];
  readonly supergraphSdl: string;
}

export interface HistoryQuery {
  /** At most so many, newest first. */
  readonly limit: number;
  /** Only older ones. */
  readonly before?: number;
  /** Only those that changed this subgraph. */
  readonly subgraph?: string;
}

/** A revision and the subgraphs in it. */
export interface State {
  /** Absent = nothing was ever kept. */
  readonly revision?: Revision;
  readonly records: readonly SubgraphRecord[];
}

export function graphRecordsOf({ records, revision }: State): GraphRecords {
  return { records, pinned: revision?.pinned ?? {} };
}

/**
 * Keeps revisions. Every commit is atomic and durable when its promise resolves: a process that dies at any moment
 * leaves the state before it or after it. Throws `RegistryUnavailable` if the store cannot be reached.
 */
export interface RegistryStore {
  /** The newest state. */
  head(): Promise<State>;
  /** Undefined = there is no such revision (any more). */
  at(revision: number): Promise<State | undefined>;
  supergraph(revision: number): Promise<string | undefined>;
  history(query: HistoryQuery): Promise<readonly Revision[]>;
  /** Keeps the state if the newest revision is still `expected`; otherwise tells which it is. */
  commit(commit: Commit): Promise<{ readonly revision: Revision } | { readonly conflict: Revision }>;
  /** Calls back when somebody else may have committed. One listener at a time. */
  watch(listener: () => void): void;
  close(): Promise<void>;
}

/** The store does not answer; what is served stays. */
export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable';
}
