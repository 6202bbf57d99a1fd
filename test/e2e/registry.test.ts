import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../gateway/commands/program.ts';
import { startSubgraph, type RunningSubgraph } from '../execute/subgraph-server.ts';
import { hasRedis, type RedisServer, startRedis } from '../registry/redis-server.ts';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { projectRoot, startProcess } from './processes.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const USERS = `${LINK} type Query { users: [User!]! } type User @key(fields: "id") { id: ID! name: String! }`;
const ratings = (field: string) =>
  `${LINK} type Query { best: User } type User @key(fields: "id") { id: ID! ${field} }`;

let users: RunningSubgraph;
let reviews: RunningSubgraph;
let folder: string;
const gateways: GatewayProcess[] = [];

beforeAll(async () => {
  users = await startSubgraph({
    name: 'users',
    sdl: USERS,
    resolvers: {
      Query: { users: () => [{ id: '1', name: 'Ada' }] },
      User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `user ${id}` }) },
    },
  });
  reviews = await startSubgraph({
    name: 'reviews',
    sdl: ratings('rating: Int! stars: Int!'),
    resolvers: {
      Query: { best: () => ({ id: '1' }) },
      User: { __resolveReference: ({ id }: { id: string }) => ({ id }), rating: () => 5, stars: () => 4 },
    },
  });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-registry-'));
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
  rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await Promise.all([users, reviews].map((subgraph) => subgraph?.close()));
});

async function start(options: object = {}): Promise<GatewayProcess> {
  writeFileSync(join(folder, 'users.graphql'), USERS);
  const config = join(folder, 'sluice.yaml');
  const subgraphs = { users: { schema: 'users.graphql', url: users.url } };
  writeFileSync(config, JSON.stringify({ server: { page: false }, subgraphs, ...options }));
  const gateway = await startGatewayProcess(['--config', config]);
  gateways.push(gateway);
  return gateway;
}

/** The command line against a gateway, with its token. */
async function sluice(gateway: GatewayProcess, ...args: readonly string[]) {
  const SLUICE_ADMIN_TOKEN = readFileSync(join(folder, '.sluice/admin-token'), 'utf8').trim();
  const output = { stdout: '', stderr: '' };
  const code = await runCommandLine(args, {
    env: { SLUICE_ADMIN_URL: gateway.adminUrl, SLUICE_ADMIN_TOKEN, SLUICE_AUTHOR: 'ada@home' },
    stdout: { write: (text) => (output.stdout += text) },
    stderr: { write: (text) => (output.stderr += text) },
    stdin: process.stdin,
    loadGateway: () => Promise.reject(new Error('not needed')),
  });
  return { code, ...output };
}

