import { SluiceError } from '../errors.ts';
import { errorResponse } from '../http/error-response.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { InboundContext } from '../policies/kinds.ts';

/** RFC 9110 section 15.5.6. */
export function methodNotAllowed(
  request: HttpRequest,
  context: InboundContext,
  message: string,
  allow: string,
): HttpResponse {
  context.outcome = 'BAD_REQUEST';
  return errorResponse(
    new SluiceError('BAD_REQUEST', `${message} Use ${allow.replace(', ', ' or ')}.`),
    { accept: request.headers['accept'], id: context.requestId },
    { status: 405, headers: { allow } },
  );
}
