import { setImmediate } from 'node:timers/promises';

export interface WarmOptions<Operation> {
  /** Hottest first. */
  readonly operations: readonly Operation[];
  /** Validates and compiles one for the new schema; `false` = it does not fit any more. Throws nothing. */
  readonly prepare: (operation: Operation) => boolean;
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
export async function warm<Operation>({
  operations,
  prepare,
  timeoutMs,
}: WarmOptions<Operation>): Promise<WarmReport> {
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
