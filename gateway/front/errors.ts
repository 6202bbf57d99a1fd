import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, SluiceError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

/** An error of an executable, as Apollo Server wants it: it takes errors apart by class, so plain data must become one. */
export class ExecutionError extends GraphQLError {
  constructor(formatted: GraphQLFormattedError, http?: { readonly status: number }) {
    super(formatted.message, {
      path: formatted.path ?? null,
      extensions: { ...formatted.extensions, ...(http === undefined ? {} : { http }) },
    });
    Object.defineProperty(this, 'locations', { value: formatted.locations, enumerable: true });
  }
}

/** A failure of the operation as a whole, with the status that its code has. */
export function requestError(error: SluiceError): GraphQLError {
  const { code, message, extensions } = error;
  return new GraphQLError(message, {
    originalError: error,
    extensions: { ...extensions, code, http: { status: ERROR_CODES[code].httpStatus } },
  });
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}

/** The code of the closed set that an error has, whoever made it. */
export function codeOf(error: GraphQLError): ErrorCode {
  const code = error.extensions['code'];
  // A subgraph has codes of its own; the engine has masked what must be masked, and then names no subgraph.
  const isSubgraphs = error instanceof ExecutionError && typeof error.extensions['subgraph'] === 'string';
  if (isErrorCode(code))
    return isSubgraphs && ERROR_CODES[code].family === 'internal' ? 'SUBGRAPH_ERROR' : code;
  if (error instanceof ExecutionError && typeof code === 'string') return 'SUBGRAPH_ERROR';
  if (error.originalError instanceof SluiceError) return error.originalError.code;
  // Apollo Server gives some refusals a status but no code (a persisted query whose hash does not match).
  const http = error.extensions['http'] as { status?: unknown } | undefined;
  return typeof http?.status === 'number' && http.status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
}

/** The error as the client gets it: with a code of the closed set (or a subgraph's own), and nothing of our inside. */
export function maskError(
  formatted: GraphQLFormattedError,
  code: ErrorCode,
  id: string,
): GraphQLFormattedError {
  const { message, locations, path } = formatted;
  const internal = ERROR_CODES[code].family === 'internal';
  // `stacktrace` is what Apollo subgraphs in development mode add.
  const { stacktrace: _, http: __, ...extensions } = formatted.extensions ?? {};
  // The engine masks its own errors and logs them under the id that it gives them.
  const { id: known = id } = extensions;
  return {
    message: internal ? 'Internal server error.' : message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: internal ? { code, id: known } : { ...extensions, code: ownCode(extensions, code) },
  };
}

function ownCode(extensions: Readonly<Record<string, unknown>>, code: ErrorCode): string {
  const own = extensions['code'];
  return code === 'SUBGRAPH_ERROR' && typeof own === 'string' ? own : code;
}
