/** Descriptions that are made to hurt: each ends soon, and says what is wrong. */
import { describe, expect, test } from 'vitest';
import type { ImportResult } from '../../../gateway/connectors/import/imported.ts';
import { importProto } from '../../../gateway/connectors/import/proto/import-proto.ts';
import { readConnectors } from '../../../gateway/connectors/read.ts';
import { answering, importText, openapi, ref } from './openapi/imported.ts';
import { xsdOf } from './xml/imported-graph.ts';

const proto = (text: string): ImportResult =>
  importProto(
    { files: new Map([['a.proto', `syntax = "proto3";\npackage a;\n${text}`]]) },
    { name: 'a', source: 'a.proto', address: 'localhost:1' },
  );
const xsd = (body: string) =>
  xsdOf(
    {
      'a.xsd': `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">${body}</xs:schema>`,
    },
    { operations: ['POST /a root root'] },
  );

/** The schema, which the gateway must be able to read. */
function sdlOf(result: ImportResult): string {
  if (!('sdl' in result)) throw new Error(JSON.stringify(result.problems, null, 1));
  const { problems } = readConnectors({ name: 'a', sdl: result.sdl });
  expect(problems.filter((p) => p.severity === 'error')).toEqual([]);
  return result.sdl;
}

const codes = ({ problems }: ImportResult) => problems.map((p) => `${p.severity} ${p.code}`);
const chain = (count: number, schema: (next: object, i: number) => object) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `S${i}`,
      i + 1 < count ? schema(ref(`S${i + 1}`), i) : { type: 'object', properties: { a: { type: 'string' } } },
    ]),
  );
const reading = (schema: object, schemas: object) =>
  importText(openapi({ '/x': { get: answering(schema) } }, schemas));

describe('OpenAPI', () => {
  test('a base that is reached by more ways at every step is merged once', async () => {
    const doubled = await reading(
      ref('S0'),
      chain(40, (next, i) => ({ allOf: [next, next], properties: { [`p${i}`]: { type: 'string' } } })),
    );
    expect(sdlOf(doubled)).toMatch(/\n {2}a: String\n {2}p38: String/);
    const wide = await reading(
      { allOf: Array(2000).fill(ref('B')) },
      {
        B: { allOf: Array(2000).fill(ref('C')) },
        C: { allOf: Array(2000).fill(ref('S0')) },
        ...chain(1, () => ({})),
      },
    );
    expect(sdlOf(wide)).toContain('a: String');
  });

  test('unions of unions that double at every step become JSON where they are too long', async () => {
    const schemas: Record<string, object> = {};
    for (let i = 0; i < 25; i++) {
      const inner = i < 24 ? ref(`U${i + 1}`) : { type: 'string' };
      schemas[`U${i}`] = { oneOf: [ref(`A${i}`), ref(`B${i}`)], discriminator: { propertyName: 't' } };
      for (const kind of ['A', 'B'])
        schemas[kind + i] = { type: 'object', properties: { t: { const: kind + i }, u: inner } };
    }
    const result = await reading(ref('U0'), schemas);
    expect(new Set(codes(result))).toEqual(new Set(['warning OPENAPI_AS_JSON']));
    expect(sdlOf(result)).toMatch(/union U0 = A0 \| B0/);
  });

  test('tens of thousands of keys of YAML are read in time that grows with them, and a double one is found', async () => {
    const keys = Array.from({ length: 60_000 }, (_, i) => `  key${i}: ${i}\n`).join('');
    const text = (more: string) =>
      `openapi: 3.1.0\ninfo: {}\nx-data:\n${keys}paths:\n  /a:\n    get: { responses: { '204': {} } }\n${more}`;
    expect(sdlOf(await importText(text('')))).toContain('a: Boolean');
    const { problems } = await importText(text("  '/a': {}\n"));
    expect(problems).toMatchObject([
      {
        code: 'OPENAPI_SYNTAX',
        message: expect.stringContaining('the key "/a" is there twice'),
        line: 60_007,
      },
    ]);
  }, 60_000);

  test('names and references of any length make short names and short messages', async () => {
    const property = 'A'.repeat(200_000);
    const get = answering(
      {
        type: 'object',
        properties: { [property]: { type: 'string' }, ok: { $ref: `#${'/a'.repeat(50_000)}` } },
      },
      { operationId: 'Get'.repeat(50_000) },
    );
    const { problems } = await importText(openapi({ '/x': { get } }));
    expect(problems.map((p) => p.code)).toEqual(['OPENAPI_REF_NOT_FOUND', 'OPENAPI_LEFT_OUT']);
    for (const { message } of problems) expect(message.length).toBeLessThan(700);
    const properties = { [property]: { type: 'string' } };
    expect(
      sdlOf(await importText(openapi({ '/x': { get: answering({ type: 'object', properties }) } }))),
    ).toContain('JSON');
  });
});

