import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackendName } from './backends.ts';
import { startDemo } from './demo.ts';
import type { Demo } from './demo.ts';
import type { GatewayProcess } from './gateway-process.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo?.stop());

/** Asks again until it holds: what the gateway notices in its own time. */
async function eventually<Value>(ask: () => Promise<Value>, holds: (value: Value) => boolean) {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const EVERYTHING = `{
  someone: user(id: "u1") { name }
  thing: product(sku: "000001") { name stock { available } averageRating }
  bought: order(id: "o1") { status customer { id name } items { product { sku name stock { available } } } }
}`;

/** What the answer says about each error: code, service and path, in the order of the paths. */
async function failures(gateway: GatewayProcess, query = EVERYTHING) {
  const { data, errors = [] } = await gateway.ask(query);
  const told = errors.map(({ path, extensions: { code, service } }) => [path?.join('.'), code, service]);
  return { data, told: told.toSorted(([a], [b]) => String(a).localeCompare(String(b))) };
}

describe('a backend that is dead', () => {
  test.each<[BackendName, object, string[][]]>([
    [
      'users',
      { someone: null, thing: { name: 'Blaue Dry Bag 284', averageRating: 3.8 }, bought: null },
      [
        ['bought.customer.name', 'UPSTREAM_UNAVAILABLE', 'users'],
        ['someone', 'UPSTREAM_UNAVAILABLE', 'users'],
      ],
    ],
    [
      'orders',
      { someone: { name: 'Wanjirũ Kučera' }, bought: null },
      [['bought', 'UPSTREAM_UNAVAILABLE', 'orders']],
    ],
    [
      'products',
      { someone: { name: 'Wanjirũ Kučera' }, thing: null, bought: null },
      [
        ['bought.items.0.product.name', 'UPSTREAM_UNAVAILABLE', 'catalogue'],
        ['thing', 'UPSTREAM_UNAVAILABLE', 'catalogue'],
      ],
    ],
  ])('(%s) nulls what depends on it and leaves the rest', async (name, data, told) => {
    const backend = demo.backends[name];
    const before = await demo.gateway.data(EVERYTHING);
    await backend.kill();
    try {
      const answer = await failures(demo.gateway);
      expect(answer.data).toMatchObject(data);
      expect(answer.told).toEqual(told);
    } finally {
      await backend.restart();
    }
    const again = await eventually(
      () => demo.gateway.ask(EVERYTHING),
      ({ errors }) => errors === undefined,
    );
    expect(again.data).toEqual(before);
  });

  test('when the gateway starts holds up nothing else, and answers once it lives', async () => {
    await demo.backends.orders.kill();
    const gateway = await demo.another(() => undefined);
    const without = await failures(gateway, '{ order(id: "o1") { id } user(id: "u1") { id name } }');
    await demo.backends.orders.restart();
    expect(without.data).toMatchObject({ order: null, user: { id: 'u1' } });
    expect(without.told).toEqual([['order', 'UPSTREAM_UNAVAILABLE', 'orders']]);
    expect((await fetch(`${gateway.adminUrl}/readyz`)).status).toBe(200);
    const { data } = await gateway.ask('{ order(id: "o1") { id } }');
    expect(data).toEqual({ order: { id: 'o1' } });
  });

  test('in the middle of a stream ends the subscription with an error', async () => {
    const results: unknown[] = [];
    for await (const result of demo.gateway.subscribe('subscription { userUpdated(id: "u3") { id } }')) {
      results.push(result);
      if (results.length === 1) await demo.backends.users.kill();
    }
    await demo.backends.users.restart();
    expect(results).toMatchObject([
      { data: { userUpdated: { id: 'u3' } } },
      { errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'users' } }] },
    ]);
  });
});

describe('a failed batch member', () => {
  test('is named by its key, and the others are answered', async () => {
    const { data, errors } = await demo.gateway.ask(
      `{ u1: user(id: "u1") { id } u0: user(id: "nobody") { id }
         p1: product(sku: "000001") { sku } p0: product(sku: "nothing") { sku }
         o1: order(id: "o1") { id } o0: order(id: "none") { id } }`,
    );
    expect(data).toEqual({
      u1: { id: 'u1' },
      u0: null,
      p1: { sku: '000001' },
      p0: null,
      o1: { id: 'o1' },
      o0: null,
    });
    const told = new Map(errors!.map((error) => [error.path![0], error]));
    expect(new Set(told.keys())).toEqual(new Set(['o0', 'p0', 'u0']));
    for (const [alias, id] of [
      ['u0', 'nobody'],
      ['p0', 'nothing'],
      ['o0', 'none'],
    ] as const) {
      expect(told.get(alias)).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
      expect(told.get(alias)?.message).toContain(id);
    }
  });
});

