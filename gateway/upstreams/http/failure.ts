import { errors } from 'undici';
import { SluiceError, UpstreamError } from '../../errors.ts';

/** An answer that is not what the protocol or the content type says. `fault` completes "Its answer …". */
export function badResponse(service: string, fault: string, cause?: unknown): UpstreamError {
  return new UpstreamError(
    'UPSTREAM_BAD_RESPONSE',
    service,
    `The service "${service}" gave an answer that cannot be read: it ${fault}.`,
    { cause },
  );
}

export function tooLarge(service: string, maxBytes: number, cause?: unknown): UpstreamError {
  return new UpstreamError(
    'UPSTREAM_RESPONSE_TOO_LARGE',
    service,
    `The service "${service}" gave an answer larger than the ${maxBytes} bytes allowed; ask for less at once or raise the upstream's limit.`,
    { cause },
  );
}

export function timedOut(service: string): UpstreamError {
  return new UpstreamError('UPSTREAM_TIMEOUT', service, `The service "${service}" did not answer in time.`);
}

/** What an abort means is known to whoever aborted: its reason, if it is an error of ours, gives the code. */
export function aborted(service: string, reason: unknown): UpstreamError {
  if (reason instanceof UpstreamError) return reason;
  const code = reason instanceof SluiceError ? reason.code : 'REQUEST_CANCELLED';
  const message =
    reason instanceof SluiceError
      ? reason.message
      : `The call to the service "${service}" was cancelled because nobody waits for its answer any more.`;
  return new UpstreamError(code, service, message, { cause: reason });
}

/**
 * A failure below HTTP: name look-up, connection, TLS, parser. Without `sent` no byte of the request
 * went out, so that the call may be repeated without harm.
 */
export function connectionFailure(service: string, error: unknown, sent: boolean): UpstreamError {
  const code = String((error as NodeJS.ErrnoException | null)?.code);
  // The parser gives no code when not even the first word is HTTP's.
  const isParserError = error instanceof errors.HTTPParserError || code.startsWith('HPE_');
  if (isParserError || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return badResponse(service, 'is not valid HTTP', error);
  }
  if (code === 'UND_ERR_INVALID_ARG') {
    return new UpstreamError(
      'BAD_USER_INPUT',
      service,
      `A request to the service "${service}" could not be sent: a header has a character that HTTP does not allow.`,
      { cause: error },
    );
  }
  const message = sent
    ? `The service "${service}" ended the connection before its answer was complete.`
    : `The service "${service}" cannot be reached.`;
  return new UpstreamError('UPSTREAM_UNAVAILABLE', service, message, { cause: error, retryable: !sent });
}
