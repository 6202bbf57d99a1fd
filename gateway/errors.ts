/**
 * The closed set of error codes. Every error that leaves the gateway carries one of them as
 * `extensions.code`; `docs/errors.md` documents each (a test compares the two).
 *
 * `client` errors may be shown: their message names the thing and the way out.
 * `internal` errors are masked: the client sees the code, a neutral sentence and an id; the log has the rest.
 */
export const ERROR_CODES = {
  // The request itself.
  BAD_REQUEST: { family: 'client', httpStatus: 400 },
  UNSUPPORTED_MEDIA_TYPE: { family: 'client', httpStatus: 415 },
  REQUEST_TOO_LARGE: { family: 'client', httpStatus: 413 },
  GRAPHQL_PARSE_FAILED: { family: 'client', httpStatus: 400 },
  GRAPHQL_VALIDATION_FAILED: { family: 'client', httpStatus: 400 },
  BAD_USER_INPUT: { family: 'client', httpStatus: 400 },
  OPERATION_RESOLUTION_FAILURE: { family: 'client', httpStatus: 400 },
  OPERATION_TOO_DEEP: { family: 'client', httpStatus: 400 },
  OPERATION_TOO_LARGE: { family: 'client', httpStatus: 400 },
  OPERATION_NOT_PLANNABLE: { family: 'client', httpStatus: 400 },
  PERSISTED_QUERY_NOT_FOUND: { family: 'client', httpStatus: 200 },
  PERSISTED_QUERY_NOT_SUPPORTED: { family: 'client', httpStatus: 200 },

  // What a backend said about the request, in its own words (gRPC business codes, HTTP 4xx, XML faults).
  UNAUTHENTICATED: { family: 'client', httpStatus: 200 },
  FORBIDDEN: { family: 'client', httpStatus: 200 },
  NOT_FOUND: { family: 'client', httpStatus: 200 },
  CONFLICT: { family: 'client', httpStatus: 200 },
  FAILED_PRECONDITION: { family: 'client', httpStatus: 200 },
  INVALID_ARGUMENT: { family: 'client', httpStatus: 200 },
  RATE_LIMITED: { family: 'client', httpStatus: 200 },

  // What happened to a backend call. The message names the service, never its address.
  UPSTREAM_UNAVAILABLE: { family: 'client', httpStatus: 200 },
  UPSTREAM_TIMEOUT: { family: 'client', httpStatus: 200 },
  UPSTREAM_ERROR: { family: 'client', httpStatus: 200 },
  UPSTREAM_UNIMPLEMENTED: { family: 'client', httpStatus: 200 },
  UPSTREAM_BAD_RESPONSE: { family: 'client', httpStatus: 200 },
  UPSTREAM_RESPONSE_TOO_LARGE: { family: 'client', httpStatus: 200 },
  UPSTREAM_KEY_MISMATCH: { family: 'client', httpStatus: 200 },
  SUBGRAPH_ERROR: { family: 'client', httpStatus: 200 },

  // The operation as a whole.
  DEADLINE_EXCEEDED: { family: 'client', httpStatus: 200 },
  REQUEST_CANCELLED: { family: 'client', httpStatus: 499 },
  SUBSCRIPTION_SCHEMA_RELOAD: { family: 'client', httpStatus: 200 },
  SHUTTING_DOWN: { family: 'client', httpStatus: 503 },
  INTERNAL_SERVER_ERROR: { family: 'internal', httpStatus: 500 },
} as const satisfies Record<string, { family: 'client' | 'internal'; httpStatus: number }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface SluiceErrorOptions {
  /** What caused it; for the log only. */
  cause?: unknown;
  /** Extra facts that are safe to show, merged into the GraphQL error's `extensions`. */
  extensions?: Readonly<Record<string, unknown>>;
}

/** An error with a code of the closed set; its message is written for the person who reads it. */
export class SluiceError extends Error {
  override readonly name: string = 'SluiceError';
  readonly code: ErrorCode;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: SluiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.extensions = options.extensions ?? {};
  }

  /** The error itself, or an `INTERNAL_SERVER_ERROR` with the unknown value as its cause. */
  static from(unknown: unknown): SluiceError {
    if (unknown instanceof SluiceError) return unknown;
    return new SluiceError('INTERNAL_SERVER_ERROR', 'Internal server error.', { cause: unknown });
  }
}

export interface UpstreamErrorOptions extends SluiceErrorOptions {
  /** Whether the same call may be sent again without harm: the backend did not act on it. */
  retryable?: boolean;
  /** HTTP status or gRPC status name, for metrics and breakers. */
  status?: number | string;
}

/** A failed backend call. The only error that an upstream throws. */
export class UpstreamError extends SluiceError {
  override readonly name: string = 'UpstreamError';
  /** The upstream's name in the configuration. */
  readonly service: string;
  readonly retryable: boolean;
  readonly status: number | string | undefined;

  constructor(code: ErrorCode, service: string, message: string, options: UpstreamErrorOptions = {}) {
    super(code, message, { ...options, extensions: { ...options.extensions, service } });
    this.service = service;
    this.retryable = options.retryable ?? false;
    this.status = options.status;
  }

  /** A call that nobody waits for any more: the reason of the aborted signal, told as the call's failure. */
  static givenUp(reason: unknown, service: string): UpstreamError {
    const { code, message } = SluiceError.from(reason);
    return new UpstreamError(code, service, message, { cause: reason });
  }

  static fromUnknown(unknown: unknown, service: string): UpstreamError {
    if (unknown instanceof UpstreamError) return unknown;
    return new UpstreamError('UPSTREAM_ERROR', service, `The service "${service}" failed.`, {
      cause: unknown,
    });
  }
}

/**
 * A failed value inside a subgraph's answer: it stands where the value would stand. The projection
 * of the response turns it into `null` and an error with the client's own path, so nobody else has
 * to know about aliases or list positions.
 */
export class FieldFault {
  readonly error: SluiceError;
  /** The error's path below the field that holds the fault, where the subgraph named one. */
  readonly subPath: readonly (string | number)[];

  constructor(error: SluiceError, subPath: readonly (string | number)[] = []) {
    this.error = error;
    this.subPath = subPath;
  }
}
