import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { UpstreamError } from '../../errors.ts';
import { badResponse, tooLarge } from './failure.ts';

type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** Content codings (RFC 9110 section 8.4.1, RFC 8878). "deflate" is zlib data; some servers send it bare. */
const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  'x-gzip': promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
  zstd: promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress),
  deflate: (body, options) => ((body[0]! & 0x0f) === 8 ? inflate(body, options) : inflateRaw(body, options)),
};
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);

/** More codings than this on one answer are an attack, not a need. */
const MAX_CODINGS = 2;

/** Undoes the content codings of an answer; what comes out never exceeds `maxBytes`, however small the input. */
export async function decompress(
  body: Buffer,
  contentEncoding: string,
  maxBytes: number,
  service: string,
): Promise<Buffer> {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (body.length === 0) return body;
  if (codings.length > MAX_CODINGS) throw badResponse(service, 'is compressed more than twice');
  let decoded = body;
  for (const coding of codings.reverse()) {
    const decoder = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined;
    if (decoder === undefined) throw badResponse(service, 'has a content-encoding that nobody asked for');
    try {
      decoded = await decoder(decoded, { maxOutputLength: maxBytes });
    } catch (error) {
      throw decodingError(error, service, maxBytes);
    }
  }
  return decoded;
}

function decodingError(error: unknown, service: string, maxBytes: number): UpstreamError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(service, maxBytes, error);
  return badResponse(service, 'cannot be decompressed', error);
}
