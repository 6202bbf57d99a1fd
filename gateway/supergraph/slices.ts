import { setImmediate } from 'node:timers/promises';

/** Work that can be interrupted wherever it yields; what it returns is its result. */
export type Sliced<Result> = Generator<undefined, Result, undefined>;

export interface SliceOptions {
  /** How long it works before it gives way; a step between two yields is not interrupted. */
  readonly sliceMs?: number;
  /** Ends the work where it is; its reason is what `inSlices` rejects with. */
  readonly signal?: AbortSignal | undefined;
}

/** A few times shorter than what a request takes under load, and long enough that a turn of the event loop costs little beside it. */
const SLICE_MS = 2;

export function atOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Does the work between other things: after each slice everything that waits has its turn first. */
export async function inSlices<Result>(work: Sliced<Result>, options: SliceOptions = {}): Promise<Result> {
  const { sliceMs = SLICE_MS, signal } = options;
  for (;;) {
    await setImmediate();
    signal?.throwIfAborted();
    const endsAt = performance.now() + sliceMs;
    do {
      const step = work.next();
      if (step.done === true) return step.value;
    } while (performance.now() < endsAt);
  }
}
