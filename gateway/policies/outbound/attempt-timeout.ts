import { UpstreamError } from '../../errors.ts';
import type { UpstreamResponse } from '../../upstreams/upstream.ts';
import type { OutboundCall } from '../../context.ts';
import type { OutboundPolicy } from '../kinds.ts';

export interface AttemptTimeoutOptions {
  /** Milliseconds by upstream name. */
  readonly timeoutMs?: ReadonlyMap<string, number>;
  /** For upstreams that the map does not name (default 5000). */
  readonly defaultTimeoutMs?: number;
}

/**
 * Bounds one attempt of one call. It rejects at once when the time is over or the operation is aborted,
 * even if the wire does not react; the wire's own signal is aborted at the same moment.
 */
export function createAttemptTimeout(options: AttemptTimeoutOptions = {}): OutboundPolicy {
  const { timeoutMs: byUpstream = new Map<string, number>(), defaultTimeoutMs = 5000 } = options;
  return {
    name: 'attempt-timeout',
    wrap: (next) =>
      function attemptTimeout(call, context) {
        const timeoutMs = byUpstream.get(call.upstream) ?? defaultTimeoutMs;
        const operation = call.options.signal;
        if (operation.aborted) return Promise.reject(UpstreamError.givenUp(operation.reason, call.upstream));

        const controller = new AbortController();
        const deadlineAt = Math.min(call.options.deadlineAt, Date.now() + timeoutMs);
        const attempt = { ...call, options: { ...call.options, signal: controller.signal, deadlineAt } };
        return new Promise<UpstreamResponse>((resolve, reject) => {
          const giveUp = (error: UpstreamError) => {
            settle();
            controller.abort(error);
            reject(error);
          };
          const onAbort = () => giveUp(UpstreamError.givenUp(operation.reason, call.upstream));
          const timer = setTimeout(() => giveUp(timedOut(call.upstream, timeoutMs)), timeoutMs);
          const settle = () => {
            clearTimeout(timer);
            operation.removeEventListener('abort', onAbort);
          };
          operation.addEventListener('abort', onAbort, { once: true });
          next(attempt, context).then(
            (response) => {
              settle();
              resolve(response);
            },
            (error: unknown) => {
              settle();
              reject(isOperationOver(error, call, deadlineAt) ? outOfTime(call.upstream, error) : error);
            },
          );
        });
      },
  };
}

function timedOut(upstream: string, timeoutMs: number): UpstreamError {
  return new UpstreamError(
    'UPSTREAM_TIMEOUT',
    upstream,
    `The service "${upstream}" did not answer within ${timeoutMs} ms.`,
  );
}

/** Timers of the wire, of the backend and of the operation, all set to one moment, go off in any order. */
const DEADLINE_TOLERANCE_MS = 50;

/** Whether a time-out is the operation's own deadline, as the wire or the backend noticed it first. */
function isOperationOver(error: unknown, { options }: OutboundCall, deadlineAt: number): boolean {
  return (
    error instanceof UpstreamError &&
    error.code === 'UPSTREAM_TIMEOUT' &&
    deadlineAt === options.deadlineAt &&
    Date.now() >= deadlineAt - DEADLINE_TOLERANCE_MS
  );
}

function outOfTime(upstream: string, cause: unknown): UpstreamError {
  return new UpstreamError(
    'DEADLINE_EXCEEDED',
    upstream,
    `The operation ran out of time while the service "${upstream}" was asked.`,
    { cause },
  );
}
