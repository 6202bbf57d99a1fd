import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../gateway/commands/program.ts';
import { startSubgraph, type RunningSubgraph } from '../execute/subgraph-server.ts';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const users = (fields: string) =>
  `${LINK} type Query { users: [User!]! } type User @key(fields: "id") { id: ID! ${fields} }`;
const REVIEWS = `${LINK} type Query { best: Int }`;

const PATIENT = { timeout: 20_000 };

let service: RunningSubgraph;
let reviews: RunningSubgraph;
let folder: string;
const gateways: GatewayProcess[] = [];

beforeAll(async () => {
  const resolvers = { Query: { users: () => [{ id: '1', name: 'Ada', age: 36 }] } };
  service = await startSubgraph({ name: 'users', sdl: users('name: String age: Int'), resolvers });
  reviews = await startSubgraph({ name: 'reviews', sdl: REVIEWS, resolvers: { Query: { best: () => 5 } } });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-history-'));
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => Promise.all([service, reviews].map((subgraph) => subgraph?.close())));

const write = (sdl: string): void => writeFileSync(join(folder, 'users.graphql'), sdl);

function configure(subgraphs: object, options: object = {}, file = 'sluice.yaml'): string {
  const config = join(folder, file);
  writeFileSync(config, JSON.stringify({ server: { page: false }, subgraphs, ...options }));
  return config;
}

async function start(...what: Parameters<typeof configure>): Promise<GatewayProcess> {
  const config = configure(...what);
  const gateway = await startGatewayProcess(['--config', config]);
  gateways.push(gateway);
  return gateway;
}
const configured = () => ({ users: { schema: 'users.graphql', url: service.url } });

async function reload(gateway: GatewayProcess): Promise<void> {
  const before = served(gateway);
  process.kill(gateway.process.pid, 'SIGHUP');
  await expect.poll(() => served(gateway), PATIENT).toBe(before + 1);
}
const served = (gateway: GatewayProcess): number =>
  gateway.process.stdout().split('a new graph is served').length - 1;

async function sluice(gateway: GatewayProcess, ...args: readonly string[]) {
  const SLUICE_ADMIN_TOKEN = readFileSync(join(folder, '.sluice/admin-token'), 'utf8').trim();
  const output = { stdout: '', stderr: '' };
  const code = await runCommandLine(args, {
    env: { SLUICE_ADMIN_URL: gateway.adminUrl, SLUICE_ADMIN_TOKEN },
    stdout: { write: (text) => (output.stdout += text) },
    stderr: { write: (text) => (output.stderr += text) },
    stdin: process.stdin,
    loadGateway: () => Promise.reject(new Error('not needed')),
  });
  return { code, ...output };
}

async function ask(gateway: GatewayProcess, query: string): Promise<unknown> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

const ADA = { data: { users: [{ name: 'Ada' }] } };
const AGED = { data: { users: [{ age: 36 }] } };

describe('subgraphs of the configuration', () => {
  test('are in the history: what the gateway started with, and every change of it', async () => {
    write(users('name: String'));
    const gateway = await start(configured());
    write(users('name: String age: Int'));
    await reload(gateway);

    const history = (await sluice(gateway, 'history')).stdout;
    expect(history).toMatch(/^2 .* configuration +configure users v2 +the configuration was reloaded$/m);
    expect(history).toMatch(/^1 .* configuration +configure users v1 +the gateway was started$/m);
    expect((await sluice(gateway, 'diff')).stdout).toContain("+ Field 'age' was added to object type 'User'");
    expect((await sluice(gateway, 'list')).stdout).toMatch(/users +2 +configuration/);
  });

  test('that did not change add nothing to it at the next start', async () => {
    write(users('name: String'));
    await (await start(configured())).stop();
    expect((await sluice(await start(configured()), 'list')).stdout).toContain('Revision 1 is served.');
  });

  test('are rolled back with the rest, also over a restart, until their file changes again', async () => {
    write(users('name: String'));
    const gateway = await start(configured());
    write(users('age: Int'));
    await reload(gateway);
    expect(await ask(gateway, '{ users { age } }')).toEqual(AGED);

    const back = await sluice(gateway, 'rollback', '1', '--force', '-m', 'who took the names?');
    expect(back.stdout).toContain('Rollback to revision 1: revision 3 is served.');
    expect(await ask(gateway, '{ users { name } }')).toEqual(ADA);
    expect((await sluice(gateway, 'list')).stdout).toMatch(/users +1 +configuration \(rolled back\)/);

    await gateway.stop();
    const next = await start(configured());
    expect(await ask(next, '{ users { name } }')).toEqual(ADA);
    expect((await sluice(next, 'list')).stdout).toContain('Revision 3 is served.');

    write(users('name: String age: Int'));
    await reload(next);
    expect(await ask(next, '{ users { age name } }')).toEqual({
      data: { users: [{ age: 36, name: 'Ada' }] },
    });
    expect((await sluice(next, 'list')).stdout).toMatch(/users +3 +configuration +http/);
  });

  test('that came or went since the revision of a rollback are named', async () => {
    write(users('name: String'));
    const first = await start({});
    await sluice(first, 'register', 'reviews', '--url', reviews.url);
    await first.stop();
    const gateway = await start(configured());
    const back = await sluice(gateway, 'rollback', '1', '--json');
    expect(JSON.parse(back.stdout)).toMatchObject({
      problems: [{ code: 'ROLLBACK_PARTIAL', subgraph: 'users', severity: 'warning' }],
    });
  });
});

describe('a gateway that has no subgraph yet', () => {
  test('starts if its configuration says so, and serves the first one that is registered', async () => {
    const gateway = await start({});
    expect(await ask(gateway, '{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    const added = await sluice(gateway, 'register', 'reviews', '--url', reviews.url);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect(added.stdout).toContain("+ Field 'best' was added to object type 'Query'");
    expect(added.stdout).not.toContain('removed');
    expect(await ask(gateway, '{ best }')).toEqual({ data: { best: 5 } });
  });

  test('is there again when the last one is taken out', async () => {
    const gateway = await start(
      {},
      { variants: { open: { exclude: ['internal'], at: [{ path: '/open' }] } } },
    );
    await sluice(gateway, 'register', 'reviews', '--url', reviews.url);
    const gone = await sluice(gateway, 'unregister', 'reviews');
    expect(gone).toMatchObject({ code: 0 });
    expect(await ask(gateway, '{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  });

  test('is a mistake where nothing can be registered', async () => {
    const config = configure({}, { registry: { store: 'none' } });
    await expect(startGatewayProcess(['--config', config])).rejects.toThrow('There is no graph to serve.');
  });
});

describe('a gateway that cannot serve what is registered', () => {
  test('does so as soon as its configuration allows it, without waiting', async () => {
    // Two gateways share one registry; the second one has a subgraph of the name that is registered at the first.
    write(users('name: String'));
    const here = await start({});
    const there = await start(configured(), {}, 'there.yaml');
    await sluice(here, 'register', 'users', '--url', service.url);
    await there.process.says(/a registered graph cannot be served here/);
    expect((await sluice(there, 'list')).stderr).toContain('REGISTRATION_COLLIDES');

    configure({}, {}, 'there.yaml');
    process.kill(there.process.pid, 'SIGHUP');
    await expect.poll(() => ask(there, '{ users { age } }'), PATIENT).toEqual(AGED);
  });
});
