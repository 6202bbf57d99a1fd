import * as fc from 'fast-check';
import type { XmlElement, XmlTree } from '../../../gateway/upstreams/xml/tree.ts';

export const NAMESPACES = { '': 'urn:a', money: 'urn:b' };

/** Element keys in the two declared namespaces and in one that is not; names of `Object.prototype` among them. */
const elementKey = fc.constantFrom(
  'order',
  'item',
  'größe',
  'a.b-c',
  '__proto__',
  'constructor',
  'toString',
  'money:total',
  'money:__proto__',
  '{urn:c}note',
);
const attributeKey = fc.constantFrom(
  '@id',
  '@status',
  '@__proto__',
  '@constructor',
  '@money:currency',
  '@{urn:c}x',
  '@xml:lang',
);

const hard = fc.constantFrom(
  '<',
  '>',
  '&',
  '"',
  "'",
  ']]>',
  '\n',
  '\t',
  '\r',
  ' ',
  '&lt;',
  '<![CDATA[',
  '-->',
  '?>',
  'ü',
  '😀',
  '\u00a0',
  '\u0085',
);
const text = fc
  .array(fc.oneof(hard, fc.string({ unit: 'grapheme-ascii', maxLength: 5 })), { maxLength: 5 })
  .map((parts) => parts.join(''));

const { tree } = fc.letrec<{ tree: XmlTree; element: XmlElement; object: XmlElement }>((tie) => ({
  tree: fc.tuple(elementKey, tie('element')).map(([key, element]) => withKeys([[key, element]])),
  element: fc.oneof({ depthSize: 'small', withCrossShrink: true }, text, fc.constant(null), tie('object')),
  object: fc
    .tuple(
      fc.uniqueArray(fc.tuple(attributeKey, text), { maxLength: 3, selector: ([key]) => key }),
      text,
      fc.uniqueArray(fc.tuple(elementKey, fc.array(tie('element'), { minLength: 1, maxLength: 3 })), {
        maxLength: 4,
        selector: ([key]) => key,
      }),
    )
    .map(([attributes, content, children]) => normalForm(attributes, content, children)),
}));

/** Trees as `decodeXml` gives them, so that reading what was written must give the same again. */
export const arbitraryTree: fc.Arbitrary<XmlTree> = tree;

function normalForm(
  attributes: readonly [string, string][],
  content: string,
  children: readonly [string, XmlElement[]][],
): XmlElement {
  const entries: [string, XmlElement][] = [...attributes];
  for (const [key, items] of children) entries.push([key, items.length === 1 ? items[0]! : items]);
  // White space alone is layout where there are elements; an element with nothing else is its text.
  const isLayout = children.length > 0 && /^[ \t\r\n]*$/.test(content);
  if (entries.length === 0) return content;
  if (content !== '' && !isLayout) entries.push(['#text', content]);
  return withKeys(entries);
}

function withKeys(entries: readonly (readonly [string, XmlElement])[]): Record<string, XmlElement> {
  return Object.fromEntries(entries);
}
