import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { importProto } from '../../../../gateway/connectors/import/proto/import-proto.ts';
import { readConnectors } from '../../../../gateway/connectors/read.ts';
import type { Problem } from '../../../../gateway/problem.ts';
import { composeSupergraph } from '../../../../gateway/supergraph/compose.ts';
import { checked, closing, imported, subgraphOf } from './imported.ts';

const FIXTURES = [
  'awkward',
  'datastore',
  'discovery',
  'editions',
  'health',
  'helloworld',
  'legacy',
  'library',
  'operations',
  'pubsub',
  'routeguide',
  'runtime',
  'shop',
];

const place = ({ code, severity, file, line, column }: Problem): string =>
  `${severity} ${code} ${[file, line, column].filter((part) => part !== undefined).join(':')}`.trimEnd();

const errorsOf = (files: Readonly<Record<string, string>>): string[] => imported(files).problems.map(place);

const service = (body: string, messages = ''): Record<string, string> => ({
  'a.proto': `syntax = "proto3";\npackage a.v1;\nservice ThingService {\n${body}\n}\n${messages}`,
});

describe.each(FIXTURES)('%s.proto', (name) => {
  test('becomes a subgraph that passes every check, and whose only lack are batch methods that it does not have', () => {
    const result = imported(name);
    const found = checked(result);
    expect(found.filter(({ code }) => code !== 'N_PLUS_ONE')).toEqual([]);
    const unbatched = result.problems.filter(({ code }) => code === 'IMPORT_NO_BATCH');
    expect(found.length).toBeLessThanOrEqual(unbatched.length);
  });

  test('has the schema that has been looked at', async () => {
    const { sdl, problems } = subgraphOf(imported(name));
    const said = problems.map((problem) => `# ${place(problem)} ${problem.message}\n`).join('');
    await expect(`${said}${sdl}`).toMatchFileSnapshot(`schemas/${name}.graphql`);
  });
});

