import { mkdtempSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fileSource } from '../../../../gateway/connectors/import/xml/file-source.ts';
import { importXsd } from '../../../../gateway/connectors/import/xml/import-xsd.ts';
import { answer, xmlBackend } from '../../backends.ts';
import { keep } from '../../kept.ts';
import { checked, subgraphOf, told, wsdl, wsdlOf, xsdOf } from './imported-graph.ts';

const schema = (content: string, attributes = '') =>
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t" ${attributes}>${content}</xs:schema>`;

interface Service {
  readonly style?: string;
  readonly use?: string;
  readonly extra?: string;
  readonly binding?: string;
  readonly input?: string;
  readonly portType?: string;
  readonly address?: string;
}

/** A service with the operation `GetA`, which is sound, and `GetB`, about which the test has its say. */
const service = ({
  style = 'document',
  use = 'literal',
  extra = '',
  binding = '',
  input = '',
  portType = '<input message="t:In"/><output message="t:Out"/>',
  address = 'http://service.example/a',
}: Service = {}) =>
  `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:mime="http://schemas.xmlsoap.org/wsdl/mime/" xmlns:t="urn:t" targetNamespace="urn:t">
<types>${schema('<xs:element name="In" type="xs:string"/><xs:element name="Out" type="xs:string"/>')}</types>
${extra}
<message name="In"><part name="p" element="t:In"/></message>
<message name="Out"><part name="p" element="t:Out"/></message>
<portType name="P"><operation name="GetA"><input message="t:In"/><output message="t:Out"/></operation><operation name="GetB">${portType}</operation></portType>
<binding name="B" type="t:P"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
<operation name="GetA"><soap:operation soapAction="a"/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
<operation name="GetB">${binding}<soap:operation soapAction="b" style="${style}"/><input>${input || `<soap:body use="${use}"/>`}</input><output><soap:body use="literal"/></output></operation></binding>
<service name="S"><port name="Port" binding="t:B"><soap:address location="${address}"/></port></service></definitions>`;

const POLICY = `<wsp:Policy xmlns:wsp="http://www.w3.org/ns/ws-policy" xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" u:Id="signed"><sp:AsymmetricBinding xmlns:sp="http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702"/></wsp:Policy>`;

describe('an operation that cannot be called is left out, by name and with the reason', () => {
  test.each<[string, Service, string]>([
    [
      'rpc/encoded',
      { style: 'rpc', use: 'encoded' },
      'its messages are in the SOAP encoding (use="encoded"), and only literal ones are read',
    ],
    ['one-way', { portType: '<input message="t:In"/>' }, 'it has no answer (one-way)'],
    [
      'notification',
      { portType: '<output message="t:Out"/>' },
      'the service would call, and not answer (notification)',
    ],
    [
      'solicit-response',
      { portType: '<output message="t:Out"/><input message="t:In"/>' },
      'the service would call, and wait for an answer (solicit-response)',
    ],
    [
      'attachments',
      { input: '<mime:multipartRelated><mime:part/></mime:multipartRelated>' },
      'it has attachments (multipart/related)',
    ],
    [
      'signatures',
      {
        extra: POLICY,
        binding: '<wsp:PolicyReference xmlns:wsp="http://www.w3.org/ns/ws-policy" URI="#signed"/>',
      },
      'its WS-Security policy demands AsymmetricBinding, which the gateway does not do',
    ],
  ])('%s', async (_, options, reason) => {
    const { sdl, problems } = subgraphOf(await wsdlOf({ 'a.wsdl': service(options) }));
    expect(sdl).toContain('  a(in: String!): String');
    expect(sdl).not.toContain('  b(');
    expect(problems).toEqual([
      expect.objectContaining({
        severity: 'warning',
        code: 'IMPORT_WSDL_UNSUPPORTED',
        file: 'a.wsdl',
        message: `Port.GetB is left out: ${reason}.`,
      }),
    ]);
    expect(problems[0]!.line).toBe(
      service(options)
        .split('\n')
        .findIndex((l) => l.startsWith('<operation name="GetB">')) + 1,
    );
  });

  test('and where none is left, there is no subgraph', async () => {
    const result = await wsdlOf({ 'a.wsdl': service({ use: 'encoded' }) }, { only: ['*.GetB'] });
    expect(told(result.problems)).toEqual([
      expect.stringContaining('warning IMPORT_WSDL_UNSUPPORTED'),
      'error IMPORT_NOTHING a.wsdl:1:1 No operation is left that matches *.GetB.',
    ]);
    expect(result).not.toHaveProperty('sdl');
  });
});

