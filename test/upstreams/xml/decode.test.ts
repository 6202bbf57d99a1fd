import { describe, expect, it } from 'vitest';
import type { XmlNamespaces } from '../../../gateway/upstreams/upstream.ts';
import { decodeXml } from '../../../gateway/upstreams/xml/decode.ts';
import { XmlError } from '../../../gateway/upstreams/xml/error.ts';
import type { XmlLimits } from '../../../gateway/upstreams/xml/wellformed.ts';

const decode = (text: string, namespaces: XmlNamespaces = {}): unknown => decodeXml(text, { namespaces });

function refusal(text: string, limits: Partial<XmlLimits> = {}, namespaces: XmlNamespaces = {}): XmlError {
  try {
    decodeXml(text, { namespaces, limits });
  } catch (error) {
    expect(error).toBeInstanceOf(XmlError);
    return error as XmlError;
  }
  throw new Error('the document was accepted');
}

describe('elements', () => {
  it.each([
    ['<a>x</a>', { a: 'x' }],
    ['<a/>', { a: '' }],
    ['<a></a>', { a: '' }],
    ['<a> x\n y </a>', { a: ' x\n y ' }],
    ['<a> </a>', { a: ' ' }],
    ['<a>007</a>', { a: '007' }],
    ['<a>true</a>', { a: 'true' }],
    ['<a>1e3</a>', { a: '1e3' }],
    ['<a><b>1</b></a>', { a: { b: '1' } }],
    ['<a><b>1</b><b>2</b></a>', { a: { b: ['1', '2'] } }],
    ['<a><b>1</b><c/><b>2</b><b/></a>', { a: { b: ['1', '2', ''], c: '' } }],
    ['<a>\n  <b>1</b>\n</a>', { a: { b: '1' } }],
    ['<a>x<b>1</b> y </a>', { a: { '#text': 'x y ', b: '1' } }],
    ['<a>a\r\nb\rc</a>', { a: 'a\nb\nc' }],
    ['<a><b>&#32;</b>&#32;</a>', { a: { b: ' ', '#text': ' ' } }],
    ['<a ><b\n/></a >', { a: { b: '' } }],
    ['<größe>ü</größe>', { größe: 'ü' }],
    ['<a.b-c_d/>', { 'a.b-c_d': '' }],
    // A letter to XML, white space to JavaScript.
    ['<a\u1680b/>', { 'a\u1680b': '' }],
    ['<a>😀</a>', { a: '😀' }],
  ])('%j', (text, tree) => {
    expect(decode(text)).toEqual(tree);
  });
});

describe('attributes', () => {
  it.each([
    ['<a x="1"/>', { a: { '@x': '1' } }],
    ['<a x="1">t</a>', { a: { '@x': '1', '#text': 't' } }],
    ['<a x="1"><x>2</x></a>', { a: { '@x': '1', x: '2' } }],
    [`<a x='"' y="'"/>`, { a: { '@x': '"', '@y': "'" } }],
    ['<a x="1 > 0 / 2"/>', { a: { '@x': '1 > 0 / 2' } }],
    ['<a x="/"></a>', { a: { '@x': '/' } }],
    ['<a x=""/>', { a: { '@x': '' } }],
    ['<a x="  1  "/>', { a: { '@x': '  1  ' } }],
    ['<a\n x = "1"\ty\r\n=\'2\' />', { a: { '@x': '1', '@y': '2' } }],
    ['<a x="a\nb\tc&#10;d&#9;e"/>', { a: { '@x': 'a b c\nd\te' } }],
    ['<a x="&lt;&amp;&gt;&quot;&apos;"/>', { a: { '@x': `<&>"'` } }],
  ])('%j', (text, tree) => {
    expect(decode(text)).toEqual(tree);
  });
});

