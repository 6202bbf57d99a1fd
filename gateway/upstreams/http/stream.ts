import { UpstreamError } from '../../errors.ts';
import type { UpstreamResponse, Wire } from '../upstream.ts';

/** The stream of a wire that has none: fails when the first item is asked for. */
export function noStream(service: string, wire: Wire): AsyncIterable<UpstreamResponse> {
  const message = `The service "${service}" is reached over the ${wire} wire, which has no streams.`;
  const next = (): Promise<never> =>
    Promise.reject(new UpstreamError('UPSTREAM_UNIMPLEMENTED', service, message));
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
