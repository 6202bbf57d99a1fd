import { constants } from 'node:os';

type StopSignal = 'SIGINT' | 'SIGTERM';

export interface Stopped {
  /** Settles when the process was asked to stop and `stop` has ended. */
  readonly promise: Promise<void>;
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Gives the signals back to the runtime. */
  release(): void;
}

/** On the first SIGINT or SIGTERM `stop` runs; the second ends the process at once, with the shell's code for it. */
export function untilStopped(stop: () => Promise<void>): Stopped {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const controller = new AbortController();
  const onSignal = (name: StopSignal): void => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
    controller.abort();
    stop().then(resolve, reject);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    promise,
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