describe('methods', () => {
  test('options decide what names do not tell', () => {
    const { sdl } = subgraphOf(
      imported(
        service(
          'rpc Ping(M) returns (M) { option idempotency_level = NO_SIDE_EFFECTS; } rpc Pong(M) returns (M);',
          'message M { string x = 1; }',
        ),
      ),
    );
    expect(sdl).toMatch(/type Query \{\n {2}ping\(/);
    expect(sdl).toMatch(/type Mutation \{\n {2}pong\(/);
  });

  test('only those that are asked for are imported, and the types that they need', () => {
    const result = imported('shop', ['example.shop.v1.CouponService/*', '*/GetUser']);
    const { sdl } = subgraphOf(result);
    expect(sdl).toMatch(/coupon\(/);
    expect(sdl).toMatch(/user\(/);
    expect(sdl).not.toMatch(/Order|batch/i);
    expect(imported('shop', ['nothing*']).problems).toMatchObject([
      { code: 'IMPORT_EMPTY', severity: 'error' },
    ]);
  });

  test('a stream of requests is left out, and said by name and place', () => {
    const { problems } = imported('routeguide');
    expect(problems.map(place)).toEqual([
      'warning IMPORT_LEFT_OUT routeguide.proto:9:3',
      'warning IMPORT_LEFT_OUT routeguide.proto:10:3',
    ]);
    expect(problems[0]!.message).toContain('example.routeguide.RouteGuide/RecordRoute');
  });

  test('a service that only writes is a subgraph for beside another', () => {
    const result = imported(service('rpc CreateM(M) returns (M);', 'message M { string x = 1; }'));
    expect(result.problems.map(({ code }) => code)).toEqual(['IMPORT_NO_QUERY']);
    expect(checked(result)).toEqual([]);
  });
});

test('what is imported from two services composes to one graph', () => {
  const subgraphs = ['shop', 'pubsub', 'runtime', 'discovery'].map((name) => {
    const { model } = readConnectors({ name, file: name, sdl: subgraphOf(imported(name)).sdl });
    return { name, sdl: model!.sdl };
  });
  const composed = composeSupergraph(subgraphs);
  expect('problems' in composed ? composed.problems : []).toEqual([]);
});

describe('types of several packages', () => {
  test('get as much of their package as tells them apart', () => {
    const file = (pkg: string, more: string): string =>
      `syntax = "proto3"; package ${pkg}; ${more} message User { string id = 1; }`;
    const result = imported({
      'a.proto': file('acme.billing.v1', ''),
      'b.proto': file('acme.people.v1', ''),
      'c.proto': file('acme.people.v2', ''),
      'd.proto': `syntax = "proto3"; package d; import "a.proto"; import "b.proto"; import "c.proto";
        service S { rpc GetAll(Q) returns (R); } message Q {}
        message R { acme.billing.v1.User a = 1; acme.people.v1.User b = 2; acme.people.v2.User c = 3; }`,
    });
    expect(checked(result)).toEqual([]);
    const names = [...subgraphOf(result).sdl.matchAll(/^type (\w*User\w*)/gm)].map(([, name]) => name);
    expect(names).toEqual(['BillingUser', 'PeopleUserV1', 'UserV2']);
  });
});

describe('what cannot be imported', () => {
  test('a syntax error has its line and column, and all files are told', () => {
    expect(
      errorsOf({
        'a.proto': 'syntax = "proto3";\nmessage A {\n  string x = ;\n}',
        'b.proto': 'syntax = "proto3";\nmessage B {',
        'c.proto': 'syntax = "proto3";\nmessage C { string a = 1; string b = 1; }',
      }),
    ).toEqual([
      'error PROTO_SYNTAX a.proto:3:14',
      'error PROTO_SYNTAX b.proto:2:12',
      'error PROTO_INVALID c.proto',
    ]);
  });

  test('syntax errors, missing imports and circles of imports are told in one run', () => {
    expect(
      errorsOf({
        'a.proto': 'syntax = "proto3";\nimport "b.proto";\nmessage A {\n  string x 1;\n}',
        'b.proto':
          'syntax = "proto3";\n// import "no.proto";\nimport public \'gone.proto\';\nmessage B { !! }',
        'c.proto': 'syntax = "proto3";\nimport "a.proto";\nimport "d.proto";\nmessage C { int32 x = 1; }',
        'd.proto': 'syntax = "proto3";\nimport "c.proto";',
      }).toSorted(),
    ).toEqual([
      'error PROTO_IMPORT_NOT_FOUND b.proto:3:15',
      'error PROTO_SYNTAX a.proto:4:12',
      'error PROTO_SYNTAX b.proto:4:13',
      'warning PROTO_IMPORT_CYCLE d.proto:2:8',
    ]);
  });

  test('a missing import is an error where its types are needed, and a warning where not', () => {
    expect(
      errorsOf(
        service(
          'rpc GetM(M) returns (M);',
          'import "other.proto";\nmessage M { other.Thing thing = 1; Foo f = 2; }',
        ),
      ),
    ).toEqual([
      'error PROTO_TYPE_NOT_FOUND a.proto:7:13',
      'error PROTO_TYPE_NOT_FOUND a.proto:7:36',
      'error PROTO_IMPORT_NOT_FOUND a.proto:6:8',
    ]);
    const unneeded = imported(
      service('rpc GetM(M) returns (M);', 'import "other.proto";\nmessage M { string x = 1; }'),
    );
    expect(unneeded.problems.map(place)).toContain('warning PROTO_IMPORT_NOT_FOUND a.proto:6:8');
    expect([...subgraphOf(unneeded).files.keys()]).toEqual(['protos/a.proto', 'protos/other.proto']);
  });

  test('imports in a circle are said, and end', () => {
    const result = imported({
      'a.proto':
        'syntax = "proto3";\nimport "b.proto";\nservice S { rpc GetM(M) returns (M); }\nmessage M { string x = 1; }',
      'b.proto': 'syntax = "proto3";\nimport "a.proto";',
    });
    expect(result.problems.map(place)).toContain('warning PROTO_IMPORT_CYCLE b.proto:2:8');
    expect(checked(result)).toEqual([]);
  });

  test.each([
    '../secret.proto',
    '/etc/passwd.proto',
    'a/../../b.proto',
    'C:\\x.proto',
    'a//b.proto',
    './a.proto',
  ])('the import %j leads nowhere', (target) => {
    const text = `syntax = "proto3";\nimport ${JSON.stringify(target)};\nservice S { rpc GetM(M) returns (M); }\nmessage M { string x = 1; }`;
    const said = errorsOf({ 'a.proto': text }).find((problem) => problem.includes('PROTO_IMPORT_INVALID'));
    expect(said).toMatch(/^error PROTO_IMPORT_INVALID a\.proto:2:8$/);
  });

  test('the path of a file may not lead out of its folder', () => {
    expect(errorsOf({ '../a.proto': 'syntax = "proto3";' })).toEqual([
      'error PROTO_IMPORT_INVALID ../a.proto',
    ]);
  });

  test('a file without services says so', () => {
    expect(errorsOf({ 'a.proto': 'syntax = "proto3"; message M {}' })).toEqual(['error IMPORT_EMPTY test']);
  });

  test('messages nested without end, and tens of megabytes, end in a problem', () => {
    expect(errorsOf({ 'a.proto': 'message A {'.repeat(40_000) })).toEqual(['error PROTO_INVALID a.proto']);
    expect(errorsOf({ 'a.proto': `// ${'x'.repeat(65 * 2 ** 20)}` })).toEqual([
      'error DESCRIPTION_TOO_LARGE',
    ]);
    expect(errorsOf({ 'a.proto': `syntax = "proto3"; ${'/* */ ;'.repeat(2 ** 20)}` })).toEqual([
      'error IMPORT_EMPTY test',
    ]);
  });
});

describe('files on disk', () => {
  const folder = (files: Readonly<Record<string, string>>): string => {
    const root = mkdtempSync(path.join(tmpdir(), 'sluice-protos-'));
    closing(() => rmSync(root, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    return root;
  };
  const OPTIONS = { name: 'shop', source: 'test', address: '127.0.0.1:1' };
  const FILES = {
    'protos/shop/v1/shop.proto':
      'syntax = "proto3";\npackage shop.v1;\nimport "shop/v1/types.proto";\nservice S { rpc GetM(M) returns (M); }',
    'protos/shop/v1/types.proto': 'syntax = "proto3";\npackage shop.v1;\nmessage M { string x = 1; }',
    'secret.proto': 'syntax = "proto3";\npackage shop.v1;\nmessage M { string x = 1; }',
  };

  test('imports are found from the folder that the package starts from, without being told', () => {
    const root = folder(FILES);
    const paths = [path.join(root, 'protos/shop/v1/shop.proto')];
    const { files, upstreams } = subgraphOf(importProto({ files: { paths, includeDirs: [] } }, OPTIONS));
    expect([...files.keys()]).toEqual(['protos/shop/v1/shop.proto', 'protos/shop/v1/types.proto']);
    expect(upstreams['shop']).toMatchObject({
      protos: ['protos/shop/v1/shop.proto'],
      protoPaths: ['protos'],
    });
  });

  test('nothing outside of the include directories is read', () => {
    const root = folder({
      ...FILES,
      'protos/shop/v1/shop.proto':
        'syntax = "proto3";\npackage shop.v1;\nimport "../secret.proto";\nservice S { rpc GetM(M) returns (M); }',
    });
    const paths = [path.join(root, 'protos/shop/v1/shop.proto')];
    const { problems } = importProto({ files: { paths, includeDirs: [path.join(root, 'protos')] } }, OPTIONS);
    expect(problems.map(({ code }) => code)).toContain('PROTO_IMPORT_INVALID');
    expect(problems.map(({ code }) => code)).toContain('PROTO_TYPE_NOT_FOUND');
  });

  test('a link out of the include directories is not followed', () => {
    const root = folder({ ...FILES, 'protos/shop/v1/types.proto': '' });
    const link = path.join(root, 'protos/shop/v1/types.proto');
    rmSync(link);
    symlinkSync(path.join(root, 'secret.proto'), link);
    const paths = [path.join(root, 'protos/shop/v1/shop.proto')];
    const { problems } = importProto({ files: { paths, includeDirs: [path.join(root, 'protos')] } }, OPTIONS);
    expect(problems.map(({ code }) => code)).toContain('PROTO_IMPORT_NOT_FOUND');
  });

  test('a file that is not there hides no mistake in the others', () => {
    const root = folder({
      ...FILES,
      'protos/shop/v1/types.proto': 'syntax = "proto3";\nmessage M { string }',
    });
    const paths = [path.join(root, 'protos/shop/v1/shop.proto'), path.join(root, 'gone.proto')];
    const result = importProto({ files: { paths, includeDirs: [] } }, OPTIONS);
    expect(result.problems.map(({ code, line }) => [code, line])).toEqual([
      ['PROTO_FILE_NOT_FOUND', undefined],
      ['PROTO_SYNTAX', 2],
    ]);
    expect(result).not.toHaveProperty('sdl');
  });

  test('files that are not there are told together', () => {
    const { problems } = importProto(
      { files: { paths: ['/nowhere/a.proto', '/nowhere/b.proto'], includeDirs: [] } },
      OPTIONS,
    );
    expect(problems.map(({ code }) => code)).toEqual(['PROTO_FILE_NOT_FOUND', 'PROTO_FILE_NOT_FOUND']);
  });
});
