import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../../gateway/upstreams/xml/charset.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?><a>grün</a>`;

describe('the encoding of a document', () => {
  const text = '<a>grün 😀</a>';
  it.each([
    ['UTF-8 by default', Buffer.from(text), undefined, text],
    ['a UTF-8 mark', Buffer.from(`\uFEFF${text}`), 'iso-8859-1', text],
    ['a UTF-16LE mark', utf16le(`\uFEFF${text}`), 'utf-8', text],
    ['a UTF-16BE mark', utf16be(`\uFEFF${text}`), undefined, text],
    ['UTF-16LE without a mark', utf16le(text), 'utf-16', text],
    ['UTF-16BE without a mark', utf16be(text), 'utf-16', text],
    ['the content type', latin1('<a>grün</a>'), 'iso-8859-1', '<a>grün</a>'],
    [
      'the content type, whatever the declaration says',
      Buffer.from(declared('ISO-8859-1')),
      'utf-8',
      declared('ISO-8859-1'),
    ],
    ['the declaration', latin1(declared('ISO-8859-1')), undefined, declared('ISO-8859-1')],
    [
      'the declaration, in single quotes',
      latin1(`<?xml version='1.0' encoding='latin1'?><a>ü</a>`),
      undefined,
      `<?xml version='1.0' encoding='latin1'?><a>ü</a>`,
    ],
    ['windows-1252', Buffer.from([0x3c, 0x61, 0x3e, 0x80, 0x9c]), 'windows-1252', '<a>€œ'],
    [
      'ISO-8859-1 as the web reads it: windows-1252',
      Buffer.from([0x3c, 0x61, 0x3e, 0x80]),
      'iso-8859-1',
      '<a>€',
    ],
    ['US-ASCII', Buffer.from('<a>x</a>'), 'us-ascii', '<a>x</a>'],
  ])('is told by %s', (_what, body, charset, expected) => {
    expect(decodeBytes(body, charset).replace(/^\uFEFF/, '')).toBe(expected);
  });

  it.each([
    ['Latin-1 bytes as UTF-8', latin1('<a>grün</a>'), undefined],
    ['Latin-1 bytes that are declared UTF-8', latin1(declared('UTF-8')), undefined],
    ['bytes above 127 as US-ASCII', latin1('<a>ü</a>'), 'us-ascii'],
    ['half a UTF-16 unit', utf16le('\uFEFF<a/>').subarray(0, 9), undefined],
    ['a lone surrogate in UTF-16', utf16le('\uFEFF<a>\uD800</a>'), undefined],
    ['an encoding that is not supported', Buffer.from('<a/>'), 'ebcdic-cp-us'],
    ['an encoding named like a property', Buffer.from('<a/>'), 'constructor'],
    ['UTF-7, which can hide tags', Buffer.from('+ADw-a+AD4-'), 'utf-7'],
  ])('is not guessed: %s', (_what, body, charset) => {
    expect(() => decodeBytes(body, charset)).toThrow(/^is not well-formed XML/);
  });
});
