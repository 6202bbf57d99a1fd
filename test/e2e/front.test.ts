import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from './demo.ts';
import type { Demo } from './demo.ts';
import type { GatewayProcess } from './gateway-process.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo?.stop());

/** Looks again until it is there: the log is written a moment after the answer. */
async function soon<Value>(look: () => Value | undefined | Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const entryOf = (gateway: GatewayProcess, requestId: string) =>
  soon(() =>
    gateway.log().find((entry) => entry['requestId'] === requestId && entry['message'] === 'request'),
  );

describe('health', () => {
  test.each(['url', 'adminUrl'] as const)('is told at %s', async (origin) => {
    for (const path of ['healthz', 'readyz']) {
      const response = await fetch(`${demo.gateway[origin]}/${path}`);
      expect([path, response.status]).toEqual([path, 200]);
    }
  });

  test('does not share its port with the figures', async () => {
    expect((await fetch(`${demo.gateway.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${demo.gateway.adminUrl}/graphql`, { method: 'POST' })).status).toBe(404);
  });
});

describe('the metrics', () => {
  test('count requests, calls by backend and operation, and the keys of batches', async () => {
    const gateway = await demo.another(() => undefined);
    await demo.resetCounters();
    const query =
      '{ users(first: 50) { nodes { orders(first: 50) { nodes { items { product { sku name } } } } } } }';
    await gateway.data(query);
    const { users } = await gateway.data(query);
    await gateway.ask('{ user(id: "nobody") { name } }');
    await gateway.ask('{ user(id: "u1") { nothing } }');

    const request = (outcome: string) => gateway.metric('sluice_requests_total', { kind: 'query', outcome });
    expect(await request('ok')).toBe(2);
    expect(await request('NOT_FOUND')).toBe(1);
    expect(await gateway.metric('sluice_request_duration_seconds_count', { kind: 'query' })).toBe(3);

    const calls = (upstream: string, labels: object, outcome = 'ok') =>
      gateway.metric('sluice_backend_calls_total', { upstream, outcome, ...labels });
    const customers = { subgraph: 'orders', operation: 'GET /customers/orders' };
    const products = { subgraph: 'products', operation: 'products.v1.CatalogueService/BatchGetProducts' };
    const getUser = { subgraph: 'users', operation: 'users.v1.UserService/GetUser' };
    expect(await calls('orders', customers)).toBe(2);
    expect(await calls('catalogue', products)).toBe(2);
    expect(await calls('users', getUser, 'NOT_FOUND')).toBe(1);

    const { keys } = await demo.backends.products.counters();
    expect(await gateway.metric('sluice_batch_keys_count', customers)).toBe(2);
    expect(await gateway.metric('sluice_batch_keys_sum', customers)).toBe(100);
    expect(await gateway.metric('sluice_batch_keys_count', products)).toBe(2);
    expect(await gateway.metric('sluice_batch_keys_sum', products)).toBe(keys[products.operation]);

    const skus = [...JSON.stringify(users).matchAll(/"sku":"(\d+)"/g)].map(([, sku]) => sku);
    expect(skus.length).toBeGreaterThan(new Set(skus).size);
    expect(await gateway.metric('sluice_batch_duplicates_avoided_total', products)).toBe(
      2 * (skus.length - new Set(skus).size),
    );
  });
});

describe('the log', () => {
  test('has one JSON object per request, found by the id that the client gets', async () => {
    const response = await fetch(`${demo.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'my-request-1' },
      body: JSON.stringify({ query: 'query Name { user(id: "u1") { name } }' }),
    });
    expect(response.headers.get('x-request-id')).toBe('my-request-1');
    expect(await entryOf(demo.gateway, 'my-request-1')).toMatchObject({
      level: 'info',
      method: 'POST',
      path: '/graphql',
      status: 200,
      outcome: 'ok',
      operationType: 'query',
      operationName: 'Name',
      backendCalls: 1,
    });
  });

  test('tells operators what clients are not told, and nobody credentials, at any level', async () => {
    const gateway = await demo.another((config) => {
      config['log'] = { level: 'trace' };
      for (const upstream of Object.values(config.upstreams))
        upstream['headers'] = { forward: ['authorization', 'cookie'], set: { 'x-api-key': 'k-SECRET-3' } };
    });
    const headers = {
      authorization: 'Bearer SECRET-1',
      cookie: 'session=SECRET-2',
      'x-request-id': 'with-secrets',
    };
    await gateway.ask('{ user(id: "internal-error") { name } order(id: "crash") { id } }', { headers });
    await gateway.ask('{ product(sku: "000001") { name } order(id: "o1") { id } }', { headers });
    await gateway.ask('{ nonsense', { headers });
    await gateway.stop();

    const call = gateway
      .log()
      .find((entry) => entry['message'] === 'backend call failed' && entry['upstream'] === 'users');
    expect(call).toMatchObject({ requestId: 'with-secrets', outcome: 'UPSTREAM_ERROR' });
    expect(JSON.stringify(call)).toContain('disk I/O error');
    expect(gateway.log().filter((entry) => entry['message'] === 'request')).toHaveLength(3);
    expect(gateway.process.stdout() + gateway.process.stderr()).not.toContain('SECRET');
  });
});

describe('a subscription', () => {
  test('gives the state now, and again after each change', async () => {
    const query = 'subscription { userUpdated(id: "u9") { id name orders(first: 1) { totalCount } } }';
    const names: string[] = [];
    for await (const { data, errors } of demo.gateway.subscribe(query)) {
      expect(errors).toBeUndefined();
      expect(data.userUpdated.orders.totalCount).toBeGreaterThan(0);
      names.push(data.userUpdated.name);
      if (names.length === 3) break;
      await demo.gateway.data(
        `mutation { updateUser(id: "u9", input: { name: "Name ${names.length}" }) { id } }`,
      );
    }
    expect(names.slice(1)).toEqual(['Name 1', 'Name 2']);
  });

  test('gives prices in their order', async () => {
    const query = 'subscription { priceChanged(sku: "000001") { sku sequence price { amount } changedAt } }';
    const updates: { sku: string; sequence: number; price: { amount: string } }[] = [];
    for await (const { data } of demo.gateway.subscribe(query)) {
      updates.push(data.priceChanged);
      if (updates.length === 3) break;
    }
    expect(updates.map(({ sku, sequence }) => [sku, sequence])).toEqual([
      ['000001', 0],
      ['000001', 1],
      ['000001', 2],
    ]);
    expect(updates[0]!.price.amount).not.toBe(updates[1]!.price.amount);
  });

  test('of something that is not there is an error', async () => {
    const results = [];
    for await (const result of demo.gateway.subscribe('subscription { userUpdated(id: "none") { id } }'))
      results.push(result);
    expect(results).toMatchObject([{ errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
  });
});

describe('stopping', () => {
  test('lets an operation in flight end, takes no new one, and exits with 0', async () => {
    const gateway = await demo.another(({ upstreams }) => {
      upstreams['users']!['headers'] = { forward: ['x-delay-ms'] };
    });
    await demo.resetCounters();
    const answer = gateway.ask('{ user(id: "u1") { id } }', { headers: { 'x-delay-ms': '700' } });
    await soon(async () => (await demo.calls())['users.v1.UserService/GetUser']);
    const ended = gateway.stop();
    await soon(() =>
      fetch(`${gateway.url}/healthz`).then(
        (response) => response.text().then(() => undefined),
        () => true,
      ),
    );
    expect((await answer).data).toEqual({ user: { id: 'u1' } });
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(gateway.process.stderr()).not.toMatch(/error/i);
  });

  test('ends subscriptions with `complete`', async () => {
    const gateway = await demo.another(() => undefined);
    const results = [];
    let ended: ReturnType<GatewayProcess['stop']> | undefined;
    for await (const result of gateway.subscribe('subscription { userUpdated(id: "u1") { id } }')) {
      results.push(result);
      ended ??= gateway.stop();
    }
    expect(results).toEqual([{ data: { userUpdated: { id: 'u1' } } }]);
    expect(await ended).toEqual({ code: 0, signal: null });
  });
});
