import { malformed } from './error.ts';

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['apos', "'"],
  ['quot', '"'],
]);
const BEYOND_UNICODE = 0x11_0000;

/** Text with its references replaced: the five predefined entities and character references, no others (XML 1.0 section 4.6). */
export function decodeReferences(raw: string): string {
  let text = '';
  let from = 0;
  for (;;) {
    const start = raw.indexOf('&', from);
    if (start === -1) return from === 0 ? raw : text + raw.slice(from);
    const end = raw.indexOf(';', start);
    const name = raw.slice(start + 1, end);
    if (end === -1 || name.includes('&')) throw malformed('"&" that begins no reference');
    text += raw.slice(from, start) + (PREDEFINED.get(name) ?? referencedCharacter(name));
    from = end + 1;
  }
}

/** Whether the text ends within a reference, which must not go on behind a comment. */
export function hasOpenReference(raw: string): boolean {
  const last = raw.lastIndexOf('&');
  return last !== -1 && !raw.includes(';', last);
}

/** An attribute's value: literal line breaks and tabs count as spaces (XML 1.0 section 3.3.3), referenced ones do not. */
export function decodeAttribute(raw: string): string {
  return decodeReferences(raw.replace(/[\t\n]/g, ' '));
}

/** XML 1.0 section 4.1; any number of leading zeros is allowed. */
function referencedCharacter(name: string): string {
  const isHex = name.charCodeAt(1) === 0x78;
  const digits = isHex ? 2 : 1;
  let code = name.charCodeAt(0) === 0x23 && name.length > digits ? 0 : Number.NaN;
  for (let i = digits; i < name.length; i += 1) {
    const digit = digitOf(name.charCodeAt(i), isHex);
    code = Math.min(code * (isHex ? 16 : 10) + digit, BEYOND_UNICODE);
  }
  if (Number.isNaN(code)) {
    throw malformed('a reference to an entity that is not one of the five predefined');
  }
  if (!isLegal(code)) throw malformed('a reference to a character that XML does not allow');
  return String.fromCodePoint(code);
}

function digitOf(code: number, isHex: boolean): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  // Without the bit that tells small letters.
  const capital = code & ~0x20;
  return isHex && capital >= 0x41 && capital <= 0x46 ? capital - 0x37 : Number.NaN;
}

/** XML 1.0 section 2.2. */
function isLegal(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code < BEYOND_UNICODE);
}