test('a service without an address, or with one that is not http, is told; --url decides', async () => {
  const without = await wsdlOf({ 'a.wsdl': service({ address: '' }) });
  expect(told(without.problems)[0]).toMatch(
    /^warning IMPORT_NO_ADDRESS a.wsdl:\d+:\d+ The description does not say where/,
  );
  const other = await wsdlOf({ 'a.wsdl': service({ address: 'jms://queue' }) });
  expect(told(other.problems).at(-1)).toContain('IMPORT_NOTHING');
  const given = subgraphOf(
    await wsdlOf(
      { 'a.wsdl': service({ address: 'jms://queue' }) },
      { url: 'https://real.example:8443/base/path?v=1' },
    ),
  );
  expect(given.upstreams).toEqual({ xml: { wire: 'xml', url: 'https://real.example:8443' } });
  expect(given.sdl).toContain('POST: "/base/path?v=1"');
  expect(checked(given.sdl)).toEqual([]);
});

describe('a document that cannot be read is refused with its place', () => {
  test.each<[string, string, string]>([
    ['no XML', 'hello', 'IMPORT_XML_SYNTAX'],
    [
      'not well-formed',
      '<a>\n  <b></a>',
      'error IMPORT_XML_SYNTAX a.wsdl:2:6 The document is not well-formed XML: ',
    ],
    ['two roots', '<a/><b/>', 'IMPORT_XML_SYNTAX'],
    ['empty', '', 'IMPORT_XML_SYNTAX'],
    [
      'an undeclared prefix',
      '<a>\n <x:b/></a>',
      'error IMPORT_XML_SYNTAX a.wsdl:2:2 The namespace prefix of "x:b" is not declared.',
    ],
    [
      'an unknown entity',
      '<a>&nbsp;</a>',
      'error IMPORT_XML_SYNTAX a.wsdl:1:1 The document has an entity that XML does not know without a DOCTYPE.',
    ],
    [
      'an entity bomb',
      `<!-- c -->\n<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i} "${`&a${i === 0 ? '' : i - 1};`.repeat(10)}">`).join('')}]><lolz>&a19;</lolz>`,
      'error IMPORT_XML_SYNTAX a.wsdl:2:1 The document has a DOCTYPE, which is refused because of what entities can do.',
    ],
    ['an external entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'IMPORT_XML_SYNTAX a.wsdl:1:1'],
    [
      'another vocabulary',
      '<html/>',
      'error IMPORT_WSDL_INVALID a.wsdl:1:1 The document is <html>, and no WSDL 1.1 description.',
    ],
    [
      'WSDL 2.0',
      '<description xmlns="http://www.w3.org/ns/wsdl"/>',
      'error IMPORT_WSDL_INVALID a.wsdl:1:1 The description is WSDL 2.0, and only WSDL 1.1 is read.',
    ],
    ['nested without end', '<a>'.repeat(5_000) + '</a>'.repeat(5_000), 'IMPORT_XML_SYNTAX'],
  ])('%s', async (_, text, expected) => {
    const result = await wsdlOf({ 'a.wsdl': text });
    expect(result).not.toHaveProperty('sdl');
    expect(told(result.problems).join('\n')).toContain(expected);
    expect(result.problems.every((p) => p.severity === 'error')).toBe(true);
  });

  test('50 MB of elements are counted, and not built', async () => {
    const text = `<a>${'<b c="d"/>'.repeat(5_000_000)}</a>`;
    const result = await wsdlOf({ 'a.wsdl': text });
    expect(told(result.problems)).toEqual([
      expect.stringContaining('The document has more than 500,000 elements.'),
    ]);
  });

  test('more bytes than are allowed are not parsed', async () => {
    const result = await wsdlOf({ 'a.wsdl': Buffer.alloc(65 * 1024 * 1024, 0x20) });
    expect(told(result.problems)).toEqual([
      'error IMPORT_TOO_LARGE a.wsdl:1:1 The description is larger than 64 MiB (with "a.wsdl").',
    ]);
  });

  test('one in UTF-16 or ISO-8859-1 is read', async () => {
    const text = schema('<xs:element name="grün" type="xs:string"/>');
    for (const bytes of [
      Buffer.from(`\uFEFF${text}`, 'utf16le'),
      Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${text}`, 'latin1'),
    ])
      expect(subgraphOf(await xsdOf({ 'a.xsd': bytes })).sdl).toContain('  grun: String');
  });
});

