import type { IncomingHttpHeaders } from 'node:http';

/** The encodings of a document, as declared. */
export type Charset = 'utf-8' | 'iso-8859-1';

const LATIN1_NAMES = new Set(['iso-8859-1', 'latin1', 'iso_8859-1', 'l1']);
const UTF8_NAMES = new Set(['utf-8', 'utf8', 'us-ascii']);

/** The charset of that name (RFC 2978 names are case-insensitive); undefined if it is neither of ours. */
export function charsetNamed(name: string): Charset | undefined {
  const lower = name.trim().toLowerCase();
  if (LATIN1_NAMES.has(lower)) return 'iso-8859-1';
  if (UTF8_NAMES.has(lower)) return 'utf-8';
  return undefined;
}

/**
 * The charset that an answer should have: `?encoding=` first, then the best of `Accept-Charset`.
 * @param preferred what the route answers in when the client does not care
 */
export function wantedCharset(
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
  preferred: Charset = 'utf-8',
): Charset {
  const named = query.get('encoding');
  if (named !== null) return charsetNamed(named) ?? preferred;
  const accepted = headers['accept-charset'];
  if (accepted === undefined) return preferred;
  let best: Charset = preferred;
  let bestWeight = 0;
  for (const entry of String(accepted).split(',')) {
    const [name = '', ...parameters] = entry.split(';');
    const weight = Number(parameters.find((parameter) => /^\s*q=/i.test(parameter))?.split('=')[1] ?? 1);
    const charset = name.trim() === '*' ? preferred : charsetNamed(name);
    if (charset === undefined || !(weight > bestWeight)) continue;
    best = charset;
    bestWeight = weight;
  }
  return best;
}

export function hasOutsideLatin1(value: string): boolean {
  return /[\u0100-\uffff]/.test(value);
}

/** A document's bytes, its declaration in front. Characters that ISO-8859-1 lacks become references. */
export function encodeDocument(root: string, charset: Charset): Buffer {
  if (charset === 'utf-8') return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${root}`, 'utf8');
  const referenced = hasOutsideLatin1(root) ? root.replace(/[\u0100-\u{10ffff}]/gu, reference) : root;
  return Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>\n${referenced}`, 'latin1');
}

function reference(character: string): string {
  return `&#x${character.codePointAt(0)!.toString(16).toUpperCase()};`;
}

/** The `Content-Type` of a document in that charset. */
export function contentType(charset: Charset): string {
  return `application/xml; charset=${charset}`;
}
