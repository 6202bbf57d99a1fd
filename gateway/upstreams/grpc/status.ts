import { status } from '@grpc/grpc-js';
import type { Metadata, StatusObject } from '@grpc/grpc-js';
import { SluiceError, UpstreamError } from '../../errors.ts';
import type { ErrorCode } from '../../errors.ts';
import { richDetails } from './status-details.ts';

/** What each gRPC status means to the client. `ownWords`: the backend's message is about the request and may be shown. */
const STATUS_TABLE: Readonly<
  Record<number, { readonly code: ErrorCode; readonly ownWords: boolean; readonly says: string }>
> = {
  [status.CANCELLED]: { code: 'REQUEST_CANCELLED', ownWords: false, says: 'cancelled the call' },
  [status.UNKNOWN]: { code: 'UPSTREAM_ERROR', ownWords: false, says: 'failed' },
  [status.INVALID_ARGUMENT]: { code: 'INVALID_ARGUMENT', ownWords: true, says: 'refused an argument' },
  [status.DEADLINE_EXCEEDED]: { code: 'UPSTREAM_TIMEOUT', ownWords: false, says: 'did not answer in time' },
  [status.NOT_FOUND]: { code: 'NOT_FOUND', ownWords: true, says: 'did not find it' },
  [status.ALREADY_EXISTS]: { code: 'CONFLICT', ownWords: true, says: 'has it already' },
  [status.PERMISSION_DENIED]: { code: 'FORBIDDEN', ownWords: true, says: 'denied permission' },
  [status.RESOURCE_EXHAUSTED]: {
    code: 'RATE_LIMITED',
    ownWords: true,
    says: 'has no capacity left for this',
  },
  [status.FAILED_PRECONDITION]: {
    code: 'FAILED_PRECONDITION',
    ownWords: true,
    says: 'is not in the state for this',
  },
  [status.ABORTED]: { code: 'CONFLICT', ownWords: true, says: 'aborted because of a conflict' },
  [status.OUT_OF_RANGE]: {
    code: 'INVALID_ARGUMENT',
    ownWords: true,
    says: 'was asked for something out of range',
  },
  [status.UNIMPLEMENTED]: {
    code: 'UPSTREAM_UNIMPLEMENTED',
    ownWords: false,
    says: 'does not implement this method',
  },
  [status.INTERNAL]: { code: 'UPSTREAM_ERROR', ownWords: false, says: 'failed' },
  [status.UNAVAILABLE]: { code: 'UPSTREAM_UNAVAILABLE', ownWords: false, says: 'is not available' },
  [status.DATA_LOSS]: { code: 'UPSTREAM_ERROR', ownWords: false, says: 'failed' },
  [status.UNAUTHENTICATED]: { code: 'UNAUTHENTICATED', ownWords: true, says: 'asks for authentication' },
};

/** grpc-js's own words when an answer is beyond `grpc.max_receive_message_length`. */
const TOO_LARGE = /^Received message (?:larger than max|that decompresses to a size larger than) /;
/** grpc-js's own words when the backend reset the call without a status, as one that dies does. */
const RESET = 'Call cancelled';
/** grpc-js's own words when the connection broke after the call was sent: the backend may have acted on it. */
const MAYBE_ACTED = /^(?:Connection dropped|Write (?:error|failed)|read |write |.*ECONNRESET)/;
/** grpc-js's own words for an answer that is not gRPC, or is cut off. */
const NOT_GRPC =
  /^(?:Received HTTP status code 2|Received RST_STREAM with code 0|Response message parsing error|Received message with)/;

/**
 * The error of a call that ended with a status other than OK, or that grpc-js ended itself. `initial`: the metadata
 * that came before, if any did.
 */
export function statusError(service: string, failed: StatusObject, initial?: Metadata): UpstreamError {
  const name = status[failed.code] ?? 'UNKNOWN';
  const options = { cause: failed, status: name };
  if (failed.code === status.RESOURCE_EXHAUSTED && TOO_LARGE.test(failed.details)) {
    // Read as gRPC, any text begins with an enormous length.
    return isGrpc(initial) ? tooLarge(service, options) : notGrpc(service, options);
  }
  const row = STATUS_TABLE[failed.code] ?? STATUS_TABLE[status.UNKNOWN]!;
  if (!row.ownWords && NOT_GRPC.test(failed.details)) return notGrpc(service, options);
  const extensions = { grpcStatus: name };
  const unavailable = failed.code === status.UNAVAILABLE;
  if (
    (failed.code === status.CANCELLED && failed.details === RESET) ||
    (unavailable && MAYBE_ACTED.test(failed.details))
  ) {
    const message = `The service "${service}" ended the connection before its answer was complete.`;
    return new UpstreamError('UPSTREAM_UNAVAILABLE', service, message, { ...options, extensions });
  }
  const message =
    row.ownWords && failed.details !== '' ? failed.details : `The service "${service}" ${row.says}.`;
  const details = richDetails(failed.metadata, row.ownWords);
  return new UpstreamError(row.code, service, message, {
    ...options,
    retryable: unavailable,
    extensions: details.length > 0 ? { ...extensions, details } : extensions,
  });
}

function isGrpc(initial: Metadata | undefined): boolean {
  const [type] = initial?.get('content-type') ?? [];
  return type === undefined || String(type).startsWith('application/grpc');
}

function notGrpc(service: string, options: { cause: unknown; status: string }): UpstreamError {
  return new UpstreamError(
    'UPSTREAM_BAD_RESPONSE',
    service,
    `The service "${service}" gave an answer that is not gRPC.`,
    options,
  );
}

function tooLarge(service: string, options: { cause: unknown; status: string }): UpstreamError {
  return new UpstreamError(
    'UPSTREAM_RESPONSE_TOO_LARGE',
    service,
    `The answer of the service "${service}" is larger than the gateway accepts.`,
    options,
  );
}

/** An answer that came with OK, but whose bytes are not the message that the `.proto` promises. */
export function badResponse(service: string, operation: string, cause: unknown): UpstreamError {
  return new UpstreamError(
    'UPSTREAM_BAD_RESPONSE',
    service,
    `The service "${service}" gave an answer to ${operation} that does not match its proto.`,
    { cause },
  );
}

/** What an abort means is known to whoever aborted: its reason, if it is an error of ours, gives the code. */
export function aborted(service: string, reason: unknown): UpstreamError {
  if (reason instanceof UpstreamError) return reason;
  const ours = reason instanceof SluiceError ? reason : undefined;
  return new UpstreamError(
    ours?.code ?? 'REQUEST_CANCELLED',
    service,
    ours?.message ??
      `The call to the service "${service}" was cancelled because nobody waits for its answer any more.`,
    { cause: reason },
  );
}

export function timedOut(service: string): UpstreamError {
  return new UpstreamError('UPSTREAM_TIMEOUT', service, `The service "${service}" did not answer in time.`);
}

export function closed(service: string): UpstreamError {
  return new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    service,
    `The connection to the service "${service}" is closed.`,
  );
}