describe('a schema that leads nowhere', () => {
  test('all names that do not exist are told at once, with their places', async () => {
    const text = schema(`
<xs:element name="a"><xs:complexType><xs:sequence>
<xs:element name="b" type="t:Missing"/>
<xs:element ref="t:gone"/>
<xs:element name="c" type="nowhere:C"/>
<xs:element name="d" type="xs:sting"/>
<xs:group ref="t:none"/>
</xs:sequence><xs:attributeGroup ref="t:lost"/></xs:complexType></xs:element>`);
    const result = await xsdOf({ 'a.xsd': text });
    expect(told(result.problems).filter((p) => p.startsWith('error'))).toEqual([
      'error IMPORT_XSD_UNRESOLVED a.xsd:4:1 There is no element "{urn:t}gone".',
      'error IMPORT_XSD_UNRESOLVED a.xsd:7:1 There is no group "{urn:t}none".',
      'error IMPORT_XSD_UNRESOLVED a.xsd:8:15 There is no attributeGroup "{urn:t}lost".',
      'error IMPORT_XSD_UNRESOLVED a.xsd:3:1 There is no type "{urn:t}Missing".',
      'error IMPORT_XSD_UNRESOLVED a.xsd:5:1 The namespace prefix of "nowhere:C" is not declared.',
      'error IMPORT_XSD_UNRESOLVED a.xsd:6:1 There is no type "{http://www.w3.org/2001/XMLSchema}sting".',
    ]);
  });

  test('circles of imports are no problem, circles of derivations and groups are', async () => {
    const a = schema('<xs:include schemaLocation="b.xsd"/><xs:element name="a" type="t:B"/>');
    const b = schema(
      '<xs:include schemaLocation="a.xsd"/><xs:complexType name="B"><xs:sequence><xs:element name="self" type="t:B" minOccurs="0"/><xs:element name="x" type="xs:int"/></xs:sequence></xs:complexType>',
    );
    expect(subgraphOf(await xsdOf({ 'a.xsd': a, 'b.xsd': b })).sdl).toContain('self: B');
    const extension = (base: string) =>
      `<xs:complexContent><xs:extension base="t:${base}"><xs:sequence><xs:element name="of${base}" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>`;
    const circles =
      schema(`<xs:element name="a" type="t:A"/><xs:element name="s" type="t:S"/><xs:element name="g" type="t:G"/>
<xs:complexType name="A">${extension('B')}</xs:complexType>
<xs:complexType name="B">${extension('A')}</xs:complexType>
<xs:simpleType name="S"><xs:restriction base="t:S"/></xs:simpleType>
<xs:complexType name="G"><xs:group ref="t:G"/></xs:complexType>
<xs:group name="G"><xs:sequence><xs:element name="x" type="xs:int"/><xs:group ref="t:G"/></xs:sequence></xs:group>`);
    const problems = told((await xsdOf({ 'c.xsd': circles })).problems).filter((p) => p.includes('CYCLE'));
    expect(problems.map((p) => p.replace(/^.*\d+:\d+ /, '')).toSorted()).toEqual([
      'The group "G" holds itself.',
      'The type "S" is derived from itself.',
      'The type is derived from itself.',
    ]);
  });

  test('ten thousand types derived from each other end', async () => {
    const types = Array.from(
      { length: 10_000 },
      (_, i) =>
        `<xs:complexType name="T${i}"><xs:complexContent><xs:extension base="t:T${i + 1}"><xs:sequence><xs:element name="e${i}" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>`,
    );
    const result = await xsdOf({
      'a.xsd': schema(`<xs:element name="a" type="t:T0"/>${types.join('')}<xs:complexType name="T10000"/>`),
    });
    expect(told(result.problems)[0]).toBe(
      'error IMPORT_TOO_LARGE a.xsd The types of the description are nested or derived too deeply.',
    );
  });

  test('groups that double at every step end', async () => {
    const groups = Array.from(
      { length: 60 },
      (_, i) =>
        `<xs:group name="G${i}"><xs:sequence><xs:group ref="t:G${i + 1}"/><xs:group ref="t:G${i + 1}"/></xs:sequence></xs:group>`,
    );
    const text = schema(
      `<xs:element name="a"><xs:complexType><xs:sequence><xs:group ref="t:G0"/></xs:sequence><xs:attribute name="b"/></xs:complexType></xs:element>${groups.join('')}<xs:group name="G60"><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence></xs:group>`,
    );
    expect(subgraphOf(await xsdOf({ 'a.xsd': text })).sdl).toContain('xes: [Int!]!');
  });

  test('more types than a person could review are refused', async () => {
    const types = Array.from(
      { length: 6_000 },
      (_, i) =>
        `<xs:complexType name="T${i}"><xs:sequence><xs:element name="x" type="t:T${i + 1}" minOccurs="0"/><xs:element name="y" type="xs:int"/></xs:sequence></xs:complexType>`,
    );
    const result = await xsdOf({
      'a.xsd': schema(`<xs:element name="a" type="t:T0"/>${types.join('')}<xs:complexType name="T6000"/>`),
    });
    expect(told(result.problems)[0]).toBe(
      'error IMPORT_TOO_LARGE a.xsd The description makes more than 5,000 types.',
    );
  });
});

