import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildClientSchema, buildSchema, lexicographicSortSchema, printSchema } from 'graphql';
import type { IntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSchemaFiles } from '../../gateway/front/schema-files.ts';
import { printTypeScript } from '../../gateway/front/type-script.ts';
import { serverUnderTest } from './server-under-test.ts';

const SDL = `
  "Who buys. */ alert(1) /*"
  type User implements Node { id: ID!  "How we call them." name: String @deprecated(reason: "say\\ntitle")  tags: [[String!]]!  hits(by: By = { text: "a" }): [Hit!]  at: Instant }
  interface Node { id: ID! }
  union Hit = User | string
  type string { id: ID! }
  type Query { user(id: ID!): User  node: Node }
  input By { text: String!  lang: String! = "en"  order: Order }
  input One @oneOf { a: Int  b: String }
  enum Order { ASC "downwards" DESC }
  scalar Instant
`;
const schema = buildSchema(SDL);

describe('the files of the schema', () => {
  const files = createSchemaFiles(() => ({ schema }));

  test('are the schema, as SDL and as introspection', async () => {
    await using server = await serverUnderTest({ schema, request: { schemaFiles: files } });
    const sdl = await (await fetch(`${server.url}/schema.graphql`)).text();
    expect(printSchema(buildSchema(sdl))).toBe(printSchema(lexicographicSortSchema(schema)));
    const { data } = (await (await fetch(`${server.url}/schema.json`)).json()) as {
      data: IntrospectionQuery;
    };
    expect(buildClientSchema(data).getType('User')).toBeDefined();
    expect((await fetch(`${server.url}/schema.yaml`)).status).toBe(404);
    expect((await fetch(`${server.url}/schema.json`, { method: 'POST' })).status).toBe(405);
  });

  test('are not sent again to whoever has them', async () => {
    await using server = await serverUnderTest({ schema, request: { schemaFiles: files } });
    for (const path of ['/schema.graphql', '/schema.json', '/types.ts']) {
      const first = await fetch(server.url + path);
      const etag = first.headers.get('etag')!;
      expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
      const again = await fetch(server.url + path, { headers: { 'if-none-match': `"other", W/${etag}` } });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
  });

  test('are not there where clients may not read the schema', async () => {
    await using server = await serverUnderTest({ schema });
    expect((await fetch(`${server.url}/schema.graphql`)).status).toBe(404);
  });
});

describe('the TypeScript of a schema', () => {
  test('has every type as JSON has it', () => {
    expect(printTypeScript(schema)).toMatchSnapshot();
  });

  test('is taken by the compiler, and refuses what the schema refuses', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-types-'));
    try {
      const check = (use: string): string => {
        writeFileSync(join(folder, 'types.ts'), printTypeScript(schema));
        writeFileSync(join(folder, 'use.ts'), `import type * as Api from './types.ts';\n${use}\n`);
        const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');
        const args = ['--noEmit', '--strict', '--allowImportingTsExtensions', '--types', '', 'use.ts'];
        return spawnSync(tsc, args, { cwd: folder, encoding: 'utf8' }).stdout;
      };
      expect(
        check(`
          export const user: Api.User = { id: '1', name: null, tags: [null, ['a']], hits: [{ id: '2' }], at: 3 };
          export const by: Api.By = { text: 'a', order: 'DESC' };
          export const one: Api.One = { b: 'only' };`),
      ).toBe('');
      expect(check(`export const by: Api.By = { order: 'UP' };`)).toMatch(/error TS/);
      expect(check(`export const user: Api.User = { id: 1 } as Api.User; user.gone;`)).toMatch(/gone/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
