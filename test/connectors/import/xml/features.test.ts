import { expect, test } from 'vitest';
import { checked, subgraphOf, told, xsdOf } from './imported-graph.ts';

/** The definition of a type of the schema that a complex type makes, with what else was said. */
async function made(
  content: string,
  operations = ['POST /a a a'],
): Promise<{ sdl: string; hints: string[]; part: (name: string) => string }> {
  const text = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">${content}</xs:schema>`;
  const { sdl, problems } = subgraphOf(await xsdOf({ 'a.xsd': text }, { operations }));
  expect(checked(sdl)).toEqual([]);
  const part = (name: string) =>
    sdl
      .trimEnd()
      .split('\n\n')
      .find((block) => new RegExp(`^(?:type|input|enum|interface|union) ${name}\\b`, 'm').test(block)) ?? '';
  return { sdl, hints: told(problems), part };
}

const a = (body: string) => `<xs:element name="a"><xs:complexType>${body}</xs:complexType></xs:element>`;

test('a choice is an input of which one field is given', async () => {
  const { part } = await made(
    `${a('<xs:sequence><xs:element name="payment" type="Payment"/><xs:element name="n" type="xs:int"/></xs:sequence>')}<xs:complexType name="Payment"><xs:choice><xs:element name="card" type="xs:string"/><xs:element name="invoice" type="xs:date"/></xs:choice></xs:complexType>`,
  );
  expect(part('PaymentInput')).toMatch(/^input PaymentInput\n {2}@oneOf\n/);
  expect(part('Payment')).toBe('type Payment {\n  card: String\n  invoice: Date\n}');
});

test('elements of a substitution group stand beside each other', async () => {
  const { part } = await made(
    `${a('<xs:sequence><xs:element ref="shape"/><xs:element name="n" type="xs:int"/></xs:sequence>')}<xs:element name="shape" abstract="true" type="xs:string"/><xs:element name="circle" substitutionGroup="shape"/><xs:element name="square" substitutionGroup="shape" type="xs:string"/>`,
  );
  expect(part('A')).toBe('type A {\n  circle: String\n  square: String\n  n: Int!\n}');
});

test('what is always the same is sent and not asked for', async () => {
  const { part } = await made(
    a(
      '<xs:sequence><xs:element name="v" type="xs:string" fixed="2"/><xs:element name="n" type="xs:int"/></xs:sequence><xs:attribute name="version" type="xs:string" fixed="1.0" use="required"/><xs:attribute name="lang" type="xs:string" fixed="en"/>',
    ),
  );
  expect(part('AInput')).toBe(
    'input AInput\n  @mapping(\n    selection: """\n    @version: "1.0"\n    v: "2"\n    n\n    """\n  ) {\n  n: Int!\n}',
  );
});

test('anything is JSON, and what has no name is left out with a hint', async () => {
  const { part, hints } = await made(
    a(
      '<xs:sequence><xs:element name="payload"/><xs:element name="typed" type="xs:anyType"/><xs:any minOccurs="0"/></xs:sequence><xs:attribute name="x"/>',
    ),
  );
  expect(part('A')).toContain('payload: JSON!\n  typed: JSON!\n  x: String');
  expect(hints).toContainEqual(
    expect.stringMatching(/^hint IMPORT_XSD_WILDCARD a.xsd:1:\d+ A: elements that the schema does not name/),
  );
});

test('text between elements is a text of its own', async () => {
  const { sdl } = await made(
    '<xs:element name="a"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" type="xs:int"/></xs:sequence></xs:complexType></xs:element>',
  );
  expect(sdl).toContain('text: #text');
});

test('names of attributes with a namespace, and xml:lang, are kept', async () => {
  const { part } = await made(
    `<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/><xs:attribute name="unit" type="xs:string"/>${a('<xs:sequence><xs:element name="n" type="xs:int"/></xs:sequence><xs:attribute ref="xml:lang"/><xs:attribute ref="unit"/>')}`,
  );
  expect(part('AInput')).toMatch(/"@xml:lang": lang\?\n {4}"@\w+:unit": unit\?/);
  expect(part('A')).toMatch(/lang: \$\."@xml:lang"\n {4}unit: \$\."@\w+:unit"/);
});

