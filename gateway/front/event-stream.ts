import type { ExecutionResult } from '../compile/executable.ts';
import type { Payload } from './parts-format.ts';

export interface EventStreamOptions {
  readonly source: AsyncIterable<ExecutionResult | Payload>;
  /** The operation's: client gone or deadline passed. Ends the stream at once, with its reason as the last result. */
  readonly signal: AbortSignal;
  /** The gateway's: ends it with `complete`. */
  readonly shutdown: AbortSignal;
  readonly heartbeatMs: number;
  readonly format: (result: ExecutionResult | Payload) => ExecutionResult | Payload;
  /** The result that stands for a source that failed. */
  readonly onFailure: (error: unknown) => ExecutionResult;
  /** Called once the stream is over, however it ended. */
  readonly onEnd: () => void;
}

const HEARTBEAT = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';

/**
 * Results as server-sent events. The source is asked for the next result only when the client has taken the last,
 * and is closed however the stream ends.
 */
export async function* eventStream(options: EventStreamOptions): AsyncGenerator<string, void, undefined> {
  const { signal, shutdown, format } = options;
  const iterator = options.source[Symbol.asyncIterator]();
  let wake = () => {};
  let beat = false;
  const onAbort = () => wake();
  const timer = setInterval(() => {
    beat = true;
    wake();
  }, options.heartbeatMs);
  signal.addEventListener('abort', onAbort);
  shutdown.addEventListener('abort', onAbort);
  let exhausted = false;
  try {
    // The first bytes tell the client that the stream is open, however long the first result takes.
    yield HEARTBEAT;
    while (!signal.aborted) {
      const next = settle(iterator.next());
      while (next.outcome === undefined && !signal.aborted && !shutdown.aborted) {
        if (beat) {
          beat = false;
          yield HEARTBEAT;
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          next.notify = resolve;
        });
      }
      if (signal.aborted || next.outcome === undefined) break;
      if ('error' in next.outcome) {
        exhausted = true;
        yield nextEvent(format(options.onFailure(next.outcome.error)));
        break;
      }
      if (next.outcome.done === true) {
        exhausted = true;
        break;
      }
      beat = false;
      yield nextEvent(format(next.outcome.value));
    }
    // A deadline is told; a client that is gone never reads this.
    if (signal.aborted) yield nextEvent(format(options.onFailure(signal.reason)));
    yield COMPLETE;
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
    shutdown.removeEventListener('abort', onAbort);
    // Not awaited: a source that waits for an event answers only after it, and the client is gone already.
    if (!exhausted) iterator.return?.().catch(() => {});
    options.onEnd();
  }
}

function nextEvent(result: ExecutionResult | Payload): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

interface Settling<Value> {
  outcome: Value | { error: unknown } | undefined;
  notify: () => void;
}

/** A promise whose outcome can be looked at, so that waiting for it can be interrupted. */
function settle<Value>(promise: Promise<Value>): Settling<Value> {
  const settling: Settling<Value> = { outcome: undefined, notify: () => {} };
  promise.then(
    (value) => {
      settling.outcome = value;
      settling.notify();
    },
    (error: unknown) => {
      settling.outcome = { error };
      settling.notify();
    },
  );
  return settling;
}