describe('locations of other documents', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-import-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const secret = path.join(folder, 'secret.xsd');
  const inner = path.join(folder, 'schemas');
  mkdirSync(inner);
  writeFileSync(secret, schema('<xs:element name="secret" type="xs:string"/>'));
  symlinkSync(secret, path.join(inner, 'link.xsd'));
  const imported = async (location: string, options = {}) => {
    const file = path.join(inner, 'a.xsd');
    writeFileSync(
      file,
      schema(`\n<xs:include schemaLocation="${location}"/><xs:element name="a" type="xs:string"/>`),
    );
    return importXsd(fileSource(file, options), { name: 'a', source: file, url: 'http://a.example' });
  };

  test.each([
    ['../secret.xsd', 'it leads out of'],
    ['%2e%2e/secret.xsd', 'it leads out of'],
    [secret, 'it leads out of'],
    ['file:///etc/passwd', 'only paths and http(s) addresses are.'],
    ['http://169.254.169.254/latest', 'it is on another machine.'],
    ['link.xsd', 'is a link out of the folder'],
    ['missing.xsd', 'ENOENT'],
  ])('%s is not followed', async (location, reason) => {
    const result = await imported(location);
    expect(told(result.problems)).toEqual([expect.stringMatching(/^error IMPORT_LOCATION a.xsd:2:1 /)]);
    expect(result.problems[0]!.message).toContain(reason);
    expect(result.problems[0]!.fix).toBeDefined();
  });

  test('documents that a person names may be anywhere', async () => {
    const file = path.join(inner, 'a.xsd');
    writeFileSync(file, schema('<xs:element name="a" type="xs:string"/>'));
    const source = fileSource(file, { named: [secret] });
    const result = await importXsd(source, {
      name: 'a',
      source: file,
      files: [secret],
      url: 'http://a.example',
    });
    expect(subgraphOf(result).sdl).toContain('secret');
  });

  test('an address leads to documents of its own server, and to others if that is allowed', async () => {
    const pages: Record<string, string> = {
      '/b.xsd': schema('<xs:element name="b" type="xs:string"/>'),
      '/gone': '',
    };
    const handler = ({ url }: { url: string }) =>
      url === '/gone'
        ? answer({ status: 302, headers: { location: '/b.xsd' }, body: '' })
        : (pages[url] ?? answer({ status: 404, body: '' }));
    const here = await keep(xmlBackend(handler));
    const there = await keep(xmlBackend(handler));
    const at = async (location: string, options = {}) => {
      pages['/a.xsd'] = schema(
        `<xs:include schemaLocation="${location}"/><xs:element name="a" type="xs:string"/>`,
      );
      const source = fileSource(`${here.url}/a.xsd`, options);
      return importXsd(source, { name: 'a', source: here.url, url: 'http://a.example' });
    };
    expect(subgraphOf(await at('b.xsd')).sdl).toContain('b: String');
    expect(told((await at('c.xsd')).problems)).toEqual([
      expect.stringContaining('is not given out (status 404)'),
    ]);
    expect(told((await at('gone')).problems)).toEqual([expect.stringContaining('IMPORT_LOCATION')]);
    expect(told((await at('file:///etc/passwd')).problems)).toEqual([
      expect.stringContaining('only http and https are.'),
    ]);
    const other = `${there.url}/b.xsd`;
    expect(told((await at(other)).problems)).toEqual([expect.stringContaining('it is on another machine.')]);
    expect(subgraphOf(await at(other, { allowRemote: true })).sdl).toContain('b: String');
  });

  test('a folder above is followed if it is named', async () => {
    expect(subgraphOf(await imported('../secret.xsd', { root: folder })).sdl).toContain('secret');
  });
});

