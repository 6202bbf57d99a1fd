import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { importDescription } from '../../../../gateway/connectors/import/described.ts';
import { importOpenapi } from '../../../../gateway/connectors/import/openapi/openapi.ts';
import { json } from '../../kept.ts';
import { answering, importText, lineOf, openapi, ref } from './imported.ts';

const told = async (document: unknown, options = {}) => {
  const result = await importText(document, options);
  expect(result).not.toHaveProperty('sdl');
  return result.problems.map(lineOf);
};

describe('what is no OpenAPI 3 description is refused, with the way out', () => {
  test.each<[string, string, string]>([
    [
      'Swagger 2.0',
      'swagger: "2.0"\npaths: {}',
      'error OPENAPI_VERSION api.json:1:1 The document is Swagger 2.0, the predecessor of OpenAPI 3. → Convert it: npx swagger2openapi --patch swagger.json -o openapi.json',
    ],
    [
      'a version to come',
      '{"info": {},\n "openapi": "4.0.0"}',
      'error OPENAPI_VERSION api.json:2:2 The document is written in OpenAPI 4.0.0. → Versions 3.0, 3.1 and 3.2 are understood.',
    ],
    [
      'no version',
      'paths: {}',
      'error OPENAPI_VERSION api.json:1:1 The document does not say which version of OpenAPI it is written in. → Add openapi: 3.1.0 (or 3.0.x, 3.2.x).',
    ],
    [
      'a list',
      '[]',
      'error OPENAPI_VERSION api.json:1:1 The document is not an OpenAPI description: it is no object. → Give a document that starts with openapi: 3.1.0.',
    ],
    [
      'broken JSON',
      '{\n  "openapi": "3.1.0",\n  "paths": }',
      "error OPENAPI_SYNTAX api.json:3:12 The document is not valid JSON: Unexpected token '}'.",
    ],
    ['JSON that ends', '{"openapi": "3.1.0", "paths": {', 'error OPENAPI_SYNTAX api.json:1:32 '],
    ['broken YAML', 'openapi: 3.1.0\npaths:\n  - a\n b: 1', 'error OPENAPI_SYNTAX api.json:4:'],
    ['a key twice', 'openapi: 3.1.0\npaths: {}\npaths: {}', 'error OPENAPI_SYNTAX api.json:3:1 '],
    [
      'paths that are a list',
      'openapi: 3.1.0\npaths: []',
      'error OPENAPI_INVALID api.json:2:1 paths must be an object.',
    ],
    [
      'nothing to call',
      'openapi: 3.1.0\npaths: {}',
      'error OPENAPI_EMPTY api.json:1:1 There is no operation that a connector can call. → Operations are called "GET /path"; * stands for any text.',
    ],
  ])('%s', async (_, text, expected) => {
    const [first, ...others] = await told(text);
    expect(first!.slice(0, expected.length)).toBe(expected);
    expect(others).toEqual([]);
  });

  test('a description without an address, if none is given', async () => {
    const document = openapi(
      { '/x': { get: answering({ type: 'string' }) } },
      {},
      { servers: [{ url: '/v1' }] },
    );
    const result = await importOpenapi(
      { text: JSON.stringify(document) },
      { name: 'api', source: 'api.json' },
    );
    expect(result.problems.map((p) => p.code)).toEqual(['OPENAPI_NO_SERVER']);
    const read = { text: JSON.stringify(document), location: 'https://docs.test/api/openapi.json' };
    const found = await importOpenapi(read, { name: 'api', source: read.location });
    expect('sdl' in found && found.sdl).toContain('baseURL: "https://docs.test/v1"');
    const secret = await told(document, { baseUrl: 'https://user:secret@api.test' });
    expect(secret).toEqual([expect.stringContaining('The base URL "https://…@api.test" is no')]);
    expect(await told(document, { baseUrl: 'ftp://x' })).toEqual([
      'error OPENAPI_NO_SERVER  The base URL "ftp://x" is no http or https address without credentials. → Write https://host/path.',
    ]);
  });

  test('patterns that match nothing', async () => {
    const document = openapi({ '/x': { get: answering({ type: 'string' }) } });
    expect(await told(document, { only: ['GET /y*', 'POST *'] })).toEqual([
      'error OPENAPI_EMPTY api.json:1:1 No operation matches GET /y*, POST *. → Operations are called "GET /path"; * stands for any text.',
    ]);
  });
});