describe('text', () => {
  it.each([
    ['references', '<a>&lt;b&gt; &amp;amp; &#65;&#x42;&#x1F600;</a>', { a: '<b> &amp; AB😀' }],
    ['references with leading zeros', '<a>&#0000000065;&#x000000000042;&#x1f;</a>', undefined],
    ['references with leading zeros', '<a>&#0000000065;&#x00000000004a;&#x9;</a>', { a: 'AJ\t' }],
    ['CDATA as text', '<a><![CDATA[<b> &amp; ]] >]]></a>', { a: '<b> &amp; ]] >' }],
    ['CDATA beside text', '<a>x<![CDATA[ y]]> &lt;</a>', { a: 'x y <' }],
    ['white space in CDATA', '<a><b/><![CDATA[ ]]></a>', { a: { b: '', '#text': ' ' } }],
    ['empty CDATA', '<a><![CDATA[]]></a>', { a: '' }],
    ['comments', '<!-- > <b> & --><a>x<!-- <b> -->y</a><!--->', undefined],
    ['comments', '<!-- > <b> & --><a>x<!-- <b> -->y</a><!-- -->', { a: 'xy' }],
    ['instructions', `<?xml version="1.0"?><?p it's > " ?><a>x<?q don't <b> ?>y<?r?></a><?s?>`, { a: 'xy' }],
    ['a byte order mark', '\uFEFF<?xml version="1.0"?><a/>', { a: '' }],
    [
      '"<!DOCTYPE" in CDATA and comments',
      '<a><![CDATA[<!DOCTYPE a>]]><!-- <!DOCTYPE a> --></a>',
      { a: '<!DOCTYPE a>' },
    ],
  ])('%s', (_what, text, tree) => {
    if (tree === undefined) expect(refusal(text).fault).toBe('malformed');
    else expect(decode(text)).toEqual(tree);
  });
});

describe('nil', () => {
  const xsi = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"';
  it.each([
    [`<a ${xsi}><b i:nil="true"/></a>`, { a: { b: null } }],
    [`<a ${xsi}><b i:nil="1" x="2"></b><b>1</b></a>`, { a: { b: [null, '1'] } }],
    [`<a ${xsi}><b i:nil="false">x</b></a>`, { a: { b: { '@nil': 'false', '#text': 'x' } } }],
    ['<a xmlns:i="urn:other"><b i:nil="true"/></a>', { a: { b: { '@nil': 'true' } } }],
    ['<a nil="true"/>', { a: { '@nil': 'true' } }],
  ])('%s', (text, tree) => {
    expect(decode(text)).toEqual(tree);
  });
});

describe('xsi:type', () => {
  const xsi = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"';
  const namespaces = { '': 'urn:a', money: 'urn:b' };
  it.each([
    [`<a xmlns="urn:a" ${xsi} i:type="T"/>`, 'T'],
    [`<x:a xmlns:x="urn:a" ${xsi} i:type=" x:T "/>`, 'T'],
    [`<a xmlns="urn:a" xmlns:q="urn:b" ${xsi} i:type="q:T"/>`, 'money:T'],
    [`<a xmlns="urn:a" xmlns:q="urn:c" ${xsi} i:type="q:T"/>`, '{urn:c}T'],
    [`<a xmlns="urn:a" ${xsi} i:type="q:T"/>`, 'q:T'],
    [`<a xmlns="urn:a" ${xsi} i:type="no name"/>`, 'no name'],
  ])('%s', (text, type) => {
    expect(decodeXml(text, { namespaces })).toEqual({ a: { '@xsi:type': type } });
  });

  it('is a local name where all names are', () => {
    expect(decode(`<a ${xsi} i:type="q:T"/>`)).toEqual({ a: { '@type': 'T' } });
  });
});

describe('namespaces', () => {
  const namespaces = { '': 'urn:a', money: 'urn:b' };
  it.each([
    ['<order xmlns="urn:a"/>', { order: '' }],
    ['<x:order xmlns:x="urn:a"/>', { order: '' }],
    ['<order xmlns="urn:b"/>', { 'money:order': '' }],
    ['<q:order xmlns:q="urn:c"/>', { '{urn:c}order': '' }],
    ['<order/>', { order: '' }],
    ['<o xmlns="urn:a"><t xmlns="urn:b"><u xmlns=""/></t><t/></o>', { o: { 'money:t': { u: '' }, t: '' } }],
    ['<m:o xmlns:m="urn:a"><m:t xmlns:m="urn:b"/><m:t/></m:o>', { o: { 'money:t': '', t: '' } }],
    [
      '<o xmlns="urn:a" xmlns:p="urn:b" xmlns:q="urn:c" x="1" p:x="2" q:x="3" xml:lang="de"/>',
      { o: { '@x': '1', '@money:x': '2', '@{urn:c}x': '3', '@xml:lang': 'de' } },
    ],
    ['<p:t xmlns:p="urn:a"/>', { t: '' }],
    ['<o xmlns="urn:&#97;"/>', { o: '' }],
  ])('%s', (text, tree) => {
    expect(decode(text, namespaces)).toEqual(tree);
  });

  it('are forgotten if none is asked for', () => {
    expect(decode('<p:o xmlns:p="urn:a" p:x="1"><q:t xmlns:q="urn:b"/></p:o>')).toEqual({
      o: { '@x': '1', t: '' },
    });
  });

  it.each([
    '<p:a/>',
    '<a p:x="1"/>',
    '<a><p:b xmlns:p="urn:b"/><p:c/></a>',
    '<a xmlns:p=""/>',
    '<a xmlns:xmlns="urn:x"/>',
    '<a xmlns:xml="urn:x"/>',
    '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
    '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
    '<a xmlns:p="urn:x" xmlns:q="urn:x" p:n="1" q:n="2"/>',
  ])('that are wrong make the document malformed: %s', (text) => {
    expect(refusal(text).fault).toBe('malformed');
    expect(refusal(text, {}, namespaces).fault).toBe('malformed');
  });
});

