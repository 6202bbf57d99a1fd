import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentType, encodeDocument, wantedCharset } from '../../../subgraphs/common/xml/encoding.ts';
import type { Charset } from '../../../subgraphs/common/xml/encoding.ts';
import { readDocument } from '../../../subgraphs/common/xml/read.ts';
import { attribute, cdata, text } from '../../../subgraphs/common/xml/write.ts';

const CHARSETS: readonly Charset[] = ['utf-8', 'iso-8859-1'];
const XML = 'application/xml';
const read = (source: string): ReturnType<typeof readDocument> => readDocument(Buffer.from(source), XML);

/** What a document can hold (XML 1.0 section 2.2), with the troublesome pieces more often than chance has them. */
const characters = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ']]>',
        ']]',
        '>',
        '<',
        '&',
        '&amp;',
        '"',
        "'",
        '\r',
        '\n',
        '\t',
        '\r\n',
        'ü',
        'Ł',
        '\u{1F382}',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  // oxlint-disable-next-line eslint/no-control-regex -- the characters that XML forbids
  .map((parts) => parts.join('').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?'));

describe('what is written is what is read', () => {
  for (const charset of CHARSETS) {
    test(`text, attributes and CDATA survive ${charset}`, () => {
      fc.assert(
        fc.property(characters, (value) => {
          const root = `<a b="${attribute(value)}"><c>${text(value)}</c><d>${cdata(value, charset)}</d></a>`;
          const element = readDocument(encodeDocument(root, charset), contentType(charset));
          const [c, d] = element.children;
          expect(element.attributes.get('b')).toBe(value);
          expect(c!.text).toBe(value);
          // A carriage return inside CDATA would be normalised; the writer takes it outside.
          expect(d!.text).toBe(value);
        }),
        { numRuns: 500 },
      );
    });
  }

  test('forbidden characters and lone surrogates become U+FFFD instead of breaking the document', () => {
    expect(text('a\u0000b\ud800c')).toBe('a\ufffdb\ufffdc');
    expect(cdata('\u001b', 'utf-8')).toBe('<![CDATA[\ufffd]]>');
  });
});

describe('reading', () => {
  test('goes by namespace, on elements and attributes, with the scopes of a document', () => {
    const element = read(
      '<a xmlns="u:1" xmlns:p="u:2" p:x="1" x="2"><p:b xmlns:p="u:3"/><c xmlns=""/><p:d/></a>',
    );
    expect(element.namespace).toBe('u:1');
    expect([...element.attributes]).toEqual([
      ['{u:2}x', '1'],
      ['x', '2'],
    ]);
    expect(element.children.map(({ namespace, name }) => [namespace, name])).toEqual([
      ['u:3', 'b'],
      ['', 'c'],
      ['u:2', 'd'],
    ]);
  });

  const refused: Readonly<Record<string, string>> = {
    'two roots': '<a/><b/>',
    'an undeclared prefix': '<p:a/>',
    'an unknown entity': '<a>&nbsp;</a>',
    'a reference to a forbidden character': '<a>&#0;</a>',
    'a bare ampersand': '<a>a & b</a>',
    'an unclosed comment': '<a/><!-- ',
    'nesting without end': '<a>'.repeat(500) + '</a>'.repeat(500),
    'a name of JavaScript': '<__proto__/>',
  };
  for (const [what, source] of Object.entries(refused)) {
    test(`refuses ${what}`, () => {
      expect(() => read(source)).toThrow(/not well-formed/);
    });
  }

  test('refuses a DOCTYPE where it means one, and leaves one in CDATA and comments alone', () => {
    expect(() => read('<?xml version="1.0"?><!-- > --><!DOCTYPE a><a/>')).toThrow(/document type/);
    expect(() => read('<a><!DOCTYPE a></a>')).toThrow(/document type/);
    expect(read('<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]></a>').text).toBe('<!DOCTYPE a>');
  });
});

test('Accept-Charset goes by weight, ?encoding= goes first', () => {
  const wanted = (accepted: string | undefined, query = ''): Charset =>
    wantedCharset(new URLSearchParams(query), accepted === undefined ? {} : { 'accept-charset': accepted });
  expect(wanted(undefined)).toBe('utf-8');
  expect(wanted('ISO-8859-1')).toBe('iso-8859-1');
  expect(wanted('iso-8859-1;q=0.5, utf-8')).toBe('utf-8');
  expect(wanted('utf-8;q=0.1, latin1;q=0.2')).toBe('iso-8859-1');
  expect(wanted('koi8-r, *;q=0.1')).toBe('utf-8');
  expect(wanted('utf-8', 'encoding=latin1')).toBe('iso-8859-1');
});
