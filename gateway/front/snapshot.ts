import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Executable } from '../compile/executable.ts';

/** What the front needs of a running graph. Immutable. */
export interface ServedSnapshot {
  readonly generation: number | string;
  /** The schema that clients see. */
  readonly schema: GraphQLSchema;
  /** Compiled once per operation, from then on out of a cache. The document is valid against `schema`. Throws `SluiceError`. */
  executable(document: DocumentNode, operationName: string | undefined, documentHash?: string): Executable;
}

/** Where the running graph comes from; a change takes effect with the next request. */
export interface SnapshotSource {
  current(): ServedSnapshot;
  /** Called after `current()` has changed, or `isServed()`. Returns the way to stop listening. */
  onChange(listener: () => void): () => void;
  /** `false`: the graph has no such schema any more, and nobody is sent here; `current()` is the last one. Absent = always. */
  isServed?(): boolean;
  /** An operation begins on this snapshot: what it needs stays open until `release`. */
  retain(snapshot: ServedSnapshot): void;
  release(snapshot: ServedSnapshot): void;
  /** Aborted when the snapshot goes although operations still hold it; `reason` is a `SluiceError`. */
  evicted(snapshot: ServedSnapshot): AbortSignal;
}
