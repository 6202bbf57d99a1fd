import { hash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema, introspectionFromSchema, parse, validate } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGatewayProcess } from '../e2e/gateway-process.ts';
import { projectRoot, startProcess } from '../e2e/processes.ts';

const API = join(projectRoot, 'schema/api.graphql');
const MAIN = join(projectRoot, 'gateway/main.ts');
const USER = `
  query User($id: ID!) {
    user(id: $id) {
      name
      status
      createdAt
      preferences
    }
  }
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-codegen-'));
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'src'));
  write(
    'src/user.ts',
    `import { graphql } from './gql/index.ts';\nexport const User = graphql(\`${USER}\`);\n`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const start = (...args: readonly string[]) => startProcess([MAIN, 'codegen', ...args], { cwd: folder });

async function codegen(...args: readonly string[]) {
  const process = start(...args);
  const { code } = await process.ended;
  return { code, stdout: process.stdout(), stderr: process.stderr() };
}

/** The generated files, by name. */
const generated = (out = 'src/gql'): Record<string, string> =>
  Object.fromEntries(readdirSync(join(folder, out)).map((name) => [name, read(`${out}/${name}`)]));

describe('the schema', () => {
  test('comes from an SDL file, introspection JSON or the configuration, and gives the same types', async () => {
    const introspection = introspectionFromSchema(buildSchema(readFileSync(API, 'utf8')), {
      specifiedByUrl: true,
      oneOf: true,
      inputValueDeprecation: true,
    });
    write('answer.json', JSON.stringify({ data: introspection }));
    const sources = [
      ['--schema', API],
      ['--schema', 'answer.json'],
      ['--config', join(projectRoot, 'sluice.yaml')],
    ];
    const all: Record<string, string>[] = [];
    for (const source of sources) {
      const { code, stderr } = await codegen(...source);
      expect(code, stderr).toBe(0);
      all.push(generated());
      rmSync(join(folder, 'src/gql'), { recursive: true });
    }
    expect(all[0]!['graphql.ts']).toContain(
      'export type UserQuery = { user: { name: string, status: UserStatus | null, createdAt: string, preferences: unknown } | null }',
    );
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
  });

  test('comes from a running gateway, by introspection or as a file', async () => {
    const gateway = await startGatewayProcess(['--config', join(projectRoot, 'sluice.yaml')]);
    try {
      expect((await codegen('--schema', API)).code).toBe(0);
      for (const path of ['graphql', 'schema.graphql', 'schema.json']) {
        const { code, stdout, stderr } = await codegen('--check', '--url', `${gateway.url}/${path}`);
        expect(code, stderr).toBe(0);
        expect(stdout).toBe('src/gql: 4 files, as they should be.\n');
      }
    } finally {
      await gateway.stop();
    }
  });

  test('of a variant is the same from the configuration as from where the variant is: path, header or host', async () => {
    const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])';
    write(
      'words.graphql',
      `${link} type Query { word(kind: Kind): String }
       enum Kind { NOUN VERB SLANG @tag(name: "internal") }`,
    );
    const at = [
      { path: '/partner/graphql' },
      { header: { name: 'x-client', value: 'partner' } },
      { host: 'partner.example' },
    ];
    write(
      'sluice.yaml',
      JSON.stringify({
        registry: { folder: join(folder, '.sluice') },
        subgraphs: { words: { schema: 'words.graphql', url: 'http://127.0.0.1:1' } },
        variants: { partner: { exclude: ['internal'], at } },
      }),
    );
    write('src/user.ts', '');
    write('src/word.graphql', 'query Word($kind: Kind) { word(kind: $kind) }');
    const { code, stderr } = await codegen('--variant', 'partner');
    expect(code, stderr).toBe(0);
    expect(read('src/gql/graphql.ts')).toMatch(/'NOUN'\s*\| 'VERB'/);
    expect(read('src/gql/graphql.ts')).not.toContain('SLANG');
    const gateway = await startGatewayProcess(['--config', join(folder, 'sluice.yaml')]);
    try {
      const check = async (path: string, ...header: string[]) => {
        const args = header.length > 0 ? ['--header', ...header] : [];
        return (await codegen('--check', '--url', `${gateway.url}${path}`, ...args)).code;
      };
      expect(await check('/partner/graphql')).toBe(0);
      expect(await check('/graphql', 'x-client: partner')).toBe(0);
      expect(await check('/schema.graphql', 'host: partner.example')).toBe(0);
      expect(await check('/graphql')).toBe(1);
    } finally {
      await gateway.stop();
    }
    const both = await codegen('--variant', 'partner', '--schema', 'words.graphql');
    expect(both.code).toBe(1);
    expect(both.stderr).toContain("'--variant <name>' cannot be used with option '--schema <file>'");
  }, 60_000);

  test('is asked for with the headers that are given', async () => {
    await using server = await schemaServer(({ headers }) => ({
      status: headers['authorization'] === 'Bearer abc' ? 200 : 401,
      text: readFileSync(API, 'utf8'),
    }));
    const refused = await codegen('--url', server.url);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`SCHEMA_UNREACHABLE ${server.url} answers with HTTP 401.`);
    expect(refused.stderr).toContain("--header 'authorization: Bearer …'");
    const { code } = await codegen('--url', server.url, '--header', 'authorization: Bearer abc');
    expect(code).toBe(0);
  });

  test.each([
    ['type Query { a: }', 'SCHEMA_SYNTAX', 'schema.graphql:1:17'],
    ['type Query { a: Nope }', 'SCHEMA_INVALID', 'Unknown type "Nope"'],
    ['{"errors":[{"message":"GraphQL introspection is not allowed"}]}', 'SCHEMA_INVALID', '/schema.graphql'],
    ['{"data":', 'SCHEMA_INVALID', 'is neither JSON nor'],
    [
      readFileSync(join(projectRoot, 'schema/supergraph.graphql'), 'utf8'),
      'SCHEMA_INVALID',
      'is a supergraph',
    ],
  ])('that is none is told: %#', async (text, problem, said) => {
    write('schema.graphql', text);
    const { code, stderr } = await codegen('--schema', 'schema.graphql');
    expect(code).toBe(1);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(said);
    expect(existsSync(join(folder, 'src/gql'))).toBe(false);
  });

  test('from a gateway that is away is told', async () => {
    const { code, stderr } = await codegen('--url', 'http://127.0.0.1:1/graphql');
    expect(code).toBe(1);
    expect(stderr).toContain('SCHEMA_UNREACHABLE http://127.0.0.1:1/graphql does not answer');
  });
});