describe('references', () => {
  test('all that lead nowhere are told together, each with its place', async () => {
    const problems = await told(`openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /a:
    get:
      parameters: [{ $ref: '#/components/parameters/none' }]
      responses: { '200': { $ref: '#/components/responses/none' } }
  /b:
    get:
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: { $ref: '#/components/schemas/A' }
components:
  schemas:
    A:
      type: object
      properties:
        b: { $ref: '#/components/schemas/None' }
        c: { $ref: 'other.yaml#/C' }
        d: { $ref: '#/components/schemas/D' }
    D: { $ref: '#/components/schemas/E' }
    E: { $ref: '#/components/schemas/D' }
`);
    expect(problems.toSorted()).toEqual(
      [
        'error OPENAPI_REF_CYCLE api.json:23:9 The $ref "#/components/schemas/E" leads back to itself, and never to a value. → Let one of the references of the circle name a value.',
        'error OPENAPI_REF_NOT_FOUND api.json:21:9 The $ref "#/components/schemas/None" names nothing: api.json has no "/components/schemas/None". → Correct the reference, or add what it names.',
        'error OPENAPI_REF_NOT_FOUND api.json:6:20 The $ref "#/components/parameters/none" names nothing: api.json has no "/components/parameters/none". → Correct the reference, or add what it names.',
        'error OPENAPI_REF_NOT_FOUND api.json:7:20 The $ref "#/components/responses/none" names nothing: api.json has no "/components/responses/none". → Correct the reference, or add what it names.',
        'error OPENAPI_REF_REFUSED api.json:22:9 The $ref "other.yaml#/C" names a document that is another file, and this description comes as one. → Bundle the files to one, or import the description from its folder.',
      ].toSorted(),
    );
  });

  test('what is not asked for may be broken', async () => {
    const document = openapi({
      '/a': { get: answering({ type: 'string' }) },
      '/b': { get: answering(ref('None')) },
    });
    expect(await importText(document, { only: ['GET /a'] })).toHaveProperty('sdl');
  });

  test('a schema that is made of itself', async () => {
    const document = openapi(
      { '/a': { get: answering(ref('A')) } },
      {
        A: { allOf: [ref('B'), { type: 'object', properties: { a: { type: 'string' } } }] },
        B: { allOf: [ref('A')], properties: { b: { type: 'string' } } },
      },
    );
    expect((await told(document))[0]).toContain('The schema is made of itself by allOf.');
  });
});

describe('files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'openapi-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const inside = path.join(folder, 'api');
  mkdirSync(inside);
  const secret = 'type: object\nproperties: { secret: { type: string } }';
  writeFileSync(path.join(folder, 'secret.yaml'), secret);
  symlinkSync(path.join(folder, 'secret.yaml'), path.join(inside, 'link.yaml'));
  writeFileSync(path.join(inside, 'broken.yaml'), 'a: [1');

  const referring = async ($ref: string, remoteRefs = false) => {
    const file = path.join(inside, 'openapi.json');
    writeFileSync(file, JSON.stringify(openapi({ '/x': { get: answering({ $ref }) } })));
    return importDescription('api', { kind: 'openapi', file, baseUrl: 'http://api.test', remoteRefs });
  };

  test.each([
    '../secret.yaml',
    'a/../../secret.yaml',
    '%2e%2e/secret.yaml',
    '..%2fsecret.yaml',
    '..\\secret.yaml',
    path.join(folder, 'secret.yaml'),
    `file://${path.join(folder, 'secret.yaml')}`,
    '//localhost/secret.yaml',
    'http://127.0.0.1:1/secret.yaml',
    'link.yaml',
    '/etc/passwd',
    'x\0.yaml',
    '%',
  ])('$ref: %j reads nothing outside of the folder', async ($ref) => {
    const result = await referring($ref);
    expect(result.problems.map((p) => p.code.replace('NOT_FOUND', 'REFUSED'))).toEqual([
      'OPENAPI_REF_REFUSED',
    ]);
    expect(JSON.stringify(result)).not.toContain('properties');
  });

  test('a file that is not there, or cannot be read, is told with the reference', async () => {
    expect((await referring('none.yaml')).problems.map((p) => p.message)).toEqual([
      'The $ref "none.yaml" names a document that is not there.',
    ]);
    const [problem] = (await referring('broken.yaml#/a')).problems;
    expect(problem!.message).toMatch(
      /names a document that cannot be read \(.*broken\.yaml:1:6\)\. The document is not valid YAML/,
    );
    const none = { kind: 'openapi', file: path.join(folder, 'none.json') } as const;
    expect((await importDescription('api', none)).problems).toMatchObject([
      { code: 'FILE_UNREADABLE', message: 'The description is not there.' },
    ]);
  });

  test('addresses are read if that is asked for', async () => {
    const server = await json(() => ({ type: 'object', properties: { a: { $ref: '/b.json' } } }));
    const refused = await referring(`${server.url}/a.json`);
    expect(refused.problems[0]!.message).toContain('names an address');
    expect(server.asked).toEqual([]);
    const result = await referring(`${server.url}/a.json`, true);
    expect('sdl' in result && result.sdl).toContain('type A @mapping(selection: "a")');
    expect(server.asked.map((a) => a.url)).toEqual(['/a.json', '/b.json']);
  });
});

