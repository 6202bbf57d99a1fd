import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../gateway/commands/program.ts';
import { startSubgraph, type RunningSubgraph } from '../execute/subgraph-server.ts';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])\n';
const sdl = (more = '') => `${LINK}
  type Query {
    product(id: ID!): Product @tag(name: "partner")
    slow: String @tag(name: "partner")
    secretProducts: [Secret!]! @tag(name: "internal")
    version: String @deprecated(reason: "Ask /v2.")
    ${more}
  }
  type Product {
    id: ID! @tag(name: "partner")
    name: String @tag(name: "partner")
    price(secretRate: Int @tag(name: "internal")): Int @tag(name: "partner")
    pricePaid: Int @tag(name: "internal")
  }
  type Secret @tag(name: "internal") { pin: Int }
`;
const VARIANTS = {
  partner: {
    include: ['partner'],
    exclude: ['internal'],
    at: [{ path: '/partner/graphql' }, { host: 'api.partner.example' }],
  },
  mobile: { exclude: ['internal'], at: [{ header: { name: 'x-client', value: 'mobile' } }] },
  canary: { exclude: ['internal'], at: [{ percent: 20, sticky: 'x-user' }] },
};

let folder: string;
let subgraph: RunningSubgraph;
let gateway: GatewayProcess;
let slow = Promise.withResolvers<string>();
let asked = Promise.withResolvers<void>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-variants-'));
  subgraph = await startSubgraph({
    name: 'shop',
    sdl: sdl('more: Int'),
    resolvers: {
      Query: {
        product: (_: unknown, { id }: { id: string }) => ({
          id,
          name: `product ${id}`,
          price: 10,
          pricePaid: 5,
        }),
        secretProducts: () => [{ pin: 1234 }],
        version: () => '1',
        more: () => 1,
        slow: () => {
          asked.resolve();
          return slow.promise;
        },
      },
    },
  });
});
afterEach(async () => {
  slow.resolve('late');
  await gateway?.stop();
  rmSync(join(folder, '.sluice'), { recursive: true, force: true });
  slow = Promise.withResolvers();
  asked = Promise.withResolvers();
  subgraph.requests.length = 0;
});
afterAll(async () => {
  await subgraph?.close();
  rmSync(folder, { recursive: true, force: true });
});

const configFile = () => join(folder, 'sluice.yaml');
function write(variants: object, schema = sdl()): void {
  writeFileSync(join(folder, 'shop.graphql'), schema);
  const subgraphs = { shop: { schema: 'shop.graphql', url: subgraph.url, timeoutMs: 25_000 } };
  writeFileSync(configFile(), JSON.stringify({ server: { page: false }, subgraphs, variants }));
}
async function start(variants: object = VARIANTS): Promise<void> {
  write(variants);
  gateway = await startGatewayProcess(['--config', configFile()]);
}
async function reload(variants: object, schema?: string): Promise<void> {
  write(variants, schema);
  const before = gateway.log().length;
  process.kill(gateway.process.pid, 'SIGHUP');
  await expect
    .poll(
      () =>
        gateway
          .log()
          .slice(before)
          .map(({ message }) => message),
      { timeout: 20_000 },
    )
    .toEqual(expect.arrayContaining([expect.stringMatching(/a new graph is served|reload refused/)]));
}

interface Sent {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}
interface Answered {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** Not `fetch`, which does not let the host be chosen. */
function send({ path = '/graphql', headers = {}, body }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gateway.url);
    const sent = httpRequest({
      hostname,
      port,
      path,
      method: body ? 'POST' : 'GET',
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    });
    sent.end(body && JSON.stringify(body));
  });
}
async function ask(query: string, where: Omit<Sent, 'body'> = {}, more: object = {}): Promise<Answered> {
  return JSON.parse((await send({ ...where, body: { query, ...more } })).text) as Answered;
}

const PARTNER = { path: '/partner/graphql' };
const MOBILE = { headers: { 'x-client': 'mobile' } };
const codeOf = ({ errors }: Answered) => errors?.[0]?.extensions.code;

