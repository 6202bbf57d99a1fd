import { UpstreamError } from '../../errors.ts';

/** What a request target may hold: visible ASCII, no backslash (browsers and proxies read it as `/`), no fragment. */
const ILLEGAL = /[^\x21-\x7e]|[\\#]/;
/** `.` and `..` as whole segments of the path, also percent-encoded: they would climb out of the base URL (RFC 3986 section 5.2.4). */
const DOT_SEGMENT = /^[^?]*\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

/**
 * Refuses a path that does not start with exactly one `/`, holds a character that has no place in a
 * request target, or has dot segments. Whatever values a path was built from, it stays on the host
 * and below the base URL.
 */
export function checkPath(path: string, service: string): void {
  const fault = faultOfPath(path);
  if (fault !== undefined) {
    throw new UpstreamError(
      'BAD_USER_INPUT',
      service,
      `The path of a request to the service "${service}" ${fault}.`,
    );
  }
}

function faultOfPath(path: string): string | undefined {
  if (path.charCodeAt(0) !== 0x2f) return 'does not start with "/"';
  if (path.charCodeAt(1) === 0x2f) return 'starts with "//", which names another host';
  if (ILLEGAL.test(path)) return 'has a character that must be percent-encoded';
  if (DOT_SEGMENT.test(path)) return 'has a "." or ".." segment';
  return undefined;
}
