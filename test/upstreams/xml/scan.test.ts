import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { XmlNamespaces } from '../../../gateway/upstreams/upstream.ts';
import { decodeXml } from '../../../gateway/upstreams/xml/decode.ts';
import { XmlError } from '../../../gateway/upstreams/xml/error.ts';
import { canonicalPrefixes, NamespaceScope } from '../../../gateway/upstreams/xml/namespaces.ts';
import { parseXml } from '../../../gateway/upstreams/xml/parse.ts';
import { scanXml } from '../../../gateway/upstreams/xml/scan.ts';
import type { XmlTree } from '../../../gateway/upstreams/xml/tree.ts';
import { vocabularyOf } from '../../../gateway/upstreams/xml/vocabulary.ts';
import { DEFAULT_XML_LIMITS, type XmlLimits } from '../../../gateway/upstreams/xml/wellformed.ts';
import { arbitraryDamagedDocument, arbitraryDocument, arbitraryValidDocument } from './arbitrary-document.ts';
import { NAMESPACES } from './arbitrary-tree.ts';

const scan = (
  document: string,
  namespaces: XmlNamespaces,
  limits = DEFAULT_XML_LIMITS,
): XmlTree | undefined => scanXml(document, vocabularyOf(namespaces), limits);

/** `undefined` if it is refused. */
function parse(
  document: string,
  namespaces: XmlNamespaces,
  limits = DEFAULT_XML_LIMITS,
): XmlTree | undefined {
  try {
    return parseXml(document, NamespaceScope.root(canonicalPrefixes(namespaces)), limits);
  } catch (error) {
    expect(error).toBeInstanceOf(XmlError);
    return undefined;
  }
}

/** The same tree in the same order, `__proto__` included, or refused by both. */
function expectSame(
  document: string,
  namespaces: XmlNamespaces,
  limits: XmlLimits = DEFAULT_XML_LIMITS,
): void {
  const parsed = parse(document, namespaces, limits);
  // Names that an earlier document left behind make no difference.
  for (const scanned of [scan(document, { ...namespaces }, limits), scan(document, namespaces, limits)]) {
    if (isDeepStrictEqual(scanned, parsed) && JSON.stringify(scanned) === JSON.stringify(parsed)) continue;
    expect({ document, tree: JSON.stringify(scanned) }).toEqual({ document, tree: JSON.stringify(parsed) });
    throw new Error(`differs in prototypes: ${document}`);
  }
}

const LOCAL: XmlNamespaces = {};

describe('the scanner and fast-xml-parser', () => {
  it('give the same tree for every document that the scanner must take', () => {
    fc.assert(
      fc.property(arbitraryValidDocument, (document) => {
        expectSame(document, NAMESPACES);
        expect(scan(document, NAMESPACES), document).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['with namespaces', NAMESPACES],
    ['with local names', LOCAL],
  ])('agree on documents of all kinds, %s', (_how, namespaces) => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => expectSame(document, namespaces)),
      { numRuns: 3_000 },
    );
  });

  it('agree on damaged documents', () => {
    fc.assert(
      fc.property(arbitraryDamagedDocument, (document) => expectSame(document, NAMESPACES)),
      {
        numRuns: 6_000,
      },
    );
  });

  it('agree on what is beyond a limit', () => {
    const limits = fc.record({ maxDepth: fc.nat(4), maxNodes: fc.nat(12), maxAttributes: fc.nat(4) });
    fc.assert(
      fc.property(arbitraryDocument, limits, (document, limit) => expectSame(document, NAMESPACES, limit)),
      {
        numRuns: 3_000,
      },
    );
  });
});

describe('the library decides', () => {
  it.each([
    ['what a refusal says', '<a>\n<b></a>'],
    ['what a limit says', '<a>'.repeat(101) + '</a>'.repeat(101)],
    ['a DOCTYPE', '<!DOCTYPE a><a/>'],
    ['an undeclared prefix', '<p:a/>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
  ])('%s', (_what, document) => {
    const messages = [
      () => parseXml(document, NamespaceScope.root(undefined), DEFAULT_XML_LIMITS),
      () => decodeXml(document, { namespaces: LOCAL }),
    ].map((read) => {
      try {
        return read();
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(scan(document, LOCAL)).toBeUndefined();
    expect(messages[0]).toBeTypeOf('string');
    expect(messages[1]).toBe(messages[0]);
  });

  it('depths that could exhaust the stack, whatever the limit', () => {
    const nested = '<a>'.repeat(600) + '</a>'.repeat(600);
    const limits = { ...DEFAULT_XML_LIMITS, maxDepth: 1_000 };
    expect(scan(nested, LOCAL, limits)).toBeUndefined();
    expect(decodeXml(nested, { namespaces: LOCAL, limits })).toBeTypeOf('object');
  });
});

describe('what is kept of the names of a backend', () => {
  const read = (document: string, namespaces: XmlNamespaces): unknown => {
    try {
      return decodeXml(document, { namespaces });
    } catch {
      return undefined;
    }
  };

  it('serves the next document', () => {
    const namespaces = { '': 'urn:a' };
    read('<a xmlns="urn:a"><b x="1"/></a>', namespaces);
    const kept = vocabularyOf(namespaces);
    expect(read('<a><b xmlns="urn:a" x="2"/></a>', namespaces)).toEqual({ a: { b: { '@x': '2' } } });
    expect(vocabularyOf(namespaces)).toBe(kept);
  });

  it.each([
    ['names', Array.from({ length: 5_000 }, (_, i) => `<n${i}/>`).join('')],
    ['namespaces', Array.from({ length: 1_000 }, (_, i) => `<n xmlns="urn:${i}"/>`).join('')],
    ['long names', Array.from({ length: 10 }, (_, i) => `<n${i}${'n'.repeat(100_000)}/>`).join('')],
    ['anything that is refused', '<b>'],
  ])('does not grow with %s', (_what, content) => {
    const namespaces = { '': 'urn:a' };
    const before = vocabularyOf(namespaces);
    read(`<a>${content}</a>`, namespaces);
    expect(vocabularyOf(namespaces)).not.toBe(before);
  });
});

it('a reference does not go on behind a comment, a section or an instruction', () => {
  for (const between of ['<!-- -->', '<?p?>', '<![CDATA[]]>']) {
    expect(() => decodeXml(`<a>&am${between}p;</a>`, { namespaces: LOCAL })).toThrow('reference');
  }
});

it('line ends are one whatever stands between them', () => {
  expect(decodeXml('<a>x\r<?p?>\ny\r<!-- -->\nz</a>', { namespaces: LOCAL })).toEqual({ a: 'x\n\ny\n\nz' });
});
