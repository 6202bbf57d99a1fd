import { Metadata } from '@grpc/grpc-js';
import type { Headers } from '../upstream.ts';

/** Headers that belong to one HTTP connection or to HTTP's own body; metadata has its own or none. */
const HTTP_ONLY: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);
/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Custom-Metadata. */
const LEGAL_NAME = /^[0-9a-z_.-]+$/;
const LEGAL_VALUE = /^[ -~]*$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Request headers as metadata. What gRPC cannot carry (reserved and HTTP-only names, values that are not printable
 * ASCII, `-bin` values that are not base64) is left out: a client's odd header must not fail the call.
 */
export function metadataFromHeaders(headers: Headers): Metadata {
  const metadata = new Metadata();
  // RFC 9110 section 7.6.1: what `connection` names belongs to the client's connection too.
  const named = headers['connection']?.split(',').map((name) => name.trim().toLowerCase());
  for (const name of Object.keys(headers)) {
    if (name.startsWith('grpc-') || HTTP_ONLY.has(name) || named?.includes(name) || !LEGAL_NAME.test(name))
      continue;
    const value = headers[name]!;
    if (name.endsWith('-bin')) {
      for (const part of value.split(',')) {
        const text = part.trim();
        if (BASE64.test(text)) metadata.add(name, Buffer.from(text, 'base64'));
      }
    } else if (LEGAL_VALUE.test(value)) metadata.set(name, value);
  }
  return metadata;
}

/** Initial and trailing metadata as response headers; `-bin` values in base64, repeated values joined by `, `. */
export function headersFromMetadata(initial: Metadata | undefined, trailing: Metadata | undefined): Headers {
  const headers: Record<string, string> = {};
  if (initial !== undefined) collect(initial, headers);
  if (trailing !== undefined) collect(trailing, headers);
  return headers;
}

function collect(metadata: Metadata, headers: Record<string, string>): void {
  const values = metadata.toJSON();
  for (const name of Object.keys(values)) {
    // `toJSON` fills an ordinary object, so `__proto__` cannot come out of it; here it must not go in.
    if (name.startsWith('grpc-') || name === 'content-type' || name === '__proto__') continue;
    const text = values[name]!.map((value) =>
      typeof value === 'string' ? value : value.toString('base64'),
    ).join(', ');
    headers[name] = headers[name] === undefined ? text : `${headers[name]}, ${text}`;
  }
}
