import { ERROR_CODES } from '../errors.ts';
import type { SluiceError } from '../errors.ts';
import type { HttpResponse } from './message.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';
export const GRAPHQL_RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';

/** One error as every client of the gateway meets it; what is internal is replaced by a neutral sentence and the id of the log entry. */
export interface ClientError {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export function toClientError(error: SluiceError, id: string): ClientError {
  if (ERROR_CODES[error.code].family === 'internal') {
    return { message: 'Internal server error.', extensions: { code: error.code, id } };
  }
  return { message: error.message, extensions: { ...error.extensions, code: error.code } };
}

/** An answer to a request that failed as a whole, in the shape of a GraphQL answer so that every client can read it. */
export function errorResponse(
  error: SluiceError,
  request: { readonly accept: string | undefined; readonly id: string },
  override: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): HttpResponse {
  return {
    status: override.status ?? ERROR_CODES[error.code].httpStatus,
    headers: {
      ...override.headers,
      'content-type':
        request.accept?.includes('application/graphql-response+json') === true
          ? GRAPHQL_RESPONSE_TYPE
          : JSON_TYPE,
      'cache-control': 'no-store',
    },
    body: JSON.stringify({ errors: [toClientError(error, request.id)] }),
  };
}
