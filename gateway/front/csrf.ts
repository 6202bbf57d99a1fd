import { SluiceError } from '../errors.ts';
import type { Headers } from '../upstreams/upstream.ts';

/**
 * Refuses what a foreign page could make a browser send without asking first (a "simple" request of the Fetch standard).
 * The same rule as Apollo Server's for ordinary requests, plus: `EventSource` cannot set headers, so a page of our own
 * origin is known by `sec-fetch-site`, which no page can forge.
 */
export function refuseForgedRequest(headers: Headers): void {
  const contentType = headers['content-type'];
  if (
    contentType !== undefined &&
    !/^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)/i.test(contentType.trim())
  ) {
    return;
  }
  if (headers['sec-fetch-site'] === 'same-origin') return;
  if (headers['x-apollo-operation-name'] || headers['apollo-require-preflight']) return;
  throw new SluiceError(
    'BAD_REQUEST',
    'This request could come from a foreign page (CSRF). Send `content-type: application/json` or a non-empty `apollo-require-preflight` header.',
  );
}
