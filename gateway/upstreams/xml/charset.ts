import { isAscii, isUtf8 } from 'node:buffer';
import { malformed } from './error.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'iso-8859-1' | 'us-ascii';

const LABELS: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'iso-8859-1': 'iso-8859-1',
  iso8859_1: 'iso-8859-1',
  latin1: 'iso-8859-1',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
  'us-ascii': 'us-ascii',
  ascii: 'us-ascii',
};

const DECLARED = /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/;
/** An XML declaration is not longer than this. */
const DECLARATION_BYTES = 256;

/**
 * The text of a document: its encoding is told by a byte order mark, else by the `charset` of the
 * content type (RFC 7303 section 3), else by the XML declaration, else it is UTF-8.
 * Throws `XmlError` if the encoding is not one of those above or the bytes are not in it.
 */
export function decodeBytes(body: Buffer, charset: string | undefined): string {
  const encoding = encodingOf(body, charset);
  const text = decodeAs(body, encoding);
  if (text === undefined) throw malformed(`it is not in the encoding ${encoding} that it names`);
  return text;
}

function encodingOf(body: Buffer, charset: string | undefined): Encoding {
  const [first, second, third] = body;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark, the first `<` gives UTF-16 away (XML 1.0 appendix F).
  if (first === 0x3c && second === 0) return 'utf-16le';
  if (first === 0 && second === 0x3c) return 'utf-16be';
  const label = charset ?? DECLARED.exec(body.toString('latin1', 0, DECLARATION_BYTES))?.[1]?.toLowerCase();
  if (label === undefined) return 'utf-8';
  const encoding = Object.hasOwn(LABELS, label) ? LABELS[label] : undefined;
  if (encoding === undefined) throw malformed('it names an encoding that is not supported');
  return encoding;
}

/** `undefined` if the bytes are not in the encoding. */
function decodeAs(body: Buffer, encoding: Encoding): string | undefined {
  if (encoding === 'utf-8') return isUtf8(body) ? body.toString('utf8') : undefined;
  if (encoding === 'us-ascii') return isAscii(body) ? body.toString('latin1') : undefined;
  try {
    // A decoder of its own for each document: a fatal one keeps its state when it throws.
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
