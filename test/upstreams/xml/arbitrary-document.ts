import * as fc from 'fast-check';
import { arbitraryTree } from './arbitrary-tree.ts';
import { writeFreely } from './write-freely.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const name = fc.constantFrom('a', 'b', 'item', 'größe', '__proto__', 'constructor', 'a.b-c_1', '_');
const prefix = fc.constantFrom('', '', '', 'p:', 'q:', 'x:', 'unknown:');
const uri = fc.constantFrom('urn:a', 'urn:b', 'urn:a', 'urn:c&#58;d', XSI, '');
const space = fc.constantFrom(' ', ' ', '\n', '\t ', '  \n  ');
const value = fc.constantFrom(
  '',
  '1',
  'true',
  ' true ',
  'a b',
  'a\n\tb',
  '&lt;&#x41;',
  "it's",
  'x'.repeat(60),
  '>/',
);
const attribute = fc.oneof(
  fc.tuple(space, prefix, name, value).map(([s, p, n, v]) => `${s}${p}${n}="${v}"`),
  fc.tuple(space, fc.constantFrom('x:nil', 'p:nil', 'nil'), value).map(([s, n, v]) => `${s}${n} = "${v}"`),
  fc
    .tuple(space, fc.constantFrom('xmlns', 'xmlns:p', 'xmlns:q', 'xmlns:x'), uri)
    .map(([s, n, u]) => `${s}${n}='${u}'`),
);
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('x', ' ', '\n  ', ' y ', '😀', ']', '>', 'z'.repeat(70)) },
  { weight: 2, arbitrary: fc.constantFrom('&amp;', '&#32;', '&#x1F600;', 'a&lt;b', '&quot;&apos;') },
  { weight: 2, arbitrary: fc.constantFrom('<![CDATA[]]>', '<![CDATA[ ]]>', '<![CDATA[<&]]]]>') },
  { weight: 2, arbitrary: fc.constantFrom('<!---->', '<!-- <a> & -->', '<?p?>', "<?q it's > ?>") },
  {
    weight: 1,
    arbitrary: fc.constantFrom('&', '&am', 'p;', '&#0;', '&no;', ']]>', '<!-- -- -->', '<?xml?>', '\0'),
  },
);

/** Elements as one meets them and as one does not; most are well-formed. */
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      prefix,
      name,
      fc.array(attribute, { maxLength: 3 }),
      fc.constantFrom('', '', '', ' ', '\n'),
      fc.oneof(
        { maxDepth: 5, depthSize: 'small' },
        fc.constant(undefined),
        fc.array(fc.oneof({ weight: 3, arbitrary: piece }, { weight: 2, arbitrary: tie('element') }), {
          maxLength: 6,
        }),
      ),
    )
    .map(([p, n, attributes, s, content]) => {
      const start = `<${p}${n}${attributes.join('')}${s}`;
      return content === undefined ? `${start}/>` : `${start}>${content.join('')}</${p}${n}${s}>`;
    }),
}));

const head = fc.constantFrom('', '', '<?xml version="1.0"?>', '<!-- x -->\n', '<!DOCTYPE a>', ' ');
const declarations = `xmlns:p="urn:a" xmlns:q='urn:b' xmlns:x="${XSI}"`;

const valid = fc
  .tuple(arbitraryTree, fc.array(fc.nat(60), { minLength: 1, maxLength: 40 }))
  // Line ends are made `\n` before a document is scanned.
  .map(([tree, choices]) => writeFreely(tree, choices).replace(/\r\n?/g, '\n').replace('\uFEFF', ''));

export const arbitraryValidDocument: fc.Arbitrary<string> = valid;

export const arbitraryDocument: fc.Arbitrary<string> = fc.oneof(
  valid,
  fc.tuple(head, element).map(([before, root]) => before + root),
  fc
    .tuple(head, fc.array(fc.oneof(element, piece), { maxLength: 5 }), head)
    .map(([before, inner, behind]) => `${before}<r ${declarations}>${inner.join('')}</r>${behind}`),
);

const TOKENS =
  '< </ > /> / = " \' & ; &lt; : ! ? - ]]> <!-- --> <![CDATA[ <?x ?> <a> </a> </b> 1 a ü <!DOCTYPE';
const token = fc.constantFrom(
  ...TOKENS.split(' '),
  ' ',
  '\n',
  '<b x="1">',
  ' x="1"',
  ' p:x="1"',
  ' xmlns=""',
  'xmlns:p="u"',
  '\u00a0',
  '\u0001',
  '\u2028',
  '\ud800',
  '\ufffe',
);
const cut = fc.tuple(fc.nat(), fc.nat(8), fc.oneof(token, fc.constant('')), fc.nat());

/** A document with a few spans cut out, put in or repeated. */
export const arbitraryDamagedDocument: fc.Arbitrary<string> = fc
  .tuple(arbitraryDocument, fc.array(cut, { minLength: 1, maxLength: 3 }))
  .map(([document, cuts]) => {
    let damaged = document;
    for (const [at, length, insert, from] of cuts) {
      const place = at % (damaged.length + 1);
      const source = from % (damaged.length + 1);
      const put = insert === '' ? damaged.slice(source, source + length) : insert;
      damaged = damaged.slice(0, place) + put + damaged.slice(place + (insert === '' ? 0 : length % 3));
    }
    return damaged;
  });
