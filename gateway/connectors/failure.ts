import type { ErrorCode } from '../errors.ts';
import { ERROR_CODES, UpstreamError } from '../errors.ts';
import type { UpstreamResponse } from '../upstreams/upstream.ts';
import type { Variables } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import type { Connector } from './model.ts';

/**
 * `isSuccess` and `errors` of the connect spec (v0.2): whether an answer is one, and what its error says.
 * Undefined when the connector has neither: then the wire itself refuses what is not 2xx.
 */
export function compileFailure(
  connector: Connector,
): ((response: UpstreamResponse, variables: Variables) => void) | undefined {
  const { errors, isSuccess, upstream } = connector;
  if (!errors && !isSuccess) return undefined;
  const succeeded = isSuccess
    ? compileMapping(isSuccess.mapping)
    : (_data: unknown, { $status }: Variables) => Number($status) >= 200 && Number($status) < 300;
  const message = errors?.message && compileMapping(errors.message.mapping);
  const extensions = errors?.extensions && compileMapping(errors.extensions.mapping);
  return (response, variables) => {
    if (succeeded(response.data, variables) === true) return;
    const text = message?.(response.data, variables);
    const extra = extensions?.(response.data, variables);
    const more =
      typeof extra === 'object' && extra !== null && !Array.isArray(extra)
        ? (extra as Record<string, unknown>)
        : {};
    const code: ErrorCode =
      typeof more['code'] === 'string' && more['code'] in ERROR_CODES
        ? (more['code'] as ErrorCode)
        : codeOf(response.status);
    throw new UpstreamError(
      code,
      upstream,
      typeof text === 'string' && text !== '' ? text : `The service "${upstream}" refused the request.`,
      {
        status: response.status,
        extensions: { httpStatus: response.status, ...more },
      },
    );
  };
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'CONFLICT';
  if (status === 429) return 'RATE_LIMITED';
  return status >= 400 && status < 500 ? 'INVALID_ARGUMENT' : 'UPSTREAM_ERROR';
}