describe('protobuf', () => {
  test('ten thousand messages, each in the next, are refused and do not crash', () => {
    const messages = Array.from(
      { length: 9999 },
      (_, i) => `message M${i} { M${i + 1} n = 1; string x = 2; }`,
    );
    const result = proto(
      `${messages.join('\n')}\nmessage M9999 { string a = 1; }\nservice S { rpc GetM(M0) returns (M0); }`,
    );
    expect(codes(result)).toEqual(['error DESCRIPTION_TOO_LARGE']);
  });

  test('more declarations than anybody has written are counted, and not parsed', () => {
    const result = proto(
      Array.from({ length: 1_000_000 }, (_, i) => `message M${i} { string a = 1; }`).join('\n'),
    );
    expect(result.problems).toMatchObject([
      { code: 'DESCRIPTION_TOO_LARGE', message: expect.stringContaining('50,000'), file: 'a.proto' },
    ]);
  });

  test('fields whose JSON names are no names in a mapping are quoted there', () => {
    const sdl = sdlOf(
      proto(`
        message Thing { string _1id = 1; string true = 2; string null = 3; string x = 4 [json_name = "a-b"]; }
        message GetThingRequest { string _1id = 1; } message ListThingsRequest { int32 page_size = 1 [json_name = "1s"]; string page_token = 2 [json_name = "1t"]; }
        message ListThingsResponse { repeated Thing things = 1 [json_name = "1things"]; string next_page_token = 2; }
        service Things { rpc GetThing(GetThingRequest) returns (Thing); rpc ListThings(ListThingsRequest) returns (ListThingsResponse); rpc DeleteThing(GetThingRequest) returns (Thing); }`),
    );
    expect(sdl).toContain('request: """\n');
    expect(sdl).toMatch(/"1id": \$args\._1id/);
  });

  test('an enum without values is a text', () => {
    const sdl = sdlOf(proto('enum E { }\nmessage M { E e = 1; }\nservice S { rpc GetM(M) returns (M); }'));
    expect(sdl).toMatch(/e: String/);
    expect(sdl).not.toContain('enum E');
  });
});

describe('XML', () => {
  test('a text of tens of megabytes is refused before it is parsed', async () => {
    const text = 'word '.repeat(9_000_000);
    const result = await xsd(`<xs:annotation><xs:documentation>${text}</xs:documentation></xs:annotation>`);
    expect(codes(result)).toContain('error IMPORT_XML_SYNTAX');
    expect(result.problems[0]).toMatchObject({ file: 'a.xsd', line: 1 });
    expect(result.problems[0]!.message).toContain('more than 4 million characters');
  });
});

