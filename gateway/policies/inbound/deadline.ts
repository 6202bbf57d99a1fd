import { SluiceError } from '../../errors.ts';
import { isStream, withEnd } from '../../http/message.ts';
import type { HttpResponse } from '../../http/message.ts';
import type { InboundPolicy } from '../kinds.ts';

export interface DeadlineOptions {
  /** For the whole operation, in milliseconds (default 30000). */
  readonly timeoutMs?: number;
  /** How long after the deadline the steps inside may take to answer for themselves (default 1000). */
  readonly graceMs?: number;
}

/**
 * Gives the operation one deadline and one signal, aborted by the deadline or by the client's leaving.
 * The steps inside answer with what they have; one that ignores the signal is given up after the grace.
 */
export function createDeadline(options: DeadlineOptions = {}): InboundPolicy {
  const { timeoutMs = 30_000, graceMs = 1000 } = options;
  return {
    name: 'deadline',
    wrap: (next) =>
      function deadline(request, context) {
        const controller = new AbortController();
        const client = request.signal;
        const onClientGone = () => controller.abort(client.reason);
        if (client.aborted) onClientGone();
        else client.addEventListener('abort', onClientGone, { once: true });

        context.signal = controller.signal;
        context.deadlineAt = Date.now() + timeoutMs;
        return new Promise<HttpResponse>((resolve, reject) => {
          let timer = setTimeout(() => {
            if (context.deadlineAt === Number.POSITIVE_INFINITY) return;
            const reason = deadlineExceeded(timeoutMs);
            controller.abort(reason);
            timer = setTimeout(() => reject(reason), graceMs);
          }, timeoutMs);
          const settle = () => clearTimeout(timer);
          next(request, context).then(
            (response) => {
              // A stream is part of the operation, so its deadline goes on.
              if (isStream(response.body)) response.body = withEnd(response.body, settle);
              else settle();
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

function deadlineExceeded(timeoutMs: number): SluiceError {
  return new SluiceError(
    'DEADLINE_EXCEEDED',
    `The operation took longer than ${timeoutMs} ms, the limit of this gateway (deadlineMs). Ask for less, or in several operations.`,
    { extensions: { limit: 'deadlineMs', maximum: timeoutMs } },
  );
}
