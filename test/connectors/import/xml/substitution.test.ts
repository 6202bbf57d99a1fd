import { expect, test } from 'vitest';
import { xmlBackend } from '../../backends.ts';
import { graphOf, keep } from '../../kept.ts';
import { checked, subgraphOf, told, wsdlOf, xsdOf } from './imported-graph.ts';
import { soapService } from './soap-service.ts';

const SCHEMA = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:s" targetNamespace="urn:s" elementFormDefault="qualified">
  <xs:element name="shape" type="Shape" abstract="true"/>
  <xs:element name="circle" type="Circle" substitutionGroup="shape"/>
  <xs:element name="square" substitutionGroup="shape"><xs:complexType><xs:complexContent><xs:extension base="Shape">
    <xs:sequence><xs:element name="side" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:element>
  <xs:element name="disc" type="Circle" substitutionGroup="circle"/>
  <xs:complexType name="Shape"><xs:sequence><xs:element name="colour" type="xs:string"/></xs:sequence></xs:complexType>
  <xs:complexType name="Circle"><xs:complexContent><xs:extension base="Shape">
    <xs:sequence><xs:element name="radius" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
  <xs:element name="drawing"><xs:complexType><xs:sequence>
    <xs:element ref="shape" maxOccurs="unbounded"/><xs:element name="title" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>`;

const NS = '{urn:s}';

test('elements of a group are read by their own names, wherever and in whatever order a server writes them', async () => {
  const result = subgraphOf(await xsdOf({ 's.xsd': SCHEMA }, { operations: ['GET /drawing drawing'] }));
  expect(checked(result.sdl)).toEqual([]);
  const xml = await keep(
    xmlBackend(
      () =>
        '<d:drawing xmlns:d="urn:s"><d:circle><d:colour>red</d:colour><d:radius>1</d:radius></d:circle><d:square><d:colour>blue</d:colour><d:side>2</d:side></d:square><d:disc><d:colour>green</d:colour><d:radius>4</d:radius></d:disc><d:circle><d:colour>red</d:colour><d:radius>3</d:radius></d:circle><d:title>T</d:title></d:drawing>',
    ),
  );
  const graph = graphOf({ sdl: result.sdl, backends: { xml } });
  const query = '{ drawing { title circles { colour radius } squares { side } discs { radius } } }';
  expect(await graph.run(query)).toEqual({
    data: {
      drawing: {
        title: 'T',
        circles: [
          { colour: 'red', radius: 1 },
          { colour: 'red', radius: 3 },
        ],
        squares: [{ side: 2 }],
        discs: [{ radius: 4 }],
      },
    },
  });
  expect(told(result.problems)).toContainEqual(
    expect.stringMatching(
      /^hint IMPORT_XSD_ORDER s\.xsd:\d+:\d+ Drawing: its elements may stand in any order/,
    ),
  );
});

test('a document that is one of a group is read and sent, whichever it is', async () => {
  const operations = ['GET /shapes/{id} shape', 'POST /shapes shape shape'];
  const result = subgraphOf(await xsdOf({ 's.xsd': SCHEMA }, { operations }));
  expect(checked(result.sdl)).toEqual([]);
  const xml = await keep(
    xmlBackend(({ method, url, body }) => {
      if (method === 'POST') return body;
      return url === '/shapes/1'
        ? '<circle xmlns="urn:s"><colour>red</colour><radius>5</radius></circle>'
        : '<x:square xmlns:x="urn:s"><x:colour>blue</x:colour><x:side>6</x:side></x:square>';
    }),
  );
  const graph = graphOf({ sdl: result.sdl, backends: { xml } });
  const fields = '{ circle { colour radius } square { side } disc { radius } }';
  expect(await graph.run(`{ a: shape(id: 1) ${fields} b: shape(id: 2) ${fields} }`)).toEqual({
    data: {
      a: { circle: { colour: 'red', radius: 5 }, square: null, disc: null },
      b: { circle: null, square: { side: 6 }, disc: null },
    },
  });
  expect(
    await graph.run(`mutation { createShape(input: { disc: { colour: "c", radius: 7 } }) ${fields} }`),
  ).toEqual({
    data: { createShape: { circle: null, square: null, disc: { radius: 7 } } },
  });
});

const service = (types: string, headers = '') => `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:s" targetNamespace="urn:s"><types>${types}</types>
  <message name="In"><part name="p" element="t:shape"/></message><message name="Out"><part name="p" element="t:shape"/></message>
  <message name="Headers"><part name="auth" element="t:Auth"/><part name="trace" element="t:Trace"/><part name="used" element="t:Used"/></message>
  <portType name="P"><operation name="findShape"><input message="t:In"/><output message="t:Out"/></operation></portType>
  <binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/><operation name="findShape">
    <soap:operation soapAction="urn:find"/><input><soap:body use="literal"/>${headers}</input>
    <output><soap:body use="literal"/><soap:header message="t:Headers" part="used" use="literal"/></output></operation></binding>
  <service name="S"><port name="Port" binding="t:B"><soap:address location="http://service.example/"/></port></service></definitions>`;

test('the same over SOAP, where the element of a message has members', async () => {
  const schema = SCHEMA.replace('</xs:schema>', '<xs:element name="Used" type="xs:int"/></xs:schema>');
  const result = subgraphOf(await wsdlOf({ 'a.wsdl': service(schema) }));
  expect(checked(result.sdl)).toEqual([]);
  expect(told(result.problems)).toEqual([
    'hint IMPORT_WSDL_HEADER a.wsdl:17:96 Port.findShape: the SOAP headers of its answer are left out: used.',
  ]);
  const answer = () => '<s:disc xmlns:s="urn:s"><s:colour>c</s:colour><s:radius>8</s:radius></s:disc>';
  const order = [`${NS}colour!`, `${NS}side!`];
  const xml = await keep(
    xmlBackend(soapService('1.1', [{ action: 'urn:find', element: `${NS}square`, order, answer }])),
  );
  const graph = graphOf({ sdl: result.sdl, backends: { xml } });
  const query =
    '{ findShape(input: { square: { colour: "x", side: 1 } }) { circle { radius } disc { radius } } }';
  expect(await graph.run(query)).toEqual({ data: { findShape: { circle: null, disc: { radius: 8 } } } });
});

const HEADERS = `<xs:element name="Auth"><xs:complexType><xs:sequence><xs:element name="user" type="xs:string"/><xs:element name="userToken" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="Trace" type="xs:string"/><xs:element name="Used" type="xs:int"/></xs:schema>`;
const header = (part: string) => `<soap:header message="t:Headers" part="${part}" use="literal"/>`;

test.each([
  [
    'one',
    header('auth'),
    { auth: '{ user: "ada", userToken: "t" }' },
    '<Auth><user>ada</user><userToken>t</userToken></Auth>',
  ],
  [
    'of two, both',
    header('auth') + header('trace'),
    { auth: '{ user: "ada" }', trace: '"7"' },
    '<Auth><user>ada</user></Auth><Trace>7</Trace>',
  ],
  ['of two, one', header('auth') + header('trace'), { trace: '"7"' }, '<Trace>7</Trace>'],
  ['of one, none', header('auth'), {}, undefined],
])('SOAP headers of a request are arguments: %s', async (_, headers, given, sent) => {
  const result = subgraphOf(
    await wsdlOf({ 'a.wsdl': service(SCHEMA.replace('</xs:schema>', HEADERS), headers) }),
  );
  expect(checked(result.sdl)).toEqual([]);
  expect(told(result.problems)[0]).toMatch(
    /^hint IMPORT_WSDL_HEADER .* its SOAP headers are arguments: auth/,
  );
  const bodies: string[] = [];
  const xml = await keep(
    xmlBackend(({ body }) => {
      bodies.push(body.replace(/ xmlns(?::\w+)?="[^"]*"/g, ''));
      return '<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"><E:Header><Used xmlns="urn:s">1</Used></E:Header><E:Body><s:disc xmlns:s="urn:s"><s:radius>8</s:radius></s:disc></E:Body></E:Envelope>';
    }),
  );
  const graph = graphOf({ sdl: result.sdl, backends: { xml } });
  const args = Object.entries(given)
    .map(([name, value]) => `, ${name}: ${value}`)
    .join('');
  const query = `{ findShape(input: { disc: { colour: "x", radius: 1 } }${args}) { disc { radius } } }`;
  expect(await graph.run(query)).toEqual({ data: { findShape: { disc: { radius: 8 } } } });
  expect(/<soap:Header>(.*)<\/soap:Header>/.exec(bodies[0]!)?.[1]).toBe(sent);
  expect(bodies[0]).toContain('<soap:Body><disc><colour>x</colour><radius>1</radius></disc></soap:Body>');
});

test('an abstract element that nothing stands for is told, and so is a header without its part', async () => {
  const alone = SCHEMA.replace(/ substitutionGroup="\w+"/g, '');
  const result = subgraphOf(await xsdOf({ 's.xsd': alone }, { operations: ['GET /drawing drawing'] }));
  expect(told(result.problems)).toContainEqual(
    expect.stringMatching(
      /^warning IMPORT_XSD_UNSUPPORTED s\.xsd:11:5 No element .* the abstract element "shape"/,
    ),
  );
  const { problems } = await wsdlOf({
    'a.wsdl': service(SCHEMA.replace('</xs:schema>', HEADERS), header('nobody')),
  });
  expect(told(problems)[0]).toMatch(
    /^error IMPORT_WSDL_UNRESOLVED a\.wsdl:\d+:\d+ The message of the header has no part "nobody"/,
  );
});
