import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Executable } from '../compile/executable.ts';
import { SluiceError } from '../errors.ts';

/** An operation that clients ask for, as the next generation of the graph may compile it. */
export interface KnownOperation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly documentHash: string;
}

export interface Executables {
  /**
   * The operation's executable, compiled with the first call. Compilation is synchronous, so two requests never
   * compile the same operation at once; one that cannot be planned is remembered and refused without another try.
   * @throws SluiceError what the compiler throws
   */
  get(document: DocumentNode, operationName: string | undefined, documentHash: string): Executable;
  /** The operations that were run most, hottest first; what was run long ago counts less. */
  hottest(count: number): readonly KnownOperation[];
}

interface Entry extends KnownOperation {
  readonly executable: Executable;
  /** Runs, halved from time to time. */
  uses: number;
}

/** @throws SluiceError */
export type Compile = (
  document: DocumentNode,
  operationName: string | undefined,
  documentHash: string | undefined,
) => Executable;

/** Operations that cannot be planned, in an LRU of their own: they never drive out one that runs. */
const MAX_UNPLANNABLE = 200;
/** Every so many runs all counts are halved, so that the hottest are those of now. */
const HALVE_AFTER_RUNS = 100_000;

/** Compiled operations of one generation by document hash and operation name; the least recently used goes first. */
export function createExecutables(compile: Compile, maxExecutables: number): Executables {
  const entries = new LRUCache<string, Entry>({ max: maxExecutables });
  const unplannable = new LRUCache<string, SluiceError>({ max: MAX_UNPLANNABLE });
  let runs = 0;

  const add = (key: string, operation: KnownOperation): Executable => {
    const refused = unplannable.get(key);
    if (refused) throw refused;
    try {
      const executable = compile(operation.document, operation.operationName, operation.documentHash);
      entries.set(key, { ...operation, executable, uses: 1 });
      return executable;
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'OPERATION_NOT_PLANNABLE')
        unplannable.set(key, error);
      throw error;
    }
  };

  return {
    get(document, operationName, documentHash) {
      const key = operationName === undefined ? documentHash : `${documentHash} ${operationName}`;
      const entry = entries.get(key);
      if (!entry) return add(key, { document, operationName, documentHash });
      entry.uses++;
      if (++runs >= HALVE_AFTER_RUNS) {
        runs = 0;
        for (const each of entries.values()) each.uses /= 2;
      }
      return entry.executable;
    },
    hottest: (count) =>
      [...entries.values()]
        .toSorted((left, right) => right.uses - left.uses)
        .slice(0, count)
        .map(({ document, operationName, documentHash }) => ({ document, operationName, documentHash })),
  };
}