describe('documents that are made to hurt', () => {
  test('aliases that multiply', async () => {
    let text = 'openapi: 3.1.0\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i < 12; i++)
      text += `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    expect((await told(text))[0]).toContain('OPENAPI_SYNTAX');
  });

  test('an alias that holds itself', async () => {
    const result = await importText(`openapi: 3.1.0
paths:
  /a:
    get:
      responses:
        '200':
          content:
            application/json:
              schema: &s
                type: object
                properties: { name: { type: string }, inner: *s, list: { type: array, items: *s } }
`);
    expect(result).toHaveProperty('sdl');
  });

  test.each<[string, (depth: number) => string]>([
    ['JSON', (depth) => '['.repeat(depth) + ']'.repeat(depth)],
    ['YAML', (depth) => `a: ${'['.repeat(depth)}${']'.repeat(depth)}`],
    ['objects', (depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)],
  ])('%s that nests without end', async (_, make) => {
    for (const depth of [500, 5000, 100_000])
      expect((await told(make(depth)))[0]).toMatch(/OPENAPI_(?:TOO_LARGE|SYNTAX)/);
  });

  test('references through thousands of schemas', async () => {
    const count = 20_000;
    const schemas = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `S${i}`,
        i + 1 < count ? { allOf: [ref(`S${i + 1}`)] } : { type: 'string' },
      ]),
    );
    const result = await importText(openapi({ '/x': { get: answering(ref('S0')) } }, schemas));
    expect(result.problems.map((p) => p.code)).toEqual(['OPENAPI_TOO_LARGE']);
    const objects = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [
        `S${i}`,
        { type: 'object', properties: { next: ref(`S${(i + 1) % 3000}`) } },
      ]),
    );
    expect(await importText(openapi({ '/x': { get: answering(ref('S0')) } }, objects))).toHaveProperty('sdl');
  });

  test('more than a description may have', async () => {
    expect(await told(`{"openapi": "3.1.0"}${' '.repeat(64 * 1024 * 1024)}`)).toEqual([
      'error OPENAPI_TOO_LARGE api.json The document is larger than 64 MB. → Split it, or leave out what is not to be imported.',
    ]);
    expect((await told(`openapi: 3.1.0\n#${' '.repeat(17 * 1024 * 1024)}`))[0]).toContain(
      'Convert it to JSON',
    );
  });

  test('names that mean something to JavaScript, GraphQL or the mapping language', async () => {
    const names = [
      '__proto__',
      'constructor',
      '__typename',
      'toString',
      'true',
      'null',
      '$',
      '@',
      '',
      ' ',
      '"',
      "'",
      '\\',
      'a"b\\c',
      '\n',
      '{',
      '}',
      '#',
      '->',
      'ü',
      '名前',
      '😀',
      '\ud800',
      '1',
      'a.b',
      '$args',
    ];
    const schema = {
      type: 'object',
      properties: Object.fromEntries(names.map((n) => [n, { type: 'string', enum: names }])),
    };
    const { importDocument, errorsOf } = await import('./imported.ts');
    const { sdl } = await importDocument(
      openapi({
        '/x': { post: answering(schema, { requestBody: { content: { 'application/json': { schema } } } }) },
      }),
    );
    expect(errorsOf(sdl)).toEqual([]);
  });
});
