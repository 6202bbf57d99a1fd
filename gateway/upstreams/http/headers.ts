import type { Headers } from '../upstream.ts';

/**
 * Belong to one connection, not to the message (RFC 9110 section 7.6.1), or are set by the client
 * itself: host and content-length.
 */
const NOT_PASSED = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
]);

const NONE: readonly string[] = [];

/**
 * The headers to send, as undici's flat list of names and values. Later records win. Hop-by-hop
 * headers are left out, and those that a `connection` header names.
 */
export function requestHeaders(...records: readonly (Headers | undefined)[]): string[] {
  const merged: Record<string, string> = Object.assign({}, ...records);
  const named = merged['connection']?.split(',').map((name) => name.trim().toLowerCase()) ?? NONE;
  const list: string[] = [];
  for (const name in merged) {
    if (!NOT_PASSED.has(name) && !named.includes(name)) list.push(name, merged[name]!);
  }
  return list;
}

/**
 * Headers of an answer: lower case, repeated ones joined by `, ` (RFC 9110 section 5.3). `set-cookie`,
 * which cannot be joined and is nobody's business beyond this hop, is dropped.
 */
export function responseHeaders(raw: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers: Record<string, string> = {};
  for (const name in raw) {
    const value = raw[name];
    if (value === undefined || name === 'set-cookie') continue;
    headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}

/** A content type without its parameters, lower case; `''` if there is none. */
export function mediaType(headers: Headers): string {
  const value = headers['content-type'];
  if (value === undefined) return '';
  const end = value.indexOf(';');
  return (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
}

/** The `charset` parameter of a content type, lower case, if it has one. */
export function charset(headers: Headers): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase();
}
