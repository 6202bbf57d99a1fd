import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buildSchema, parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { usedCoordinates } from '../../gateway/usage/coordinates.ts';
import { deprecatedUses } from '../../gateway/usage/deprecated-uses.ts';
import { createUsageRecorder, textOf } from '../../gateway/usage/recorder.ts';
import { openRedisUsage } from '../../gateway/usage/stores/redis.ts';
import { openSqliteUsage } from '../../gateway/usage/stores/sqlite.ts';
import { dayOf, type UsageCount, usageOfVariant, type UsageStore } from '../../gateway/usage/usage.ts';
import { hasRedis, type RedisServer, startRedis } from '../registry/redis-server.ts';

const SCHEMA = buildSchema(`
  type Query { user(id: ID!, filter: Filter, order: Order): User  node: Node  old: Int @deprecated(reason: "use new") }
  interface Node { id: ID! }
  type User implements Node { id: ID!  name: String  friends(first: Int): [User] }
  input Filter { name: String  below: Filter  kind: Order }
  enum Order { ASC DESC }
`);

describe('the coordinates of an operation', () => {
  const used = (text: string, name?: string) => [...usedCoordinates(SCHEMA, parse(text), name)].toSorted();

  test('are its fields, arguments, types and literal values, also in fragments', () => {
    expect(
      used(
        '{ user(id: 1, filter: { below: { kind: ASC } }) { ...F } } fragment F on User { friends(first: 1) { id } }',
      ),
    ).toEqual(
      [
        'Filter',
        'Filter.below',
        'Filter.kind',
        'Order',
        'Order.ASC',
        'Query',
        'Query.user',
        'Query.user.filter',
        'Query.user.id',
        'User',
        'User.friends',
        'User.friends.first',
        'User.id',
        'ID',
      ].toSorted(),
    );
  });

  test('count all of what may come in a variable', () => {
    const coordinates = used('query ($f: Filter, $id: ID!) { user(id: $id, filter: $f) { name } }');
    expect(coordinates).toEqual(
      expect.arrayContaining(['Filter.name', 'Filter.kind', 'Order.ASC', 'Order.DESC']),
    );
  });

  test('are those of the operation that is named', () => {
    expect(used('query A { old } query B { node { id } }', 'B')).toEqual([
      'ID',
      'Node',
      'Node.id',
      'Query',
      'Query.node',
    ]);
  });
});

test('values that clients wrote into a document are not recorded', () => {
  const text = textOf(
    parse(
      '{ user(id: "secret", filter: { name: """also\n secret""" }, order: ASC) { friends(first: 77) { id } } }',
    ),
  );
  expect(text).not.toMatch(/secret|77/);
  expect(text).toContain('order: ASC');
});

describe('who still uses what is deprecated', () => {
  test('is told with client, operation and count', () => {
    const clients = [{ client: 'web', clientVersion: '1', count: 3, lastDay: '2026-01-01' }];
    const operations = [
      { documentHash: 'a', document: 'query Old { old }', operationName: 'Old', clients, count: 3 },
      { documentHash: 'b', document: '{ node { id } }', clients, count: 3 },
      { documentHash: 'c', document: '{ gone }', clients, count: 3 },
    ];
    expect(deprecatedUses(SCHEMA, operations)).toEqual([
      {
        coordinate: 'Query.old',
        reason: 'use new',
        uses: [{ ...clients[0], operationName: 'Old', documentHash: 'a' }],
      },
    ]);
  });
});

