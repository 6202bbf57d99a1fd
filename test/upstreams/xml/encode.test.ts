import { describe, expect, it } from 'vitest';
import type { XmlNamespaces } from '../../../gateway/upstreams/upstream.ts';
import { encodeXml } from '../../../gateway/upstreams/xml/encode.ts';
import { XmlError } from '../../../gateway/upstreams/xml/error.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

describe('a tree is written', () => {
  const cases: [unknown, XmlNamespaces, string][] = [
    [{ a: 'x' }, {}, '<a>x</a>'],
    [{ a: '' }, {}, '<a/>'],
    [{ a: {} }, {}, '<a/>'],
    [{ a: { b: [1, true, 10n, -0.5, 'x'] } }, {}, '<a><b>1</b><b>true</b><b>10</b><b>-0.5</b><b>x</b></a>'],
    [{ a: { z: '1', '#text': 't', '@x': 2, b: '3' } }, {}, '<a x="2"><z>1</z>t<b>3</b></a>'],
    [{ a: { b: undefined, c: [undefined, '1'], '@d': undefined, '@e': null } }, {}, '<a><c>1</c></a>'],
    [{ a: { b: [] } }, {}, '<a/>'],
    [{ a: null }, {}, `<a xmlns:xsi="${XSI}" xsi:nil="true"/>`],
    [{ a: { b: null } }, {}, `<a xmlns:xsi="${XSI}"><b xsi:nil="true"/></a>`],
    [{ a: { b: null } }, { i: XSI }, `<a xmlns:i="${XSI}"><b i:nil="true"/></a>`],
    [{ a: { b: null } }, { xsi: 'urn:x' }, `<a xmlns:xsi1="${XSI}"><b xsi1:nil="true"/></a>`],
    [{ a: '<&>"\'\r\n\t' }, {}, '<a>&lt;&amp;&gt;"\'&#13;\n\t</a>'],
    [{ a: { '@x': '<&>"\'\r\n\t' } }, {}, '<a x="&lt;&amp;&gt;&quot;\'&#13;&#10;&#9;"/>'],
    [{ a: 'x' }, { '': 'urn:a', m: 'urn:b' }, '<a xmlns="urn:a">x</a>'],
    [
      { a: { 'm:b': 'x' } },
      { '': 'urn:a', m: 'urn:b&c' },
      '<a xmlns="urn:a" xmlns:m="urn:b&amp;c"><m:b>x</m:b></a>',
    ],
    [{ 'm:a': { '@m:x': '1', '@y': '2' } }, { m: 'urn:b' }, '<m:a xmlns:m="urn:b" m:x="1" y="2"/>'],
    [{ a: { '{urn:c}b': 'x' } }, {}, '<a xmlns:ns="urn:c"><ns:b>x</ns:b></a>'],
    [
      { a: { '{urn:c}b': '', '@{urn:c}d': '', '{urn:e}f': '' } },
      { ns: 'urn:n' },
      '<a xmlns:ns1="urn:c" xmlns:ns2="urn:e" ns1:d=""><ns1:b/><ns2:f/></a>',
    ],
    [{ a: { '{urn:b}c': 'x' } }, { m: 'urn:b' }, '<a xmlns:m="urn:b"><m:c>x</m:c></a>'],
    [{ a: { '@xml:lang': 'de' } }, {}, '<a xml:lang="de"/>'],
  ];
  it.each(cases)('case %#', (tree, namespaces, document) => {
    expect(encodeXml(tree, namespaces)).toBe(DECLARATION + document);
  });
});

describe('a tree is refused, with the path', () => {
  const deep = (depth: number): unknown => (depth === 0 ? '' : { a: deep(depth - 1) });
  const circular: Record<string, unknown> = {};
  circular['a'] = circular;
  const cases: [unknown, string][] = [
    ['text', 'not an object'],
    [null, 'not an object'],
    [['a'], 'not an object'],
    [{}, '0 root elements'],
    [{ a: '1', b: '2' }, '2 root elements'],
    [{ a: ['1', '2'] }, 'root elements'],
    [{ '@a': '1' }, '"@a"'],
    [{ '#text': '1' }, '"#text"'],
    [{ a: { b: ['x', '\0'] } }, '"a.b[1]" has a character'],
    [{ a: { '@b': '\uD800' } }, '"a.@b" has a character'],
    [{ a: { 'b c': 'x' } }, '"a.b c" is not a valid XML name'],
    [{ a: { '><evil': 'x' } }, 'is not a valid XML name'],
    [{ a: { '': 'x' } }, 'is not a valid XML name'],
    [{ a: { '1': 'x' } }, 'is not a valid XML name'],
    [{ a: { '@b="1" c': 'x' } }, 'is not a valid XML name'],
    [{ a: { 'm:b': 'x' } }, '"a.m:b" has a namespace prefix that is not declared'],
    [{ a: { 'constructor:b': 'x' } }, 'not declared'],
    [{ a: { '@xmlns': 'urn:evil' } }, 'namespace declaration'],
    [{ a: { '@xmlns:m': 'urn:evil' } }, 'namespace declaration'],
    [{ a: { b: [['x']] } }, 'neither a scalar nor an element'],
    [{ a: { '@b': {} } }, 'neither a scalar nor an element'],
    [{ a: { '#text': [] } }, 'neither a scalar nor an element'],
    [{ a: Number.NaN }, 'not a finite number'],
    [{ a: Number.POSITIVE_INFINITY }, 'not a finite number'],
    [{ a: () => 'x' }, 'neither a scalar nor an element'],
    [deep(102), 'nested deeper'],
    [circular, 'nested deeper'],
  ];
  it.each(cases)('case %#', (tree, message) => {
    let error: unknown;
    try {
      encodeXml(tree, {});
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(XmlError);
    expect((error as XmlError).fault).toBe('unencodable');
    expect((error as XmlError).message).toContain(message);
  });
});