test('patterns choose operations', async () => {
  const { sdl } = subgraphOf(
    await wsdl('country-info/country-info.wsdl', { only: ['*.Full*', 'CountryInfoServiceSoap.CapitalCity'] }),
  );
  expect([...sdl.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name)).toEqual([
    'capitalCity',
    'fullCountryInfo',
  ]);
});

test.each([
  ['FETCH /a a', 'does not begin with one of GET, POST, PUT, PATCH, DELETE'],
  ['GET a a', 'has no path that begins with "/"'],
  ['GET /a', 'does not say which element is the answer'],
  ['GET /a b', 'names the element "b", which the schema does not have'],
  ['GET /{a/b} a', 'has a parameter that is no {name}'],
  ['GET /{ a', 'has a parameter that is no {name}'],
  ['POST /a a a a', 'names too many elements'],
])('the operation "%s" is refused', async (operation, reason) => {
  const result = await xsdOf(
    { 'a.xsd': schema('<xs:element name="a" type="xs:string"/>') },
    { operations: [operation] },
  );
  expect(told(result.problems)[0]).toBe(
    `error IMPORT_BAD_OPERATION a.xsd The operation "${operation}" ${reason}.`,
  );
});

test('a sample with what the schema does not know is told, with its place', async () => {
  const text = schema(
    '<xs:element name="a"><xs:complexType><xs:sequence><xs:element name="b" type="xs:int"/></xs:sequence><xs:attribute name="c"/></xs:complexType></xs:element>',
  );
  const sample = '<t:a xmlns:t="urn:t" c="1" d="2">\n  <b>1</b>\n  <e/>\n</t:a>';
  const { problems } = subgraphOf(await xsdOf({ 'a.xsd': text, 'a.xml': sample }, { files: ['a.xml'] }));
  expect(told(problems).filter((p) => p.startsWith('warning'))).toEqual([
    'warning IMPORT_SAMPLE a.xml:3:3 The schema does not know the element <e> of <a>: answers lose it.',
    'warning IMPORT_SAMPLE a.xml:1:1 The schema does not know the attribute "d" of <a>: answers lose it.',
  ]);
});
