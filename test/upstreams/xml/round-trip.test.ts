import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeXml } from '../../../gateway/upstreams/xml/decode.ts';
import { encodeXml } from '../../../gateway/upstreams/xml/encode.ts';
import { arbitraryTree, NAMESPACES } from './arbitrary-tree.ts';
import { writeFreely } from './write-freely.ts';

/** `toEqual` does not look at an own property `__proto__`. */
function expectSame(actual: unknown, expected: unknown, document: string): void {
  if (!isDeepStrictEqual(actual, expected))
    expect({ document, tree: actual }).toEqual({ document, tree: expected });
  expect(isDeepStrictEqual(actual, expected), document).toBe(true);
}

describe('XML trees', () => {
  it('come back the same when they are written and read', () => {
    fc.assert(
      fc.property(arbitraryTree, (tree) => {
        const document = encodeXml(tree, NAMESPACES);
        expectSame(decodeXml(document, { namespaces: NAMESPACES }), tree, document);
      }),
      { numRuns: 1_500 },
    );
  });

  it('are read the same whatever prefixes, quotes, CDATA, comments and layout a document uses', () => {
    fc.assert(
      fc.property(arbitraryTree, fc.array(fc.nat(60), { minLength: 1, maxLength: 40 }), (tree, choices) => {
        const document = writeFreely(tree, choices);
        expectSame(decodeXml(document, { namespaces: NAMESPACES }), tree, document);
      }),
      { numRuns: 1_500 },
    );
  });
});

it('whatever is read as XML, reading ends in a tree or in an XmlError', () => {
  const piece = fc.constantFrom(
    '<',
    '</',
    '>',
    '/>',
    'a',
    'b:c',
    ' ',
    '="',
    '"',
    "'",
    '&',
    '&lt;',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?x',
    '?>',
    '<a>',
    '</a>',
    '<b x="1">',
    '</b>',
    'xmlns:b="u"',
    '<!DOCTYPE',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      try {
        const tree = decodeXml(pieces.join(''), { namespaces: NAMESPACES });
        expect(Object.keys(tree)).toHaveLength(1);
        // What was accepted can be written, and means the same.
        expect(decodeXml(encodeXml(tree, NAMESPACES), { namespaces: NAMESPACES })).toBeTypeOf('object');
      } catch (error) {
        expect((error as Error).name).toBe('XmlError');
      }
    }),
    { numRuns: 5_000 },
  );
});
