import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryObjects } from 'node:v8';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../gateway/config/load.ts';
import type { Config } from '../../gateway/config/schema.ts';
import { Target } from '../../gateway/connectors/target.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { startSubgraph, type RunningSubgraph } from '../execute/subgraph-server.ts';
import { startClient, type Answer } from './client.ts';
import { startTickingBackend, TICKS_PROTO, type TickingBackend } from './ticking-backend.ts';

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])';
const label = (version: number) =>
  `${FEDERATION} type Query { hello: String v${version}: Int } type Tick @key(fields: "id") { id: ID! label: String }`;

interface TicksOptions {
  readonly method?: string;
  readonly request?: string;
  readonly field?: string;
}
const ticks = ({ method = 'Watch', request = 'topic: $args.topic', field = 'ticked' }: TicksOptions = {}) =>
  `${FEDERATION} @link(url: "https://specs.sluice.dev/connector/v0.1", import: ["@grpc"])
  type Subscription {
    ${field}(topic: String!): Tick! @grpc(upstream: "ticks", method: "ticks.v1.Ticks/${method}", request: "${request}")
    other(topic: String!): Tick! @grpc(upstream: "ticks", method: "ticks.v1.Ticks/Watch", request: "topic: $args.topic")
  }
  type Tick @key(fields: "id", resolvable: false) { id: ID! number: Int! }`;

const QUERY = 'subscription { ticked(topic: "a") { number label } }';

