import { ERROR_CODES, SluiceError } from '../../errors.ts';
import { errorResponse } from '../../http/error-response.ts';
import type { Log } from '../../observe/log.ts';
import type { InboundPolicy } from '../kinds.ts';

/** Turns whatever a request failed with into the answer that the client gets; what is internal goes to the log under the request's id. */
export function createAnswerErrors({ log }: { readonly log: Log }): InboundPolicy {
  return {
    name: 'answer-errors',
    wrap: (next) =>
      async function answerErrors(request, context) {
        try {
          return await next(request, context);
        } catch (thrown) {
          const error = SluiceError.from(thrown);
          context.outcome = error.code;
          if (ERROR_CODES[error.code].family === 'internal') {
            log.error({ requestId: context.requestId, error }, 'request failed');
          }
          return errorResponse(error, { accept: request.headers['accept'], id: context.requestId });
        }
      },
  };
}