describe('the operations', () => {
  test('that the schema does not allow are told with their place, and nothing is written', async () => {
    write('src/user.ts', read('src/user.ts').replace('      status\n', '      stattus\n'));
    write('src/second.graphql', 'query Second { users { nope } }\n');
    write('src/one-line.ts', '\n\nconst a = graphql(`query A { users { pageInfo { nothing } } }`);\n');
    const { code, stderr } = await codegen('--schema', API);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^src\/second\.graphql:1:24 {2}error {2}DOCUMENT_INVALID Cannot query field "nope"/m,
    );
    expect(stderr).toMatch(/^src\/user\.ts:6:7 {2}error {2}DOCUMENT_INVALID Cannot query field "stattus"/m);
    expect(stderr).toMatch(
      /^src\/one-line\.ts:3:49 {2}error {2}DOCUMENT_INVALID Cannot query field "nothing"/m,
    );
    expect(stderr).toContain('3 errors');
    expect(existsSync(join(folder, 'src/gql'))).toBe(false);
  });

  test('that do not parse are told with their file, and their line where they are no code', async () => {
    write('src/broken.graphql', 'query {\n  users { }\n}');
    const { code, stderr } = await codegen('--schema', API);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^src\/broken\.graphql:2:11 {2}error {2}DOCUMENT_SYNTAX Syntax Error: Expected Name/m,
    );
    rmSync(join(folder, 'src/broken.graphql'));
    write('src/other.ts', 'export const Other = graphql(`query Other {`);');
    const inCode = await codegen('--schema', API);
    expect(inCode.code).toBe(1);
    expect(inCode.stderr).toMatch(/^src\/other\.ts {2}error {2}DOCUMENT_SYNTAX Syntax Error: Expected Name/m);
  });

  test('are found in files with any name, and no file is run to find them', async () => {
    mkdirSync(join(folder, 'src/[id]'));
    write('src/[id]/page (1).graphql', 'query Page { users { totalCount } }');
    write('src/effect.ts', "import { writeFileSync } from 'node:fs';\nwriteFileSync('ran', '');\n");
    write('src/empty.graphql', '');
    const { code, stderr } = await codegen('--schema', API);
    expect(code, stderr).toBe(0);
    expect(read('src/gql/graphql.ts')).toContain('PageQuery');
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  test('are missed where the globs match none', async () => {
    const { code, stderr } = await codegen('--schema', API, '--documents', 'app/**/*.ts');
    expect(code).toBe(1);
    expect(stderr).toContain('DOCUMENT_NOT_FOUND');
    expect(stderr).toContain('--documents');
  });
});

