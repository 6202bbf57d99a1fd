import type { ErrorCode } from '../errors.ts';
import { ERROR_CODES, UpstreamError } from '../errors.ts';
import type { UpstreamResponse } from '../upstreams/upstream.ts';
import type { Mapping, Variables } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import { isObject } from './mapping/values.ts';
import type { Connector } from './model.ts';
import { own } from './own.ts';

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
    ? compileValue(isSuccess.mapping)
    : (_data: unknown, { $status }: Variables) => Number($status) >= 200 && Number($status) < 300;
  const message = errors?.message && compileValue(errors.message.mapping);
  const extensions = errors?.extensions && compileMapping(errors.extensions.mapping);
  return (response, variables) => {
    if (succeeded(response.data, variables) === true) return;
    const text = message?.(response.data, variables);
    const extra = extensions?.(response.data, variables);
    const { code: said, ...more } = isObject(extra) ? extra : {};
    const isCode = typeof said === 'string' && Object.hasOwn(ERROR_CODES, said);
    const code = isCode ? (said as ErrorCode) : codeOf(response.status);
    throw new UpstreamError(
      code,
      upstream,
      typeof text === 'string' && text !== '' ? text : `The service "${upstream}" refused the request.`,
      {
        status: response.status,
        extensions: {
          httpStatus: response.status,
          ...more,
          // What the backend calls it is no code of ours.
          ...(said !== undefined && !isCode && { faultCode: said }),
        },
      },
    );
  };
}

/** A single name, `ok`, is an object with one field to the language; here its value is meant. */
function compileValue(mapping: Mapping): ReturnType<typeof compileMapping> {
  const read = compileMapping(mapping);
  const { shape } = mapping;
  const [only, ...more] = shape.kind === 'object' ? shape.fields.keys() : [];
  if (only === undefined || more.length > 0) return read;
  return (data, variables) => own(read(data, variables), only);
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'CONFLICT';
  if (status === 429) return 'RATE_LIMITED';
  return status >= 400 && status < 500 ? 'INVALID_ARGUMENT' : 'UPSTREAM_ERROR';
}