describe('a document that is not well-formed is refused', () => {
  it.each([
    ['empty', ''],
    ['only white space', ' \n'],
    ['only a comment', '<!-- a -->'],
    ['text', 'hello'],
    ['JSON', '{"a":1}'],
    ['unclosed', '<a><b></b>'],
    ['unclosed start tag', '<a'],
    ['unclosed start tag with attribute', '<a x="1"'],
    ['unclosed attribute', '<a x="1></a>'],
    ['crossed', '<a><b></a></b>'],
    ['closed twice', '<a></a></a>'],
    ['closed by a longer name', '<a></ab>'],
    ['closed by a shorter name', '<ab></a>'],
    ['closed with an attribute', '<a></a x="1">'],
    ['two roots', '<a/><b/>'],
    ['two roots, open', '<a></a><b></b>'],
    ['text before the root', 'x<a/>'],
    ['text behind the root', '<a/>x'],
    ['CDATA behind the root', '<a/><![CDATA[x]]>'],
    ['a repeated attribute', '<a x="1" x="2"/>'],
    ['an attribute without value', '<a x/>'],
    ['an attribute without quotes', '<a x=1/>'],
    ['attributes without space', '<a x="1"y="2"/>'],
    ['"<" in an attribute', '<a x="<"/>'],
    ['"<" in text', '<a>1 < 2</a>'],
    ['"&" in text', '<a>1 & 2</a>'],
    ['"&" in an attribute', '<a x="&"/>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an entity named like a property', '<a>&constructor;</a>'],
    ['an unended reference', '<a>&lt</a>'],
    ['an empty reference', '<a>&;</a>'],
    ['a reference without a number', '<a>&#;</a>'],
    ['a hexadecimal reference without a number', '<a>&#x;</a>'],
    ['a hexadecimal reference with a capital X', '<a>&#X41;</a>'],
    ['a decimal reference with a hexadecimal digit', '<a>&#4a;</a>'],
    ['a reference with a sign', '<a>&#-1;</a>'],
    ['a reference with a letter that is no digit', '<a>&#x4g;</a>'],
    ['a reference to a character that is none', '<a>&#xFFFE;</a>'],
    ['a reference to a very high number', `<a>&#${'9'.repeat(400)};</a>`],
    ['a reference to NUL', '<a>&#0;</a>'],
    ['a reference to a surrogate', '<a>&#xD800;</a>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a NUL', '<a>\0</a>'],
    ['a control character', '<a>\u0008</a>'],
    ['a lone surrogate', '<a>\uD800</a>'],
    ['"]]>" in text', '<a>]]></a>'],
    ['unended CDATA', '<a><![CDATA[x]></a>'],
    ['an unended comment', '<a><!-- x -></a>'],
    ['"--" in a comment', '<a><!-- a -- b --></a>'],
    ['an unended instruction', '<a><?x ></a>'],
    ['an XML declaration in the middle', '<a><?xml version="1.0"?></a>'],
    ['an XML declaration behind white space', ' <?xml version="1.0"?><a/>'],
    ['a name with a digit in front', '<1a/>'],
    ['a name with two colons', '<a:b:c xmlns:a="urn:a"/>'],
    ['a name with an empty prefix', '<:a/>'],
    ['white space before a name', '< a/>'],
    ['a slash in the middle', '<a / >x</a>'],
    ['a DOCTYPE', '<!DOCTYPE a><a/>'],
    ['a DOCTYPE behind the root', '<a/><!DOCTYPE a>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['a declaration in an element', '<a><!ELEMENT a ANY></a>'],
  ])('%s', (_what, text) => {
    expect(refusal(text).fault).toBe('malformed');
  });

  it('with what is missing at its end', () => {
    expect(refusal('<a><b></b>').message).toContain('an element is not closed');
    expect(refusal('<!-- a -->').message).toContain('it has no element');
  });

  it('with line and column, and without a word of the document', () => {
    expect(refusal('<secret>\n  <b></c>\n</secret>').message).toBe(
      'is not well-formed XML: a closing tag does not match (line 2, column 6)',
    );
  });
});

describe('hostile documents', () => {
  it('billion laughs: refused at the DOCTYPE', () => {
    const entities = Array.from(
      { length: 10 },
      (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
    ).join('');
    expect(refusal(`<!DOCTYPE l [<!ENTITY l0 "lol">${entities}]><l>&l10;</l>`).message).toContain('DOCTYPE');
  });

  it('100,000 elements inside each other: refused, the stack survives', () => {
    const depth = 100_000;
    expect(refusal('<a>'.repeat(depth) + '</a>'.repeat(depth)).fault).toBe('limit');
    expect(refusal('<a>'.repeat(depth)).fault).toBe('limit');
  });

  it('exactly the allowed depth is read', () => {
    const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    expect(() => decode(nested(100))).not.toThrow();
    expect(refusal(nested(101)).fault).toBe('limit');
    expect(refusal(nested(4), { maxDepth: 3 }).message).toContain('3 levels');
  });

  it('too many elements or attributes are refused', () => {
    expect(refusal(`<a>${'<b/>'.repeat(10)}</a>`, { maxNodes: 10 }).fault).toBe('limit');
    expect(refusal(`<a>${'<b x="1"/>'.repeat(5)}</a>`, { maxNodes: 10 }).fault).toBe('limit');
    expect(() =>
      decodeXml(`<a>${'<b/>'.repeat(9)}</a>`, { namespaces: {}, limits: { maxNodes: 10 } }),
    ).not.toThrow();
    const attributes = Array.from({ length: 257 }, (_, i) => ` x${i}="1"`).join('');
    expect(refusal(`<a${attributes}/>`).fault).toBe('limit');
    expect(refusal(`<a>${'<b/>'.repeat(2_000_000)}</a>`).fault).toBe('limit');
  });

  it.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '__defineGetter__',
    'valueOf',
  ])('elements and attributes named %s are plain keys', (name) => {
    const tree = decode(`<a ${name}="1"><${name}><x>2</x></${name}><${name}/></a>`) as { a: object };
    expect(Object.keys(tree.a)).toEqual([`@${name}`, name]);
    expect(Object.getOwnPropertyDescriptor(tree.a, name)?.value).toEqual([{ x: '2' }, '']);
    expect(Object.getPrototypeOf(tree.a)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    const root = decode(`<${name}>t</${name}>`) as object;
    expect(Object.getOwnPropertyDescriptor(root, name)?.value).toBe('t');
  });

  it('long runs of what almost matches cost no more than their length', () => {
    const long = 1_000_000;
    expect(refusal(`<a${' '.repeat(long)}x`).fault).toBe('malformed');
    expect(refusal(`<a x${' '.repeat(long)}`).fault).toBe('malformed');
    expect(refusal(`<a>${'&'.repeat(long)}</a>`).fault).toBe('malformed');
    expect(refusal(`<a>${'<![CDATA['.repeat(long / 10)}</a>`).fault).toBe('malformed');
    expect(decode(`<a>${']'.repeat(long)}</a>`)).toEqual({ a: ']'.repeat(long) });
    expect(decode(`<a>${'<!---->'.repeat(long / 10)}</a>`)).toEqual({ a: '' });
    expect(decode(`<a>${'<?p?>'.repeat(long / 10)}</a>`)).toEqual({ a: '' });
    expect(decode(`<a>${'x<b/>'.repeat(long / 10)}</a>`)).toMatchObject({
      a: { '#text': 'x'.repeat(long / 10) },
    });
  });

  it('many namespace declarations at every depth cost no more than their number', () => {
    const declarations = Array.from({ length: 200 }, (_, i) => ` xmlns:p${i}="urn:${i}"`).join('');
    const leaves = '<b xmlns:q="urn:q"/>'.repeat(50_000);
    const text = `<a${declarations}>`.repeat(90) + leaves + '</a>'.repeat(90);
    expect(() => decode(text)).not.toThrow();
  });
});
