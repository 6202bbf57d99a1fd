import { setImmediate } from 'node:timers/promises';
import type { KnownOperation } from './executables.ts';

export interface WarmOptions {
  /** Hottest first. */
  readonly operations: readonly KnownOperation[];
  /** Validates and compiles one for the new schema; `false` = it does not fit any more. Throws nothing. */
  readonly prepare: (operation: KnownOperation) => boolean;
  /** After it what is left is compiled when it is asked for. */
  readonly timeoutMs: number;
}

export interface WarmReport {
  readonly compiled: number;
  /** Operations that the new schema does not have. */
  readonly refused: number;
  /** Operations for which there was no time. */
  readonly left: number;
}

/** Prepares operations one by one, and gives way to the requests of the running graph in between. */
export async function warm({ operations, prepare, timeoutMs }: WarmOptions): Promise<WarmReport> {
  const endsAt = performance.now() + timeoutMs;
  let compiled = 0;
  let refused = 0;
  for (const operation of operations) {
    await setImmediate();
    if (performance.now() >= endsAt) break;
    if (prepare(operation)) compiled++;
    else refused++;
  }
  return { compiled, refused, left: operations.length - compiled - refused };
}