describe('variants of one graph', () => {
  test('are served by path, host and header, each with its own schema', async () => {
    await start();
    const known = { data: { product: { name: 'product 1' } } };
    for (const where of [{}, PARTNER, MOBILE, { headers: { host: 'api.partner.example:80' } }])
      expect(await ask('{ product(id: 1) { name } }', where)).toEqual(known);
    expect(await ask('{ secretProducts { pin } }')).toEqual({ data: { secretProducts: [{ pin: 1234 }] } });
    for (const where of [PARTNER, MOBILE, { headers: { host: 'API.PARTNER.EXAMPLE' } }])
      expect(codeOf(await ask('{ secretProducts { pin } }', where))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await ask('{ version }', MOBILE)).toEqual({ data: { version: '1' } });
    expect(codeOf(await ask('{ version }', PARTNER))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await send({ path: '/partner/other' })).status).toBe(404);
  });

  test('show nothing of what they leave out: in introspection, schema files and messages', async () => {
    await start();
    const hidden = /secret|internal|pricePaid|version/i;
    const introspection = '{ __schema { types { name fields { name args { name } } } directives { name } } }';
    expect(JSON.stringify(await ask(introspection))).toMatch(hidden);
    expect(JSON.stringify(await ask(introspection, PARTNER))).not.toMatch(hidden);
    expect(await ask('{ __type(name: "Secret") { name } }', PARTNER)).toEqual({ data: { __type: null } });
    for (const file of ['schema.graphql', 'schema.json', 'types.ts']) {
      expect((await send({ path: `/${file}` })).text).toMatch(hidden);
      const partner = await send({ path: `/partner/${file}` });
      expect(partner.status).toBe(200);
      expect(partner.text).toContain('Product');
      expect(partner.text).not.toMatch(hidden);
      const mobile = await send({ path: `/${file}`, ...MOBILE });
      expect(mobile.text).toContain('version');
      expect(mobile.text).not.toMatch(/secret/i);
    }
    for (const [query, suggested] of [
      ['{ secretProduct { pin } }', /secretProducts/],
      ['{ product(id: 1) { pricePai } }', /pricePaid/],
      ['{ product(id: 1) { price(secretRat: 1) } }', /secretRate/],
      ['{ product(id: 1) { ... on Secre { pin } } }', /Secret\b/],
    ] as const) {
      expect(JSON.stringify((await ask(query)).errors)).toMatch(suggested);
      expect(JSON.stringify((await ask(query, PARTNER)).errors)).not.toMatch(suggested);
    }
  });

  test('never share documents, persisted queries or runs', async () => {
    await start();
    const query = '{ secretProducts { pin } }';
    const extensions = {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
    };
    // Refused by the variant before and after the main graph has known it; and not refused there because of that.
    expect(codeOf(await ask(query, PARTNER, { extensions }))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(codeOf(await ask(query, {}, { extensions }))).toBeUndefined();
    expect(codeOf(await ask(query, PARTNER, { extensions }))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(codeOf(await ask(query, PARTNER))).toBe('GRAPHQL_VALIDATION_FAILED');
    const byHash = async (where: Omit<Sent, 'body'>) =>
      JSON.parse((await send({ ...where, body: { extensions } })).text) as Answered;
    expect(codeOf(await byHash({}))).toBeUndefined();
    for (const where of [PARTNER, MOBILE])
      expect(codeOf(await byHash(where))).toBe('PERSISTED_QUERY_NOT_FOUND');

    const both = '{ slow __type(name: "Query") { fields { name } } }';
    const running = [ask(both), ask(both, PARTNER)];
    await asked.promise;
    slow.resolve('done');
    const [main, partner] = await Promise.all(running);
    expect(JSON.stringify(main)).toContain('secretProducts');
    expect(partner).toEqual({
      data: { slow: 'done', __type: { fields: [{ name: 'product' }, { name: 'slow' }] } },
    });
  });

  test('take a share of the clients, always the same ones', async () => {
    await start();
    const users = Array.from({ length: 100 }, (_, index) => ({ headers: { 'x-user': `user ${index}` } }));
    const canaries = async () => {
      const answers = await Promise.all(users.map((user) => ask('{ secretProducts { pin } }', user)));
      return answers.map((answer) => codeOf(answer) === 'GRAPHQL_VALIDATION_FAILED');
    };
    const first = await canaries();
    expect(await canaries()).toEqual(first);
    expect(first.filter(Boolean).length).toBeGreaterThan(8);
    expect(first.filter(Boolean).length).toBeLessThan(35);
  });

  test('stream and answer in parts, too', async () => {
    await start();
    const headers = { accept: 'text/event-stream' };
    const body = { query: '{ secretProducts { pin } }' };
    expect((await send({ headers, body })).text).toContain('1234');
    expect((await send({ ...PARTNER, headers, body })).text).toContain('GRAPHQL_VALIDATION_FAILED');
    const parts = { accept: 'multipart/mixed, application/json' };
    const deferred = (name: string) => ({ query: `{ product(id: 1) { id ... @defer { ${name} } } }` });
    expect((await send({ ...PARTNER, headers: parts, body: deferred('name') })).text).toContain('product 1');
    expect((await send({ headers: parts, body: deferred('pricePaid') })).text).toContain('"pricePaid":5');
    const refused = await send({ ...PARTNER, headers: parts, body: deferred('pricePaid') });
    expect(refused.text).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  test('are told apart in the metrics, in the log, and in what clients use', async () => {
    await start();
    await ask('query Main { version }', { headers: { 'apollographql-client-name': 'web' } });
    const headers = { 'x-client': 'mobile', 'apollographql-client-name': 'ios' };
    await ask('query Old { version }', { headers });
    await ask('query New { product(id: 1) { id } }', PARTNER);
    const labels = { kind: 'query', outcome: 'ok' };
    expect(await gateway.metric('sluice_requests_total', { ...labels, variant: 'mobile' })).toBe(1);
    expect(await gateway.metric('sluice_requests_total', { ...labels, variant: 'partner' })).toBe(1);
    expect(await gateway.metric('sluice_requests_total', labels)).toBe(1);
    const requests = () => gateway.log().filter(({ message }) => message === 'request');
    await expect
      .poll(() => requests().map(({ variant }) => variant))
      .toEqual([undefined, 'mobile', 'partner']);
    const usage = async (...args: string[]) => {
      const told = await cli('usage', ...args);
      expect(told.code, told.err).toBe(0);
      return told.out;
    };
    expect(await usage()).toMatch(/Old +1 +ios at mobile/);
    const mobile = await usage('--variant', 'mobile');
    expect(mobile).toContain('Old');
    expect(mobile).not.toMatch(/Main|New/);
    expect(await usage('--variant', 'main')).toMatch(/Main +1 +web\n/);
    expect(await usage('--deprecated', '--variant', 'mobile')).toMatch(/Query\.version +ios at mobile +Old/);
  });
});

describe('a variant that asks a subgraph elsewhere', () => {
  let canary: RunningSubgraph;
  beforeAll(async () => {
    canary = await startSubgraph({
      name: 'canary',
      sdl: sdl(),
      resolvers: { Query: { version: () => '2', slow: () => 'quick' } },
    });
  });
  afterAll(() => canary.close());
  const next = () => ({
    next: { subgraphs: { shop: { url: canary.url } }, at: [{ percent: 30, sticky: 'x-user' }] },
  });

  test('gets its answers there, for its share of the clients, and all of the schema', async () => {
    await start(next());
    const users = Array.from({ length: 40 }, (_, index) => ({ headers: { 'x-user': `user ${index}` } }));
    const versions = () =>
      Promise.all(users.map(async (user) => (await ask('{ version }', user)).data?.['version']));
    const first = await versions();
    expect(new Set(first)).toEqual(new Set(['1', '2']));
    expect(await versions()).toEqual(first);
    const moved = users[first.indexOf('2')]!;
    expect(await ask('{ __type(name: "Secret") { name } }', moved)).toEqual({
      data: { __type: { name: 'Secret' } },
    });
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/sluice_backend_calls_total\{subgraph="shop",upstream="shop@next"/);
  });

  test('never shares a call with the others', async () => {
    await start({ next: { ...next().next, at: [{ path: '/next/graphql' }] } });
    const main = ask('{ slow }');
    await asked.promise;
    expect(await ask('{ slow }', { path: '/next/graphql' })).toEqual({ data: { slow: 'quick' } });
    slow.resolve('done');
    expect(await main).toEqual({ data: { slow: 'done' } });
  });

  test('cannot be started for a subgraph that there is not', async () => {
    write({ next: { subgraphs: { shpo: { url: canary.url } }, at: [{ host: 'next' }] } });
    await expect(startGatewayProcess(['--config', configFile()])).rejects.toThrow(
      /VARIANT_UNKNOWN_SUBGRAPH.*asks "shpo" elsewhere/s,
    );
  });
});

describe('sluice explain --variant', () => {
  const explain = async (operation: string, ...args: string[]) => {
    write({ ...VARIANTS, next: { subgraphs: { shop: { url: subgraph.url } }, at: [{ percent: 1 }] } });
    return cli('explain', operation, '--config', configFile(), ...args);
  };

  test('says of what the variant hides that it does, and of a mistake only what is wrong', async () => {
    const operation = '{ secretProducts { pin } product(id: 1) { nme price(secretRate: 1) pricePaid } }';
    const { code, err } = await explain(operation, '--variant', 'partner');
    expect(code).toBe(1);
    const lines = err.split('\n').filter((line) => line.includes('GRAPHQL_VALIDATION_FAILED'));
    const hides = ' The variant "partner" hides it; the main graph has it.';
    expect(lines.map((line) => line.replace(/^.*FAILED /, ''))).toEqual([
      `Cannot query field "secretProducts" on type "Query".${hides}`,
      'Cannot query field "nme" on type "Product". Did you mean "name"?',
      `Unknown argument "secretRate" on field "Product.price".${hides}`,
      `Cannot query field "pricePaid" on type "Product".${hides}`,
    ]);
    const main = await explain(operation);
    expect(main.err).toContain('nme');
    expect(main.err).not.toMatch(/hides|secret|pricePaid/);
  });

  test('shows the plan of what the variant has, also of one that asks elsewhere', async () => {
    const operation = '{ product(id: 1) { name } }';
    const plans = await Promise.all(
      [[], ['--variant', 'partner'], ['--variant', 'next']].map((args) => explain(operation, ...args)),
    );
    for (const { code, out, err } of plans) {
      expect(code, err).toBe(0);
      expect(out).toBe(plans[0]!.out);
      expect(out).toContain('fetch shop');
    }
  });
});

describe('a change of the variants', () => {
  test('takes effect without a restart, and no request fails meanwhile', async () => {
    await start();
    const stop = new AbortController();
    const failed: unknown[] = [];
    let count = 0;
    const query = '{ product(id: 1) { name } }';
    const keepAsking = async (where: Omit<Sent, 'body'>) => {
      while (!stop.signal.aborted) {
        const answer = await ask(query, where).catch((error: unknown) => ({ error }));
        if (JSON.stringify(answer) !== '{"data":{"product":{"name":"product 1"}}}') failed.push(answer);
        count++;
      }
    };
    const load = Promise.all([{}, PARTNER, MOBILE, MOBILE, { headers: { 'x-user': 'u' } }].map(keepAsking));
    const { partner, canary } = VARIANTS;
    for (let round = 0; round < 3; round++) {
      await reload({ partner, canary, v1: { exclude: ['internal'], at: [{ path: '/v1/graphql' }] } });
      expect(codeOf(await ask('{ secretProducts { pin } }', MOBILE))).toBeUndefined();
      expect(codeOf(await ask('{ secretProducts { pin } }', { path: '/v1/graphql' }))).toBe(
        'GRAPHQL_VALIDATION_FAILED',
      );
      await reload(VARIANTS);
      expect(codeOf(await ask('{ secretProducts { pin } }', MOBILE))).toBe('GRAPHQL_VALIDATION_FAILED');
      expect((await send({ path: '/v1/graphql', body: { query } })).status).toBe(404);
    }
    stop.abort();
    await load;
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(50);
  }, 60_000);

  test('lets what runs in a variant end there, though the variant is gone', async () => {
    await start();
    const running = ask('{ slow }', PARTNER);
    await asked.promise;
    await reload({ mobile: VARIANTS.mobile });
    expect((await send({ ...PARTNER, body: { query: '{ slow }' } })).status).toBe(404);
    slow.resolve('done');
    expect(await running).toEqual({ data: { slow: 'done' } });
  });

  test('warms the operations of a variant', async () => {
    await start();
    await ask('{ product(id: 7) { id } }', PARTNER);
    await ask('{ version }', MOBILE);
    await reload(VARIANTS, sdl('more: Int'));
    const swapped = gateway.log().find(({ message }) => message === 'a new graph is served');
    expect(swapped).toMatchObject({ compiled: 2, refused: 0 });
  });

  test('that leaves nothing to ask for is refused, and everything stays', async () => {
    await start();
    await reload({ ...VARIANTS, partner: { ...VARIANTS.partner, include: ['partnr'] } });
    const codes = gateway.log().map(({ code }) => code);
    expect(codes).toContain('CONTRACT_EMPTY');
    expect(await ask('{ product(id: 1) { id } }', PARTNER)).toEqual({ data: { product: { id: '1' } } });
  });

  test('that takes something from the clients of a variant only is refused for a registration, with who they are', async () => {
    await start();
    const headers = { 'apollographql-client-name': 'acme' };
    await register('type Query { more: Int @tag(name: "partner") }');
    await ask('query More { more }', { ...PARTNER, headers });
    const told = await register('type Query { more: Int }', 1);
    expect(told).toContain("In the variant \"partner\": Field 'more' was removed from object type 'Query'.");
    expect(told).toContain('used by acme (More, 1 time)');
  });
});

async function cli(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const tokenFile = join(folder, '.sluice/admin-token');
  const SLUICE_ADMIN_TOKEN = existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : '';
  let [out, err] = ['', ''];
  const code = await runCommandLine(args, {
    env: { SLUICE_ADMIN_URL: gateway?.adminUrl, SLUICE_ADMIN_TOKEN },
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: process.stdin,
    loadGateway: () => import('../../gateway/gateway.ts'),
  });
  return { code, out, err };
}

/** A second subgraph. Returns what the command says. */
async function register(schema: string, expected = 0): Promise<string> {
  const file = join(folder, 'extra.graphql');
  writeFileSync(file, LINK + schema);
  const told = await cli('register', 'extra', '--schema', file, '--url', subgraph.url);
  expect(told.code, told.out + told.err).toBe(expected);
  return told.out + told.err;
}
