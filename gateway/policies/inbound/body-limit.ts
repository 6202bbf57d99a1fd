import { SluiceError } from '../../errors.ts';
import type { InboundPolicy } from '../kinds.ts';

/**
 * Refuses a body that announces itself as too large before a byte of it is read, in front of everything that costs.
 * A body that does not announce its size is cut by the server, which counts (`HttpLimits.bodyBytes`).
 */
export function createBodyLimit({ bodyBytes }: { readonly bodyBytes: number }): InboundPolicy {
  return {
    name: 'body-limit',
    wrap: (next) =>
      function bodyLimit(request, context) {
        const announced = request.headers['content-length'];
        if (announced !== undefined && Number(announced) > bodyBytes) {
          return Promise.reject(
            new SluiceError(
              'REQUEST_TOO_LARGE',
              `The request's body has ${announced} bytes; this gateway takes ${bodyBytes} (limits.bodyBytes). Send less, or raise the limit.`,
              { extensions: { limit: 'bodyBytes', maximum: bodyBytes } },
            ),
          );
        }
        return next(request, context);
      },
  };
}
