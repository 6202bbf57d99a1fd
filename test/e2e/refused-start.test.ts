import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoConfig } from './demo.ts';
import type { DemoConfig } from './demo.ts';
import { projectRoot, startProcess } from './processes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-refused-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `sluice start` says and how it ends; it must end by itself, having listened nowhere. */
async function refused(...args: string[]): Promise<string> {
  const run = startProcess([join(projectRoot, 'gateway/main.ts'), 'start', ...args], {
    cwd: folder,
    env: { PORT: '0', ADMIN_PORT: '0' },
  });
  expect(await run.ended).toEqual({ code: 1, signal: null });
  expect(run.stderr()).not.toContain('Sluice is ready');
  expect(run.stderr()).not.toMatch(/^\s+at /m);
  return run.stderr();
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function config(change: (config: DemoConfig) => void): string {
  const nowhere = 'http://127.0.0.1:9';
  const made = demoConfig({
    users: '127.0.0.1:9',
    catalogue: '127.0.0.1:9',
    warehouse: nowhere,
    orders: nowhere,
    reviews: nowhere,
  });
  change(made);
  return write('sluice.yaml', JSON.stringify(made, null, 2));
}

/** A schema of the demo with changes, in the folder. */
function schema(subgraph: string, ...changes: (readonly [string, string])[]): string {
  let text = readFileSync(join(projectRoot, `subgraphs/${subgraph}/schema.graphql`), 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the schema of ${subgraph} has no ${from}`);
    text = text.replace(from, to);
  }
  return write(`${subgraph}.graphql`, text);
}

async function occupiedPort(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

describe('a gateway does not start', () => {
  test.each(['--port', '--admin-port'])('on a port in use (%s), and says which', async (option) => {
    const { port, server } = await occupiedPort();
    const said = await refused(
      '--config',
      config(() => undefined),
      option,
      String(port),
    );
    server.close();
    expect(said).toContain(String(port));
    expect(said).toMatch(/in use/);
  });

  test('with a wrong configuration: every problem, with its place', async () => {
    const file = write(
      'wrong.yaml',
      `server:
  prot: 4000
deadlineMs: soon
upstreams:
  users: { wire: grpc, address: "x:1", protos: [nowhere.proto] }
  orders: { wire: xlm, url: "http://x" }
subgraphs:
  users: { schema: nowhere.graphql }
`,
    );
    const said = await refused('--config', file);
    for (const place of ['2:3', '3:13', '5:49', '6:19', '8:20'])
      expect(said).toContain(`wrong.yaml:${place}`);
    expect(said).toContain('port');
    expect(said).toMatch(/\b5 errors/);
  });

  test('without a configuration', async () => {
    expect(await refused('--config', 'nowhere.yaml')).toContain('nowhere.yaml');
  });

  test('with schemas that are wrong: every problem of every schema, with its place and the way out', async () => {
    const users = schema(
      'users',
      ['users.v1.UserService/GetUser"', 'users.v1.UserService/GetUsr"'],
      ['    id\n    name: displayName\n', '    id\n    name: displayNam\n'],
    );
    const orders = schema('orders', [
      'upstream: "orders", GET: "/orders/{$args.id}"',
      'upstream: "ordrs", GET: "/orders/{$args.id}"',
    ]);
    const file = config(({ subgraphs }) => {
      subgraphs['users']!['schema'] = users;
      subgraphs['orders']!['schema'] = orders;
    });
    const said = await refused('--config', file);
    expect(said).toMatch(/users\.graphql:14:38 .*"users\.v1\.UserService\/GetUsr"/);
    expect(said).toContain('Did you mean "GetUser"?');
    expect(said).toMatch(/users\.graphql:98:5 .*"displayNam"/);
    expect(said).toContain('Did you mean "displayName"?');
    expect(said).toMatch(/orders\.graphql:16:30 .*"ordrs"/);
    expect(said).toMatch(/^3 errors$/m);
  });

  test('with a key that its own selection does not give', async () => {
    const orders = schema('orders', ['    id: @id\n    status: @status\n', '    status: @status\n']);
    const said = await refused(
      '--config',
      config(({ subgraphs }) => void (subgraphs['orders']!['schema'] = orders)),
    );
    expect(said).toMatch(/orders\.graphql:\d+:\d+/);
    expect(said).toMatch(/key/);
  });

  test('without a .proto that it needs, or with a broken one', async () => {
    const broken = write('broken.proto', 'syntax = "proto3";\nmessage User { string id = ; }\n');
    const said = await refused(
      '--config',
      config(({ upstreams }) => void (upstreams['users']!['protos'] = [broken])),
    );
    expect(said).toMatch(/broken\.proto:2\b.*illegal id/);
    expect(said, 'the protos tell it once, not every connector again').not.toContain('GRPC_UNKNOWN_METHOD');
    const missing = await refused(
      '--config',
      config(({ upstreams }) => void (upstreams['users']!['protos'] = [join(folder, 'gone.proto')])),
    );
    expect(missing).toContain('gone.proto');
  });

  test('with a schema that is not GraphQL', async () => {
    const file = schema('users', ['user(id: ID!): User', 'user(id: ID!: User']);
    const said = await refused(
      '--config',
      config(({ subgraphs }) => void (subgraphs['users']!['schema'] = file)),
    );
    expect(said).toContain('users.graphql:13:15');
  });

  test('with a supergraph that is none', async () => {
    const said = await refused('--supergraph', write('none.graphql', 'type Query { a: Int }'));
    expect(said).toContain('none.graphql');
    expect(await refused('--supergraph', 'nowhere.graphql')).toContain('nowhere.graphql');
  });
});