describe('what backends say about their inside', () => {
  // The client itself looks for addresses, stacks and files in every answer of every test.
  test.each([
    ['{ user(id: "internal-error") { name } }', 'The service "users" failed.', 'UPSTREAM_ERROR'],
    ['{ product(sku: "internal-error") { name } }', 'The service "catalogue" failed.', 'UPSTREAM_ERROR'],
    ['{ order(id: "crash") { id } }', 'The service "orders" answered with status 500.', 'UPSTREAM_ERROR'],
    [
      '{ user(id: "unavailable-error") { name } }',
      'The service "users" is not available.',
      'UPSTREAM_UNAVAILABLE',
    ],
  ])('stays there: %s', async (query, message, code) => {
    const { errors } = await demo.gateway.ask(query);
    expect(errors).toMatchObject([{ message, extensions: { code } }]);
  });

  test('about when to try again is passed on', async () => {
    const { errors } = await demo.gateway.ask('{ user(id: "unavailable-error") { name } }');
    expect(errors![0]!.extensions['details']).toEqual([
      { type: 'google.rpc.RetryInfo', retryDelay: '1.500s' },
    ]);
  });
});

describe('time', () => {
  const SLOW = { headers: { 'x-delay-ms': '20000' } };
  const THREE = '{ user(id: "u1") { id name } product(sku: "000001") { name } order(id: "o1") { id } }';
  const forward = { forward: ['x-delay-ms'] };

  test('that a backend takes beyond its limit is an error of its field, and the others answer', async () => {
    const gateway = await demo.another(({ upstreams }) => {
      Object.assign(upstreams['users']!, { headers: forward, timeoutMs: 100 });
      Object.assign(upstreams['orders']!, { headers: forward, timeoutMs: 100 });
    });
    const { data, errors } = await gateway.ask(THREE, SLOW);
    expect(data).toEqual({ user: null, product: { name: 'Blaue Dry Bag 284' }, order: null });
    expect(errors).toMatchObject([
      { path: ['user'], extensions: { code: 'UPSTREAM_TIMEOUT', service: 'users' } },
      { path: ['order'], extensions: { code: 'UPSTREAM_TIMEOUT', service: 'orders' } },
    ]);
  });

  test('has one limit for the whole operation: what is there by then is answered', async () => {
    const gateway = await demo.another((config) => {
      config.upstreams['users']!['headers'] = forward;
      config['deadlineMs'] = 300;
    });
    const { data, errors } = await gateway.ask(THREE, SLOW);
    expect(data).toEqual({ user: null, product: { name: 'Blaue Dry Bag 284' }, order: { id: 'o1' } });
    expect(errors).toMatchObject([{ path: ['user'], extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  });

  test('that nobody waits any more is not spent: backends see the client leave', async () => {
    const gateway = await demo.another(({ upstreams, connectors }) => {
      for (const upstream of Object.values(upstreams)) upstream['headers'] = forward;
      connectors.sources['products.reviews']!['headers'] = forward;
    });
    await demo.resetCounters();
    const leaving = new AbortController();
    const asked = gateway.ask(THREE, { ...SLOW, signal: leaving.signal });
    await eventually(
      () => demo.calls(),
      (calls) => Object.keys(calls).length === 3,
    );
    leaving.abort();
    await expect(asked).rejects.toThrow('aborted');
    const cancelled = await eventually(
      async () => {
        const counters = await Promise.all(Object.values(demo.backends).map((b) => b.counters()));
        return Object.assign({}, ...counters.map((c) => c.cancelled)) as Record<string, number>;
      },
      (found) => Object.keys(found).length === 3,
    );
    expect(cancelled).toEqual({
      'users.v1.UserService/GetUser': 1,
      'products.v1.CatalogueService/GetProduct': 1,
      'GET /orders/{id}': 1,
    });
  });

  test('ends a subscription at the backend when its client leaves', async () => {
    await demo.resetCounters();
    for await (const { data } of demo.gateway.subscribe('subscription { userUpdated(id: "u1") { id } }')) {
      expect(data).toEqual({ userUpdated: { id: 'u1' } });
      break;
    }
    const { cancelled } = await eventually(
      () => demo.backends.users.counters(),
      (counters) => Object.keys(counters.cancelled).length > 0,
    );
    expect(cancelled).toEqual({ 'users.v1.UserService/WatchUser': 1 });
  });
});