let folder: string;
let backend: TickingBackend;
let labels: RunningSubgraph;
let gateway: Gateway | undefined;
let urls: { readonly url: string; readonly adminUrl: string };
let version = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-streams-'));
  labels = await startLabels('');
});
beforeEach(async () => {
  backend = await startTickingBackend();
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await backend.stop();
});
afterAll(async () => {
  await labels?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Knows the label of every tick. */
function startLabels(suffix: string): Promise<RunningSubgraph> {
  return startSubgraph({
    name: 'labels',
    sdl: `${FEDERATION} type Query { hello: String } type Tick @key(fields: "id") { id: ID! label: String }`,
    resolvers: {
      Query: { hello: () => 'hello' },
      Tick: { label: ({ id }: { id: string }) => `label of ${id}${suffix}` },
    },
  });
}

interface Change extends TicksOptions {
  readonly address?: string;
  readonly labelsUrl?: string;
  readonly drainTimeoutMs?: number;
  readonly headers?: object;
  readonly variants?: object;
  readonly proto?: string;
}

/** A configuration with something new in it: the schema of the other subgraph. */
function write(change: Change): Config {
  writeFileSync(join(folder, 'labels.graphql'), label(++version));
  writeFileSync(join(folder, 'ticks.graphql'), ticks(change));
  writeFileSync(join(folder, 'ticks.proto'), change.proto ?? TICKS_PROTO);
  const {
    address = backend.address,
    labelsUrl = labels.url,
    drainTimeoutMs = 60_000,
    headers = {},
    variants = {},
  } = change;
  const text = JSON.stringify({
    server: { port: 0, adminPort: 0, page: false },
    log: { level: 'silent' },
    registry: { store: 'none' },
    usage: { enabled: false },
    reload: { drainTimeoutMs },
    variants,
    upstreams: { ticks: { wire: 'grpc', address, protos: ['ticks.proto'], headers } },
    subgraphs: { labels: { schema: 'labels.graphql', url: labelsUrl }, ticks: { schema: 'ticks.graphql' } },
  });
  const { config, problems } = loadConfig({ file: join(folder, 'sluice.yaml'), text, env: {} });
  if (!config) throw new Error(JSON.stringify(problems));
  return config;
}

async function start(change: Change = {}): Promise<void> {
  gateway = await createGateway(write(change));
  urls = await gateway.start();
}
async function reload(change: Change = {}): Promise<void> {
  const { outcome, problems } = await gateway!.reload(write(change));
  expect([outcome, problems.filter(({ severity }) => severity === 'error')]).toEqual(['swapped', []]);
}

type Result = Omit<Answer, 'status'>;

/** A client that reads as fast as it can. */
function subscribe(query = QUERY, at = '') {
  const results: Result[] = [];
  const left = new AbortController();
  const stream = startClient(`${urls.url}${at}`).subscribe(query, { signal: left.signal });
  const ended = (async () => {
    for await (const result of stream) results.push(result);
  })().catch((error: unknown) => {
    if (!left.signal.aborted) throw error;
  });
  return {
    results,
    numbers: () => results.map(({ data }) => (data?.['ticked'] as { number: number } | undefined)?.number),
    /** Settles when the gateway has ended the stream. */
    ended,
    leave: () => left.abort(),
  };
}

const soon = { timeout: 10_000, interval: 5 };
const watching = (count: number, at = backend) => expect.poll(() => at.watching().length, soon).toBe(count);

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${urls.adminUrl}/metrics`)).text();
  return Number(new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1] ?? 0);
}
const fate = (name: string) => metric(`sluice_subscriptions_at_swap_total{fate="${name}"}`);

/** Sends an event after the other until it is stopped; then says how many. */
function ticking(): () => number {
  let last = 0;
  const timer = setInterval(() => backend.emit(++last), 1);
  return () => {
    clearInterval(timer);
    return last;
  };
}

describe('a subscription whose source the new graph has, too', () => {
  test('keeps no old graph in memory', async () => {
    await start();
    const clients = [subscribe(), subscribe('subscription { ticked(topic: "b") { number } }')];
    await watching(2);
    const alive = () => queryObjects(Target, { format: 'count' });
    const exchange = async (number: number): Promise<void> => {
      backend.emit(number);
      for (const { results } of clients) await expect.poll(() => results.length, soon).toBe(number);
    };
    await exchange(1);
    // A target for each connector.
    const withOneGraph = alive();
    for (let n = 2; n < 6; n++) {
      await reload();
      await exchange(n);
    }
    // Waiting for their next event, they hold the last graph and none else, the first neither.
    await expect.poll(alive, { timeout: 10_000, interval: 100 }).toBe(withOneGraph);
    expect(withOneGraph).toBe(2);
    expect(backend.opened).toHaveLength(2);
  }, 60_000);

  test('loses no event and gets none twice over 20 reloads, on one stream to its backend', async () => {
    await start();
    const client = subscribe();
    await watching(1);
    const stop = ticking();
    for (let n = 0; n < 20; n++) {
      const before = client.results.length;
      await reload();
      await expect.poll(() => client.results.length, soon).toBeGreaterThan(before);
    }
    const last = stop();
    await expect.poll(() => client.results.length, soon).toBe(last);
    expect(client.results).toEqual(
      Array.from({ length: last }, (_, i) => ({
        data: { ticked: { number: i + 1, label: `label of t${i + 1}` } },
      })),
    );
    expect(backend.opened).toEqual(['a']);
    expect(await fate('carried_on')).toBe(20);
    expect(await metric('sluice_graphs_open')).toBe(1);
    client.leave();
    await watching(0);
    // The connection of the first graph goes with the stream that it was kept for.
    await expect.poll(() => backend.connections(), soon).toBe(0);
  }, 60_000);

  test('is answered by the new graph from then on: its other fields come from where that says', async () => {
    await using elsewhere = Object.assign(await startLabels(' (new)'), {
      async [Symbol.asyncDispose]() {
        await elsewhere.close();
      },
    });
    await start();
    const client = subscribe();
    await watching(1);
    backend.emit(1);
    await expect.poll(() => client.results.length, soon).toBe(1);
    await reload({ labelsUrl: elsewhere.url });
    backend.emit(2);
    await expect.poll(() => client.results.length, soon).toBe(2);
    expect(client.results).toEqual([
      { data: { ticked: { number: 1, label: 'label of t1' } } },
      { data: { ticked: { number: 2, label: 'label of t2 (new)' } } },
    ]);
    expect(backend.opened).toEqual(['a']);
  });

  test('is told of nothing, also if it waits for its first event meanwhile', async () => {
    await start();
    const client = subscribe();
    await watching(1);
    await reload({ drainTimeoutMs: 1 });
    await reload({ drainTimeoutMs: 1, proto: `${TICKS_PROTO}message Other { string id = 1; }` });
    backend.emit(1);
    await expect.poll(client.numbers, soon).toEqual([1]);
    expect(await fate('carried_on')).toBe(2);
  });
});

describe('a subscription whose source is another one in the new graph', () => {
  const changes: readonly [string, () => Change][] = [
    ['request', () => ({ request: "topic: $args.topic since: 'now'" })],
    ['method', () => ({ method: 'WatchMore' })],
    ['message', () => ({ proto: TICKS_PROTO.replace('number = 2;', 'number = 2; string more = 3;') })],
    ['header', () => ({ headers: { set: { 'x-tenant': 'new' } } })],
  ];
  test.each(changes)('is moved with the first event that comes from there: another %s', async (_, change) => {
    await start();
    const client = subscribe();
    await watching(1);
    backend.emit(1);
    await expect.poll(client.numbers, soon).toEqual([1]);
    await reload(change());
    await watching(2);
    expect(await metric('sluice_graphs_open')).toBe(2);
    backend.emit(2);
    // The old stream has ended; what it still had may have come before.
    await watching(1);
    await expect.poll(() => metric('sluice_graphs_open'), soon).toBe(1);
    backend.emit(3);
    await expect.poll(() => client.numbers().at(-1), soon).toBe(3);
    expect([
      [1, 2, 3],
      [1, 2, 2, 3],
    ]).toContainEqual(client.numbers());
    expect(client.results.every(({ errors }) => errors === undefined)).toBe(true);
    expect(await fate('moved')).toBe(1);
  });

  test('follows a new address: from the old one as long as the new one is quiet, then from there', async () => {
    const moved = await startTickingBackend();
    try {
      await start();
      const client = subscribe();
      await watching(1);
      await reload({ address: moved.address });
      await watching(1, moved);
      backend.emit(1);
      await expect.poll(client.numbers, soon).toEqual([1]);
      moved.emit(2);
      await expect.poll(client.numbers, soon).toEqual([1, 2]);
      await watching(0);
      await expect.poll(() => backend.connections(), soon).toBe(0);
      moved.emit(3);
      await expect.poll(client.numbers, soon).toEqual([1, 2, 3]);
    } finally {
      await moved.stop();
    }
  });

  test.each(['stops', 'has had its time'])('follows a quiet new address when the old one %s', async (why) => {
    const moved = await startTickingBackend();
    try {
      await start();
      const client = subscribe();
      await watching(1);
      await reload({ address: moved.address, drainTimeoutMs: why === 'stops' ? 60_000 : 1000 });
      await watching(1, moved);
      if (why === 'stops') await backend.stop();
      else await watching(0);
      await expect.poll(() => fate('moved'), soon).toBe(1);
      moved.emit(1);
      await expect.poll(client.numbers, soon).toEqual([1]);
      expect(client.results[0]!.errors).toBeUndefined();
      if (why === 'stops') backend = await startTickingBackend();
    } finally {
      await moved.stop();
    }
  });

  test('stays where it is if it cannot be moved, and ends with a code of its own when that has had its time', async () => {
    await backend.stop();
    backend = await startTickingBackend(['Watch']);
    await start();
    const client = subscribe();
    await watching(1);
    await reload({ method: 'WatchMore', drainTimeoutMs: 2000 });
    backend.emit(1);
    await expect.poll(client.numbers, soon).toEqual([1]);
    await client.ended;
    expect(client.results[1]).toEqual({
      errors: [
        {
          message: expect.stringMatching(/schema .* has changed.*could not be moved.*Subscribe again\.$/),
          extensions: { code: 'SUBSCRIPTION_SCHEMA_RELOAD' },
        },
      ],
    });
    expect(client.results).toHaveLength(2);
    await watching(0);
    expect(await fate('ended')).toBe(1);
    expect(await metric('sluice_graphs_open')).toBe(1);
  });

  test('that is what it was again after another change goes on without a gap', async () => {
    const quiet = await startTickingBackend();
    try {
      await start();
      const client = subscribe();
      await watching(1);
      await reload({ address: quiet.address });
      await watching(1, quiet);
      await reload();
      await watching(0, quiet);
      backend.emit(1);
      await expect.poll(client.numbers, soon).toEqual([1]);
      expect(backend.opened).toEqual(['a']);
      await expect.poll(() => metric('sluice_graphs_open'), soon).toBe(1);
    } finally {
      await quiet.stop();
    }
  });
});

describe('a subscription that the new schema does not have', () => {
  test('goes on until the old graph has had its time, and is then told why it ends', async () => {
    await start();
    const client = subscribe();
    const other = subscribe('subscription { ticked: other(topic: "b") { number } }');
    await watching(2);
    await reload({ field: 'ticks', drainTimeoutMs: 2000 });
    backend.emit(1);
    await expect.poll(client.numbers, soon).toEqual([1]);
    await client.ended;
    expect(client.results.slice(1)).toEqual([
      {
        errors: [
          {
            message: expect.stringMatching(
              /^The schema of this gateway has changed.*Cannot query field "ticked".*subscribe again\.$/,
            ),
            extensions: { code: 'SUBSCRIPTION_SCHEMA_RELOAD' },
          },
        ],
      },
    ]);
    await watching(1);
    backend.emit(2);
    await expect.poll(other.numbers, soon).toEqual([1, 2]);
    expect([await fate('carried_on'), await fate('ended')]).toEqual([1, 1]);
  });
});

describe('a subscription of a variant', () => {
  const PARTNER = { partner: { exclude: ['internal'], at: [{ path: '/partner/graphql' }] } };

  test('carries on without a gap, holds no old graph, and is moved like any other', async () => {
    await start({ variants: PARTNER });
    const client = subscribe(QUERY, '/partner');
    await watching(1);
    for (let n = 1; n <= 5; n++) {
      await reload({ variants: PARTNER });
      backend.emit(n);
      await expect.poll(() => client.results.length, soon).toBe(n);
    }
    expect(client.numbers()).toEqual([1, 2, 3, 4, 5]);
    expect(backend.opened).toEqual(['a']);
    expect([await fate('carried_on'), await metric('sluice_graphs_open')]).toEqual([5, 1]);
    await reload({ variants: PARTNER, method: 'WatchMore' });
    await watching(2);
    backend.emit(6);
    await watching(1);
    expect(await fate('moved')).toBe(1);
    expect(client.numbers().slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('ends with a code when its variant is taken away, after the time of the old graph', async () => {
    await start({ variants: PARTNER });
    const client = subscribe(QUERY, '/partner');
    const main = subscribe();
    await watching(2);
    await reload({ drainTimeoutMs: 2000 });
    backend.emit(1);
    await expect.poll(client.numbers, soon).toEqual([1]);
    await client.ended;
    expect(client.results.slice(1)).toEqual([
      {
        errors: [
          {
            message: expect.stringMatching(
              /variant of the graph is not served any more: subscribe to another/,
            ),
            extensions: { code: 'SUBSCRIPTION_SCHEMA_RELOAD' },
          },
        ],
      },
    ]);
    await expect.poll(() => metric('sluice_graphs_open'), soon).toBe(1);
    expect([await fate('carried_on'), await fate('ended')]).toEqual([1, 1]);
    backend.emit(2);
    await expect.poll(main.numbers, soon).toEqual([1, 2]);
  });

  test('goes on if its variant comes back in time', async () => {
    await start({ variants: PARTNER });
    const client = subscribe(QUERY, '/partner');
    await watching(1);
    await reload();
    await reload({ variants: PARTNER });
    expect(await fate('carried_on')).toBe(1);
    backend.emit(1);
    await expect.poll(client.numbers, soon).toEqual([1]);
    expect(await metric('sluice_graphs_open')).toBe(1);
  });
});
