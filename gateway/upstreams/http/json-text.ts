import { isUtf8 } from 'node:buffer';
import { badResponse } from './failure.ts';

/** Only where so many digits follow each other can an integer be beyond 2^53. */
const LONG_NUMBER = /\d{16}/;

/**
 * A JSON text (RFC 8259, always UTF-8) as plain data. Integers that a JavaScript number cannot hold
 * exactly become strings of their digits. Throws `UPSTREAM_BAD_RESPONSE`.
 */
export function parseJson(body: Buffer, service: string): unknown {
  if (!isUtf8(body)) throw badResponse(service, 'is not UTF-8');
  const text = body.toString('utf8', hasByteOrderMark(body) ? 3 : 0);
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text);
  } catch (error) {
    throw badResponse(service, 'is not valid JSON', error);
  }
}

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

function hasByteOrderMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}
