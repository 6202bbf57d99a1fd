import { UpstreamError, type ErrorCode } from '../../errors.ts';
import type { Headers } from '../upstream.ts';
import type { Fault } from './fault.ts';

/** HTTP status (RFC 9110 section 15, RFC 6585) → code. What is not listed is `UPSTREAM_ERROR`. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'UPSTREAM_UNIMPLEMENTED',
  408: 'UPSTREAM_TIMEOUT',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  412: 'FAILED_PRECONDITION',
  413: 'INVALID_ARGUMENT',
  414: 'INVALID_ARGUMENT',
  422: 'INVALID_ARGUMENT',
  423: 'CONFLICT',
  428: 'FAILED_PRECONDITION',
  429: 'RATE_LIMITED',
  451: 'FORBIDDEN',
  501: 'UPSTREAM_UNIMPLEMENTED',
  502: 'UPSTREAM_UNAVAILABLE',
  503: 'UPSTREAM_UNAVAILABLE',
  504: 'UPSTREAM_TIMEOUT',
};

/** The backend said that it did not act on the request. */
const RETRYABLE = new Set([429, 503]);

/**
 * The error of an answer that is not 2xx. A 4xx keeps what the backend said (`fault`), since it
 * speaks about the request; anything else gets a neutral sentence.
 * Extensions: `httpStatus`, the fault's own `faultCode` and `details`, and `retryAfterMs` if the backend named a time.
 * (Not `http`: Apollo Server takes that for the status of its own answer.)
 */
export function statusError(service: string, status: number, headers: Headers, fault?: Fault): UpstreamError {
  const ownWords = status >= 400 && status < 500 ? fault : undefined;
  const retryAfterMs = parseRetryAfter(headers['retry-after']);
  return new UpstreamError(
    CODES[status] ?? 'UPSTREAM_ERROR',
    service,
    ownWords?.message ?? neutralMessage(service, status),
    {
      status,
      retryable: RETRYABLE.has(status),
      // What a failing backend says is for the log alone.
      ...(ownWords === undefined && fault !== undefined && { cause: fault }),
      extensions: {
        httpStatus: status,
        ...(ownWords?.code === undefined ? {} : { faultCode: ownWords.code }),
        ...(ownWords?.details === undefined ? {} : { details: ownWords.details }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      },
    },
  );
}

/** The data of an answer that is not 2xx; what cannot be read (a proxy's error page) is the refusal itself. */
export function readable<Data>(decode: () => Data, refusal: () => UpstreamError): Data {
  try {
    return decode();
  } catch (error) {
    throw error instanceof UpstreamError ? refusal() : error;
  }
}

function neutralMessage(service: string, status: number): string {
  if (status >= 300 && status < 400) {
    return `The service "${service}" answered with a redirect (status ${status}), and redirects are not followed; configure the address it points to.`;
  }
  return `The service "${service}" answered with status ${status}.`;
}

/** Seconds or an HTTP date (RFC 9110 section 10.2.3), as milliseconds from now. */
function parseRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