describe('the files', () => {
  test('run in Node as they are, as texts and as parsed documents', async () => {
    for (const [mode, told] of [
      ['string', 'query User'],
      ['documentNode', 'Document'],
    ] as const) {
      expect((await codegen('--schema', API, '--document-mode', mode)).code).toBe(0);
      write(
        'src/main.ts',
        "import { User } from './user.ts';\nconsole.log(User.kind ?? User.toString().trim());\n",
      );
      const run = startProcess([join(folder, 'src/main.ts')], { cwd: folder });
      expect((await run.ended).code, run.stderr()).toBe(0);
      expect(run.stdout()).toContain(told);
    }
  });

  test('go where they are wanted, with the types that scalars are said to have', async () => {
    const { code } = await codegen(
      '--schema',
      API,
      '--out',
      'types',
      '--scalar',
      'JSON=Record<string, string>',
    );
    expect(code).toBe(0);
    expect(generated('types')['graphql.ts']).toContain('preferences: Record<string, string> | null');
    expect(generated('types')['gql.ts']).toContain("from './graphql.ts'");
  });

  test('hold a manifest of the operations if it is asked for: sha256 of a text, and the text', async () => {
    expect((await codegen('--schema', API, '--persisted-documents')).code).toBe(0);
    const manifest = JSON.parse(read('src/gql/persisted-documents.json')) as Record<string, string>;
    const [[id, text] = ['', ''], ...others] = Object.entries(manifest);
    expect(others).toEqual([]);
    expect(id).toBe(`sha256:${hash('sha256', text)}`);
    expect(validate(buildSchema(readFileSync(API, 'utf8')), parse(text))).toEqual([]);
    expect(read('src/gql/graphql.ts')).toContain(id);
  });

  test('are compared and left alone with --check', async () => {
    const missing = await codegen('--schema', API, '--check');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('TYPES_OUT_OF_DATE The file is not there.');
    expect((await codegen('--schema', API)).stdout).toBe('src/gql: 4 files, 4 changed.\n');
    expect((await codegen('--schema', API)).stdout).toBe('src/gql: 4 files, none changed.\n');
    expect((await codegen('--schema', API, '--check')).code).toBe(0);
    write(
      'schema.graphql',
      readFileSync(API, 'utf8').replace(
        '  createdAt: DateTime!\n  loyaltyPoints',
        '  createdAt: DateTime\n  loyaltyPoints',
      ),
    );
    const changed = await codegen('--schema', 'schema.graphql', '--check');
    expect(changed.code).toBe(1);
    expect(changed.stderr).toMatch(/^src\/gql\/graphql\.ts:\d+:1 {2}error {2}TYPES_OUT_OF_DATE/m);
    expect(read('src/gql/graphql.ts')).toContain('createdAt: string,');
  });
});