let folder: string;
let redis: RedisServer;
let names = 0;
const opened: UsageStore[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-usage-'));
  if (hasRedis) redis = await startRedis();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
afterAll(async () => {
  await redis?.close();
  rmSync(folder, { recursive: true, force: true });
});
const track = (store: UsageStore): UsageStore => {
  opened.push(store);
  return store;
};

const today = dayOf(new Date());
const yesterday = dayOf(new Date(), 1);
const one = (more: Partial<UsageCount> = {}): UsageCount => ({
  day: today,
  documentHash: 'h1',
  operationName: 'Cart',
  client: 'web',
  clientVersion: '3',
  variant: '',
  count: 1,
  ...more,
});

describe.each([
  {
    kind: 'in a file',
    open: (name: string) => track(openSqliteUsage(join(folder, name, 'usage.db'))),
    run: true,
  },
  {
    kind: 'in Redis',
    open: (name: string) =>
      track(
        openRedisUsage({
          url: redis.url,
          prefix: name,
          keepDays: 9,
          timeoutMs: 5000,
          onError: () => undefined,
        }),
      ),
    run: hasRedis,
  },
])('usage $kind', ({ open, run }) => {
  test.runIf(run)('keeps the variants of a graph apart', async () => {
    const store = open(`usage-${++names}`);
    const counts = [one(), one({ variant: 'v1', count: 2 }), one({ variant: 'v1', client: 'ios' })];
    await store.add({ counts, documents: new Map([['h1', '{ a }']]) });
    const all = await store.operations(today, 10);
    expect(all.map(({ count }) => count)).toEqual([4]);
    const of = (variant: string | undefined) =>
      usageOfVariant(all, variant).flatMap(({ count, clients }) => [
        count,
        ...clients.map((each) => [each.client, each.count, each.variant]),
      ]);
    expect(of('v1')).toEqual([3, ['web', 2, 'v1'], ['ios', 1, 'v1']]);
    expect(of(undefined)).toEqual([1, ['web', 1, undefined]]);
    expect(of('v2')).toEqual([]);
  });

  test.runIf(run)('adds up by client over days and gateways, most frequent first', async () => {
    const name = `usage-${++names}`;
    const [here, there] = [open(name), open(name)];
    const documents = new Map([
      ['h1', 'query Cart { node { id } }'],
      ['h2', '{ old }'],
    ]);
    await here.add({
      counts: [one({ count: 2 }), one({ documentHash: 'h2', operationName: undefined })],
      documents,
    });
    await there.add({
      counts: [one({ count: 3 }), one({ day: yesterday, client: '', clientVersion: '' })],
      documents,
    });
    expect(await here.operations(yesterday, 10)).toEqual([
      {
        documentHash: 'h1',
        operationName: 'Cart',
        document: 'query Cart { node { id } }',
        count: 6,
        clients: [
          { client: 'web', clientVersion: '3', count: 5, lastDay: today },
          { client: '', clientVersion: '', count: 1, lastDay: yesterday },
        ],
      },
      {
        documentHash: 'h2',
        document: '{ old }',
        count: 1,
        clients: [{ client: 'web', clientVersion: '3', count: 1, lastDay: today }],
      },
    ]);
    expect((await here.operations(today, 10)).map(({ count }) => count)).toEqual([5, 1]);
    expect(await here.operations(today, 1)).toHaveLength(1);
  });

  test.runIf(run)('of a recorder whose writes failed is written with the next', async () => {
    const store = open(`usage-${++names}`);
    let fails = true;
    const failures: unknown[] = [];
    const recorder = createUsageRecorder({
      store: { ...store, add: (report) => (fails ? Promise.reject(new Error('away')) : store.add(report)) },
      flushIntervalMs: 1_000_000,
      keepDays: 9,
      now: () => new Date(),
      onFailure: (error) => failures.push(error),
    });
    const document = parse('query Cart { node { id } }');
    const send = () =>
      recorder.record({ document, documentHash: 'h', operationName: 'Cart' }, { 'x-client-name': 'web' });
    send();
    await recorder.flush();
    expect(failures).toHaveLength(1);
    fails = false;
    send();
    await recorder.flush();
    expect(await store.operations(today, 10)).toMatchObject([
      {
        count: 2,
        clients: [{ client: 'web', clientVersion: '', count: 2 }],
        document: expect.stringContaining('Cart'),
      },
    ]);
    await recorder.close();
  });
});

test('a stranger with ever new operations and names fills no memory', async () => {
  const store = track(openSqliteUsage(join(folder, 'flood', 'usage.db')));
  const recorder = createUsageRecorder({
    store,
    flushIntervalMs: 1_000_000,
    keepDays: 9,
    now: () => new Date(),
    onFailure: () => undefined,
  });
  const document = parse('{ old }');
  for (let i = 0; i < 20_000; i++) {
    recorder.record({ document, documentHash: `h${i}`, operationName: undefined }, {});
    recorder.record(
      { document, documentHash: 'h0', operationName: undefined },
      { 'x-client-name': `c${i}`.repeat(500) },
    );
  }
  await recorder.flush();
  const operations = await store.operations(today, 100_000);
  expect(operations).toHaveLength(5000);
  const flooded = operations.find(({ documentHash }) => documentHash === 'h0')!;
  expect(flooded.clients).toHaveLength(100);
  expect(Math.max(...flooded.clients.map(({ client }) => client.length))).toBe(100);
  await recorder.close();
});

test('counts in a file from before there were variants are those of the main graph', async () => {
  const file = join(folder, 'before', 'usage.db');
  mkdirSync(join(folder, 'before'));
  const database = new DatabaseSync(file);
  database.exec(`
    CREATE TABLE usage (
      day TEXT, document TEXT, operation TEXT, client TEXT, version TEXT, count INTEGER NOT NULL,
      PRIMARY KEY (day, document, operation, client, version)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE document (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
    INSERT INTO usage VALUES ('${today}', 'h1', 'Cart', 'web', '3', 4);
    INSERT INTO document VALUES ('h1', '{ a }');
  `);
  database.close();
  const store = track(openSqliteUsage(file));
  await store.add({ counts: [one(), one({ variant: 'v1' })], documents: new Map() });
  const again = track(openSqliteUsage(file));
  expect((await again.operations(today, 10))[0]?.clients).toEqual([
    { client: 'web', clientVersion: '3', count: 5, lastDay: today },
    { client: 'web', clientVersion: '3', count: 1, lastDay: today, variant: 'v1' },
  ]);
});