async function ask(
  gateway: GatewayProcess,
  query: string,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

describe('a service team', () => {
  test('brings a service into a running gateway, changes it, and takes it back', async () => {
    const gateway = await start();
    const joined = '{ users { name rating } }';
    expect(await ask(gateway, joined)).toMatchObject({
      errors: [{ message: expect.stringContaining('rating') }],
    });

    const first = await sluice(
      gateway,
      'register',
      'reviews',
      '--url',
      reviews.url,
      '--message',
      'stars for everybody',
    );
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain("+ Field 'rating' was added to object type 'User'\n");
    expect(first.stdout).toContain('register reviews: revision 2 is served.\n');
    expect(await ask(gateway, joined)).toEqual({ data: { users: [{ name: 'Ada', rating: 5 }] } });

    const schema = join(folder, 'reviews.graphql');
    writeFileSync(schema, ratings('rating: Int!'));
    const second = await sluice(gateway, 'register', 'reviews', '--url', reviews.url, '--schema', schema);
    expect(second.stdout).toContain("! Field 'stars' was removed from object type 'User'\n");
    expect(await ask(gateway, '{ users { stars } }')).toMatchObject({ errors: [{}] });

    const diff = await sluice(gateway, 'diff');
    expect(diff.stdout).toContain('Revision 2 → 3');
    expect(diff.stdout).toContain('reviews (v1 → v2)');

    const back = await sluice(gateway, 'rollback', '2', '-m', 'somebody needs the stars');
    expect(back.stdout).toContain('Rollback to revision 2: revision 4 is served.\n');
    expect(await ask(gateway, '{ users { stars } }')).toEqual({ data: { users: [{ stars: 4 }] } });

    const list = await sluice(gateway, 'list');
    expect(list.stdout).toMatch(/reviews +1 +registry +http/);
    expect(list.stdout).toMatch(/users +1 +configuration/);
    expect(list.stdout).toContain('Revision 4 is served.');
    const history = (await sluice(gateway, 'history')).stdout.split('\n');
    expect(history[1]).toMatch(/^4 .* ada@home \(local\) +rollback reviews v1 +somebody needs the stars$/);
    expect(history[3]).toMatch(/^2 .* register reviews v1 +stars for everybody$/);

    // Somebody has just asked for its fields.
    expect((await sluice(gateway, 'unregister', 'reviews')).stderr).toContain('CHANGE_BREAKS_CLIENTS');
    const gone = await sluice(gateway, 'unregister', 'reviews', '--force');
    expect(gone.stdout).toContain('unregister reviews: revision 5 is served.');
    expect(await ask(gateway, joined)).toMatchObject({ errors: [{}] });
    await gateway.process.says(/"action":"unregister"[^\n]*"outcome":"served"/);
    const audit = gateway.log().filter(({ audit: is }) => is === true);
    expect(audit.map(({ action, actor, outcome }) => ({ action, actor, outcome }))).toEqual([
      { action: 'register', actor: 'local', outcome: 'served' },
      { action: 'register', actor: 'local', outcome: 'served' },
      { action: 'rollback', actor: 'local', outcome: 'served' },
      { action: 'unregister', actor: 'local', outcome: 'refused' },
      { action: 'unregister', actor: 'local', outcome: 'served' },
    ]);
  });

  test('finds what was registered after a restart', async () => {
    const gateway = await start();
    await sluice(gateway, 'register', 'reviews', '--url', reviews.url);
    await gateway.process.stop('SIGKILL');
    expect(await ask(await start(), '{ best { name rating } }')).toEqual({
      data: { best: { name: 'user 1', rating: 5 } },
    });
  });

  test('is told everything that is wrong, with places, and what is served stays', async () => {
    const gateway = await start();
    const schema = join(folder, 'broken.graphql');
    writeFileSync(
      schema,
      `${LINK}\ntype Query {\n  users: Int\n}\ntype User @key(fields: "nope") { id: ID! }`,
    );
    const broken = await sluice(gateway, 'register', 'broken', '--url', reviews.url, '--schema', schema);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('Refused: what is served stays.');
    expect(broken.stderr).toMatch(/broken\/schema\.graphql:5:\d+ {2}error {2}KEY_INVALID_FIELDS/);
    expect((await sluice(gateway, 'list')).stdout).toContain('Revision 1 is served.');

    const collides = await sluice(gateway, 'register', 'users', '--url', reviews.url);
    expect(collides.stderr).toContain('REGISTRATION_COLLIDES');
    expect(collides.stderr).toContain('take subgraphs.users out of the configuration');
    const unknown = await sluice(gateway, 'unregister', 'review');
    expect(unknown.stderr).toContain('NOT_REGISTERED');
    const away = await sluice(gateway, 'register', 'away', '--url', 'http://127.0.0.1:1/graphql');
    expect(away.stderr).toContain('REMOTE_SCHEMA_UNAVAILABLE');
    for (const name of ['../etc', 'a/b', 'a b', '']) {
      const refused = await sluice(gateway, 'register', name, '--url', reviews.url);
      expect(refused.code, name).toBe(1);
    }
  });

  test('cannot break a client unawares', async () => {
    const gateway = await start();
    await sluice(gateway, 'register', 'reviews', '--url', reviews.url);
    const schema = join(folder, 'reviews.graphql');
    writeFileSync(schema, ratings('rating: Int!'));
    const shop = { 'apollographql-client-name': 'shop', 'apollographql-client-version': '2.0' };
    await ask(gateway, 'query Stars { users { stars } }', shop);

    const refused = await sluice(gateway, 'register', 'reviews', '--url', reviews.url, '--schema', schema);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('CHANGE_BREAKS_CLIENTS');
    expect(refused.stderr).toContain('used by shop 2.0 (Stars, 1 time)');
    expect(await ask(gateway, '{ users { stars } }')).toEqual({ data: { users: [{ stars: 4 }] } });

    const usage = await sluice(gateway, 'usage');
    expect(usage.stdout).toMatch(/Stars +1 +shop 2\.0/);
    const forced = await sluice(
      gateway,
      'register',
      'reviews',
      '--url',
      reviews.url,
      '--schema',
      schema,
      '--force',
    );
    expect(forced.code).toBe(0);
    expect(forced.stderr).toContain('Overridden by force');
    expect((await sluice(gateway, 'history')).stdout).toContain('register reviews v2 (forced)');
  });

  test('sees in a dry run what would happen, and nothing happens', async () => {
    const gateway = await start();
    const dry = await sluice(gateway, 'register', 'reviews', '--url', reviews.url, '--dry-run');
    expect(dry.stdout).toContain('register reviews: would be served (dry run, nothing was changed).');
    expect((await sluice(gateway, 'list')).stdout).toContain('Revision 1 is served.');
    expect(await ask(gateway, '{ best { id } }')).toMatchObject({ errors: [{}] });
  });

  test('of two changes from one revision only one is made', async () => {
    const gateway = await start();
    await sluice(gateway, 'register', 'reviews', '--url', reviews.url);
    const late = await sluice(gateway, 'unregister', 'reviews', '--expect', '1');
    expect(late.code).toBe(1);
    expect(late.stderr).toContain('REGISTRATION_CONFLICT');
    expect(late.stderr).toContain('revision 2: register reviews by ada@home');
  });
});

describe('the admin API', () => {
  const put = (gateway: GatewayProcess, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${gateway.adminUrl}/registry/subgraphs/reviews`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  test('answers nobody without a token, and says so in words', async () => {
    const token = 'a-token-of-some-length';
    const gateway = await start({ admin: { tokens: [{ name: 'ci', token }] } });
    const wrong: readonly Record<string, string>[] = [
      {},
      { authorization: 'Bearer wrong-token-of-length' },
      { authorization: `Basic ${token}` },
    ];
    for (const headers of wrong) {
      const response = await put(gateway, { url: reviews.url }, headers);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    const response = await put(gateway, { url: reviews.url }, { authorization: `Bearer ${token}` });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ outcome: 'served', revision: { number: 2, actor: 'ci' } });
    expect(gateway.process.stdout()).not.toContain(token);
  });

  test('is found by the command line in the folder of the gateway, with its token', async () => {
    const gateway = await start();
    const args = ['register', 'reviews', '--url', reviews.url, '--admin', gateway.adminUrl];
    const child = startProcess([join(projectRoot, 'gateway/main.ts'), ...args], { cwd: folder });
    expect((await child.ended).code, child.stderr()).toBe(0);
    expect(child.stdout()).toContain('revision 2 is served');
  });

  test('keeps its own token where only its owner may read it', async () => {
    await start();
    expect(statSync(join(folder, '.sluice/admin-token')).mode & 0o777).toBe(0o600);
  });

  test('takes no file of the gateway and no path out of the registration', async () => {
    const token = 'a-token-of-some-length';
    const gateway = await start({ admin: { tokens: [{ name: 'ci', token }] } });
    const grpc = { wire: 'grpc', address: 'localhost:1' };
    for (const record of [
      { sdl: 'type Query { a: Int }', upstreams: { x: { ...grpc, protos: ['/etc/passwd'] } } },
      {
        sdl: 'type Query { a: Int }',
        upstreams: { x: { ...grpc, protos: ['a.proto'], protoPaths: ['..'] } },
        files: { 'a.proto': '' },
      },
      { sdl: 'type Query { a: Int }', files: { '../escape.graphql': '' } },
      { sdl: 'type Query { a: Int }', files: { '/etc/cron.d/x': '' } },
      {
        sdl: 'type Query { a: Int }',
        upstreams: { x: { ...grpc, protos: ['a.proto'], tls: { ca: '/etc/ssl/cert.pem' } } },
        files: { 'a.proto': '' },
      },
      { sdl: '' },
      {},
      { sdl: 'type Query { a: Int }', url: 'file:///etc/passwd' },
      { sdl: 'type Query { a: Int }', surprise: 1 },
    ]) {
      const response = await put(gateway, record, { authorization: `Bearer ${token}` });
      expect(response.status, JSON.stringify(record)).toBe(422);
      expect(await response.json()).toMatchObject({ outcome: 'refused', problems: [{ severity: 'error' }] });
    }
  });

  test('describes itself in OpenAPI', async () => {
    const gateway = await start();
    const response = await fetch(`${gateway.adminUrl}/registry/openapi.json`);
    expect(await response.json()).toMatchObject({ openapi: '3.1.0', paths: { '/registry/rollback': {} } });
  });
});

describe.runIf(hasRedis)('gateways that share a Redis', () => {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await redis.close();
  });
  const shared = () => ({ registry: { store: 'redis', redis: { url: redis.url, timeoutMs: 1000 } } });

  test('all serve what one of them was given, and start without Redis from what they saw last', async () => {
    const [here, there] = [await start(shared()), await start(shared())];
    await sluice(here, 'register', 'reviews', '--url', reviews.url);
    await there.process.says(/a registered graph is served/);
    const answer = { data: { best: { rating: 5 } } };
    expect(await ask(there, '{ best { rating } }')).toEqual(answer);

    await redis.kill();
    const failed = await sluice(there, 'unregister', 'reviews');
    expect(failed.stderr).toContain('REGISTRY_UNAVAILABLE');
    expect(await ask(here, '{ best { rating } }')).toEqual(answer);
    expect(await ask(await start(shared()), '{ best { rating } }')).toEqual(answer);
  });

  test('of two registrations at one time one wins, and the other is told', async () => {
    const [here, there] = [await start(shared()), await start(shared())];
    await sluice(here, 'register', 'reviews', '--url', reviews.url);
    await there.process.says(/a registered graph is served/);
    const results = await Promise.all([
      sluice(here, 'unregister', 'reviews', '--expect', '2'),
      sluice(there, 'unregister', 'reviews', '--expect', '2'),
    ]);
    expect(results.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(results.find(({ code }) => code === 1)!.stderr).toContain('REGISTRATION_CONFLICT');
  });
});
