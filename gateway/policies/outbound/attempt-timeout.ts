import { UpstreamError } from '../../errors.ts';
import type { UpstreamResponse } from '../../upstreams/upstream.ts';
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
              reject(error);
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