test('whole numbers are Int where their bounds allow it', async () => {
  const { part } = await made(
    `${a(
      ['long', 'unsignedInt', 'short', 'Small', 'Digits', 'Large']
        .map((t) => `<xs:element name="${t}" type="${/[A-Z]/.test(t[0]!) ? t : `xs:${t}`}"/>`)
        .join('')
        .replace(/^(.*)$/, '<xs:sequence>$1</xs:sequence>'),
    )}
<xs:simpleType name="Small"><xs:restriction base="xs:positiveInteger"><xs:minInclusive value="1"/><xs:maxInclusive value="99"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Digits"><xs:restriction base="xs:integer"><xs:totalDigits value="9"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Large"><xs:restriction base="xs:integer"><xs:minInclusive value="1"/><xs:maxInclusive value="9999999999"/></xs:restriction></xs:simpleType>`,
  );
  expect(part('A').split('{\n').at(-1)).toBe(
    '  long: BigInt!\n  unsignedInt: BigInt!\n  short: Int!\n  small: Int!\n  digits: Int!\n  large: BigInt!\n}',
  );
});

test('a restriction says what is left of its base', async () => {
  const { part } = await made(
    `<xs:element name="a" type="Less"/><xs:complexType name="More"><xs:sequence><xs:element name="x" type="xs:int"/><xs:element name="y" type="xs:int" minOccurs="0"/></xs:sequence><xs:attribute name="p"/><xs:attribute name="q"/></xs:complexType>
<xs:complexType name="Less"><xs:complexContent><xs:restriction base="More"><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence><xs:attribute name="p" use="prohibited"/></xs:restriction></xs:complexContent></xs:complexType>`,
  );
  expect(part('Less').split('{\n').at(-1)).toBe('  x: Int!\n  q: String\n}');
});

test('abstract types without a field in common are a union', async () => {
  const { part } = await made(
    `${a('<xs:sequence><xs:element name="pet" type="Pet"/><xs:element name="n" type="xs:int"/></xs:sequence>')}<xs:complexType name="Pet" abstract="true"/>
<xs:complexType name="Dog"><xs:complexContent><xs:extension base="Pet"><xs:sequence><xs:element name="bark" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Fish"><xs:complexContent><xs:extension base="Pet"/></xs:complexContent></xs:complexType>`,
  );
  expect(part('Pet')).toBe('union Pet = Dog | Fish');
  expect(part('Fish')).toContain('present: Boolean!');
  expect(part('PetInput')).toBe(
    'input PetInput @oneOf @mapping(selection: "dog ?? fish") {\n  dog: DogInput\n  fish: FishInput\n}',
  );
});

test('inputs that need each other without end can be given', async () => {
  const { part } = await made(
    `<xs:element name="a" type="A"/><xs:complexType name="A"><xs:sequence><xs:element name="b" type="B"/><xs:element name="n" type="xs:int"/></xs:sequence></xs:complexType><xs:complexType name="B"><xs:sequence><xs:element name="a" type="A"/><xs:element name="n" type="xs:int"/></xs:sequence></xs:complexType>`,
  );
  expect(part('AInput')).toContain('b: BInput!');
  expect(part('BInput')).toContain('a: AInput\n');
});

test('types of one name from two namespaces keep apart', async () => {
  const other =
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:money"><xs:complexType name="Item"><xs:sequence><xs:element name="p" type="xs:int"/><xs:element name="q" type="xs:int"/></xs:sequence></xs:complexType></xs:schema>';
  const text = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" xmlns:money="urn:example:money" targetNamespace="urn:t"><xs:import namespace="urn:example:money" schemaLocation="b.xsd"/>${a('<xs:sequence><xs:element name="x" type="t:Item"/><xs:element name="y" type="money:Item"/></xs:sequence>')}<xs:complexType name="Item"><xs:sequence><xs:element name="r" type="xs:int"/><xs:element name="s" type="xs:int"/></xs:sequence></xs:complexType></xs:schema>`;
  const { sdl } = subgraphOf(await xsdOf({ 'a.xsd': text, 'b.xsd': other }));
  expect(sdl).toContain('x: Item!\n  y: MoneyItem!');
  expect(checked(sdl)).toEqual([]);
});