describe('what any of them may be called, and say', () => {
  const NAMES = [
    'type',
    '__x',
    '_1',
    'true',
    'toString',
    'constructor',
    '名前',
    '名',
    'Ω',
    'a-b',
    'aB',
    'ab',
    'on',
  ];
  const TEXT = 'Says """ and \\""" and \\ and {$x} and "\n\n    indented \\';

  test('OpenAPI', async () => {
    const properties = Object.fromEntries(NAMES.map((n) => [n, { type: 'string', description: TEXT }]));
    const schema = { type: 'object', properties, description: TEXT };
    const values = [
      ['true', 'false', 'null'],
      ['__a', 'b'],
      ['1', '-1', '+1'],
      ['a', 'A'],
      ['"""', '\\'],
      ['名', '前'],
    ];
    const enums = Object.fromEntries(values.map((v, i) => [`e${i}`, { type: 'string', enum: v }]));
    const body = { requestBody: { content: { 'application/json': { schema: ref('Query') } } } };
    const sdl = sdlOf(
      await importText(
        openapi(
          {
            '/a': {
              get: answering({ type: 'object', properties: enums }),
              post: answering(ref('__T'), body),
            },
          },
          { Query: schema, __T: schema, String: schema, '1x': schema, true: schema },
        ),
      ),
    );
    expect(sdl).toMatch(/enum \w+ \{\n {2}TRUE\n {2}FALSE\n {2}NULL\n\}/);
  });

  test('XML', async () => {
    const elements = NAMES.map(
      (n) =>
        `<xs:element name="${n}" type="xs:string"><xs:annotation><xs:documentation>${TEXT.replaceAll('"', '&quot;')}</xs:documentation></xs:annotation></xs:element>`,
    ).join('');
    const values = [
      ['true', 'false', 'null'],
      ['__a', 'b'],
      ['1', '-1', '+1'],
      ['a', 'A'],
      ['&quot;', '\\'],
      ['名', '前'],
      ['', ' '],
    ];
    const enums = values
      .map(
        (v, i) =>
          `<xs:element name="e${i}"><xs:simpleType><xs:restriction base="xs:string">${v.map((x) => `<xs:enumeration value="${x}"/>`).join('')}</xs:restriction></xs:simpleType></xs:element>`,
      )
      .join('');
    const sdl = sdlOf(
      await xsd(
        `<xs:element name="root"><xs:complexType><xs:sequence>${elements}${enums}<xs:element name="q" type="Query"/></xs:sequence><xs:attribute name="type" type="xs:string"/><xs:attribute name="__proto__" type="xs:string"/></xs:complexType></xs:element><xs:complexType name="Query"><xs:sequence><xs:element name="String" type="xs:string"/></xs:sequence></xs:complexType>`,
      ),
    );
    expect(sdl).toContain('type QueryType');
    // Names of other scripts stay apart.
    expect(sdl).toMatch(/x540dx524d: String![^]*x540d: String!/);
  });

  test('protobuf', () => {
    const sdl = sdlOf(
      proto(`
        // ${TEXT.split('\n')[0]}
        message type { string __x = 1; string type = 2; string toString = 4; string aB = 6; string true = 8; string on = 10; map<string, string> m = 11; }
        message Query { string a = 1; } message __T { string a = 1; } message String { string a = 1; }
        enum E { E_UNSPECIFIED = 0; true = 1; false = 2; null = 3; __X = 4; }
        message R { E e = 1; Query q = 2; __T t = 3; String s = 4; type ty = 5; }
        service Query_ { rpc GetType(type) returns (type); rpc __Get(R) returns (R); rpc CreateType(type) returns (type); }`),
    );
    expect(sdl).toContain('Says \\"\\"\\" and');
  });

  test('a description of megabytes is cut', async () => {
    const long = 'word '.repeat(300_000);
    const results = [
      await importText(
        openapi(
          { '/x': { get: answering({ type: 'string' }, { description: long }) } },
          {},
          { info: { title: long } },
        ),
      ),
      await xsd(
        `<xs:element name="root" type="xs:string"><xs:annotation><xs:documentation>${long}</xs:documentation></xs:annotation></xs:element>`,
      ),
      proto(`message M { string a = 1; }\nservice S {\n// ${long}\nrpc GetM(M) returns (M); }`),
    ];
    for (const result of results) expect(sdlOf(result).length).toBeLessThan(30_000);
  });
});