describe('--watch', () => {
  test('follows documents, also in new folders, and the schema; a mistake in between ends nothing', async () => {
    cpSync(API, join(folder, 'schema.graphql'));
    const process = start('--schema', 'schema.graphql', '--watch');
    await process.says(/4 files, 4 changed/);
    await process.says(/Watching/);

    write('src/user.ts', read('src/user.ts').replace('      status\n', '      nope\n'));
    await process.says(/src\/user\.ts:6:7.*DOCUMENT_INVALID/);
    expect(read('src/gql/graphql.ts')).toContain('status: UserStatus');

    write('src/user.ts', read('src/user.ts').replace('      nope\n', '      status\n      email\n'));
    await process.says(/4 files, 2 changed/);
    expect(read('src/gql/graphql.ts')).toContain('email: string');

    mkdirSync(join(folder, 'src/new'));
    write('src/new/phone.graphql', 'query Phone { user(id: "u1") { phone } }\n');
    await process.says(/4 files, 2 changed[^]*4 files, 2 changed/);
    expect(read('src/gql/graphql.ts')).toContain('PhoneQuery');

    write(
      'schema.graphql',
      read('schema.graphql').replace(
        '  phone: String\n  status: UserStatus\n  address: Address\n',
        '  phone: Int\n  status: UserStatus\n  address: Address\n',
      ),
    );
    await process.says(/4 files, 1 changed/);
    expect(read('src/gql/graphql.ts')).toContain('phone: number | null');
    expect(await process.stop()).toEqual({ code: 0, signal: null });
  });

  test('asks a running gateway again, which answers "not modified" until its schema is another', async () => {
    let text = readFileSync(API, 'utf8');
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
    await using server = await schemaServer(({ headers }) => {
      const etag = `"${hash('sha256', text)}"`;
      if (headers['if-none-match'] !== etag) return { status: 200, text, etag };
      onAsked();
      return { status: 304, text: '', etag };
    });
    const process = start('--url', server.url, '--watch');
    await process.says(/4 files, 4 changed/);
    await asked;
    text = text.replace('  createdAt: DateTime!\n  loyaltyPoints', '  createdAt: DateTime\n  loyaltyPoints');
    await process.says(/4 files, 1 changed/);
    expect(read('src/gql/graphql.ts')).toContain('createdAt: string | null,');
    expect((await process.stop()).code).toBe(0);
  });
});

describe("the generator is the project's own", () => {
  test('and if it is not installed, the command says what to run', async () => {
    rmSync(join(folder, 'node_modules'));
    const { code, stderr } = await codegen('--schema', API);
    expect(code).toBe(1);
    expect(stderr).toContain('CODEGEN_NOT_INSTALLED');
    expect(stderr).toContain(
      'npm install -D @graphql-codegen/cli@7 @graphql-codegen/client-preset@6 @graphql-typed-document-node/core\n',
    );
  });

  test('and if it is too old, the command says so', async () => {
    rmSync(join(folder, 'node_modules'));
    for (const [name, version] of [
      ['@graphql-codegen/cli', '5.0.7'],
      ['@graphql-codegen/client-preset', '6.2.0'],
      ['@graphql-typed-document-node/core', '3.2.0'],
    ] as const) {
      mkdirSync(join(folder, 'node_modules', name), { recursive: true });
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version }));
    }
    const { code, stderr } = await codegen('--schema', API);
    expect(code).toBe(1);
    expect(stderr).toContain('"@graphql-codegen/cli" is too old (5).');
    expect(stderr).toContain('Run: npm install -D @graphql-codegen/cli@7\n');
  });
});

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly etag?: string;
}

/** Something that serves a schema file. */
async function schemaServer(answer: (request: IncomingMessage) => Reply) {
  const server = createServer((request, response) => {
    const { status, text, etag } = answer(request);
    response.writeHead(status, etag === undefined ? {} : { etag }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/schema.graphql`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
