import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SubgraphRecord } from '../../gateway/registry/record.ts';
import { type Commit, type RegistryStore, RegistryUnavailable } from '../../gateway/registry/store.ts';
import { openRedisStore } from '../../gateway/registry/stores/redis.ts';
import { openSqliteStore } from '../../gateway/registry/stores/sqlite.ts';
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts';

const record = (name: string, sdl: string): SubgraphRecord => ({
  name,
  sdl,
  upstreams: { [name]: { wire: 'grpc', protos: ['a/b.proto'] } },
  files: { 'a/b.proto': 'syntax = "proto3"; // ünïcode "quoted" \\ \n' },
});

const commit = (
  expected: number,
  records: readonly SubgraphRecord[],
  more: Partial<Commit> = {},
): Commit => ({
  expected,
  at: '2026-01-01T00:00:00.000Z',
  action: 'register',
  subjects: records.map(({ name }) => name),
  actor: 'ada',
  reason: 'because "quotes" } and \\ are text',
  records,
  supergraphSdl: `supergraph of ${records.map(({ sdl }) => sdl).join(' ')}`,
  ...more,
});

let folder: string;
let redis: RedisServer;
let names = 0;
const opened: RegistryStore[] = [];
const errors: unknown[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-registry-'));
  if (hasRedis) redis = await startRedis();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
afterAll(async () => {
  await redis?.close();
  rmSync(folder, { recursive: true, force: true });
});

const track = (store: RegistryStore): RegistryStore => {
  opened.push(store);
  return store;
};
const sqlite = (name: string, keepRevisions = 100) =>
  track(openSqliteStore({ file: join(folder, name, 'registry.db'), keepRevisions }));
const shared = (name: string, keepRevisions = 100) =>
  track(
    openRedisStore({
      url: redis.url,
      prefix: name,
      keepRevisions,
      timeoutMs: 5000,
      onError: (error) => errors.push(error),
    }),
  );

describe.each([
  { kind: 'the embedded store', open: sqlite, run: true },
  { kind: 'the store in Redis', open: shared, run: hasRedis },
])('$kind', ({ open, run }) => {
  const fresh = () => `store-${++names}`;

  describe.runIf(run)('keeps revisions', () => {
    test('nothing was registered in an empty store', async () => {
      const store = open(fresh());
      expect(await store.head()).toEqual({ records: [] });
      expect(await store.history({ limit: 10 })).toEqual([]);
      expect(await store.at(1)).toBeUndefined();
      expect(await store.supergraph(1)).toBeUndefined();
    });

    test('what was committed is the newest state, for this process and for another', async () => {
      const name = fresh();
      const users = record('users', 'type Query { a: Int }');
      const kept = await open(name).commit(commit(0, [users], { author: 'ada@host', forced: ['X: y'] }));
      expect(kept).toEqual({
        revision: {
          number: 1,
          at: '2026-01-01T00:00:00.000Z',
          action: 'register',
          subjects: ['users'],
          actor: 'ada',
          author: 'ada@host',
          forced: ['X: y'],
          reason: 'because "quotes" } and \\ are text',
          subgraphs: { users: 1 },
          supergraphHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      });
      const other = open(name);
      expect(await other.head()).toEqual({ ...kept, records: [users] });
      expect(await other.supergraph(1)).toBe('supergraph of type Query { a: Int }');
    });

    test('a graph without any registered subgraph is a state, too', async () => {
      const store = open(fresh());
      await store.commit(commit(0, [record('a', '1')]));
      await store.commit(commit(1, [], { action: 'unregister', subjects: ['a'] }));
      expect(await store.head()).toMatchObject({ revision: { number: 2, subgraphs: {} }, records: [] });
    });

    test('equal content is one version, also after a roll-back', async () => {
      const store = open(fresh());
      const [one, two, three] = ['1', '2', '3'].map((sdl) => record('a', sdl));
      const b = record('b', '1');
      await store.commit(commit(0, [one!]));
      await store.commit(commit(1, [two!, b]));
      await store.commit(commit(2, [one!, b], { action: 'rollback' }));
      await store.commit(commit(3, [three!, b]));
      const versions = (await store.history({ limit: 10 })).map(({ subgraphs }) => subgraphs);
      expect(versions).toEqual([{ a: 3, b: 1 }, { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1 }]);
      expect((await store.at(2))!.records).toEqual([two, b]);
    });

    test('of two commits from one revision the second is told who won', async () => {
      const name = fresh();
      const [here, there] = [open(name), open(name)];
      await here.commit(commit(0, [record('a', '1')]));
      const results = await Promise.all([
        here.commit(commit(1, [record('a', '2')], { actor: 'ada' })),
        there.commit(commit(1, [record('a', '3')], { actor: 'bob' })),
      ]);
      const won = results.find((result) => 'revision' in result)!;
      const lost = results.find((result) => 'conflict' in result)!;
      expect(lost).toEqual({ conflict: (won as { revision: object }).revision });
      expect((await there.head()).revision).toEqual((won as { revision: object }).revision);
    });

    test('history is paged, newest first, and can be asked of one subgraph', async () => {
      const store = open(fresh());
      const a = record('a', '1');
      for (let number = 0; number < 7; number++) {
        const subject = number % 2 === 0 ? 'a' : 'b';
        await store.commit(commit(number, [a, record('b', `${number}`)], { subjects: [subject] }));
      }
      const numbers = async (query: Parameters<RegistryStore['history']>[0]) =>
        (await store.history(query)).map(({ number }) => number);
      expect(await numbers({ limit: 3 })).toEqual([7, 6, 5]);
      expect(await numbers({ limit: 3, before: 5 })).toEqual([4, 3, 2]);
      expect(await numbers({ limit: 9, subgraph: 'b' })).toEqual([6, 4, 2]);
      expect(await numbers({ limit: 2, before: 6, subgraph: 'a' })).toEqual([5, 3]);
    });

    test('old revisions are forgotten with what only they used, and no version number is used twice', async () => {
      const store = open(fresh(), 3);
      const keep = record('keep', '1');
      for (let number = 0; number < 8; number++) {
        await store.commit(
          commit(number, number === 0 ? [keep, record('a', 'first')] : [keep, record('a', `${number}`)]),
        );
      }
      expect((await store.history({ limit: 10 })).map(({ number }) => number)).toEqual([8, 7, 6]);
      expect(await store.at(5)).toBeUndefined();
      expect((await store.at(6))!.records).toEqual([keep, record('a', '5')]);
      expect(await store.supergraph(6)).toContain('supergraph of');
      // Its content was forgotten with revision 1: it is a version of its own now.
      const again = await store.commit(commit(8, [keep, record('a', 'first')]));
      expect(again).toMatchObject({ revision: { subgraphs: { keep: 1, a: 9 } } });
    });

    test('whoever watches is told that another has committed', async () => {
      const name = fresh();
      const [here, there] = [open(name), open(name)];
      const moved = Promise.withResolvers<void>();
      here.watch(() => void here.head().then(({ revision }) => revision && moved.resolve()));
      await there.commit(commit(0, [record('a', '1')]));
      await moved.promise;
      expect((await here.head()).revision!.number).toBe(1);
    });
  });
});

describe('the embedded store', () => {
  test('a process that is killed while it commits leaves the state before or after', async () => {
    const script = join(import.meta.dirname, 'fixtures/commit-for-ever.ts');
    const file = join(folder, 'killed', 'registry.db');
    let last = 0;
    for (const kept of [3, 60, 7, 1, 25]) {
      const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
      const started = last;
      for await (const line of createInterface(child.stdout)) {
        last = Number(line);
        if (last >= started + kept) break;
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
      const store = track(openSqliteStore({ file, keepRevisions: 50 }));
      const { revision, records } = await store.head();
      expect(revision!.number).toBeGreaterThanOrEqual(last);
      expect(records).toHaveLength(1);
      expect(await store.supergraph(revision!.number)).toBe(records[0]!.sdl);
      // The next process begins anew: it wants an empty store.
      await store.close();
      rmSync(join(folder, 'killed'), { recursive: true, force: true });
      last = 0;
    }
  });

  test('a file that is no database is refused and stays as it is', () => {
    expect(() => openSqliteStore({ file: import.meta.filename, keepRevisions: 1 })).toThrow(
      RegistryUnavailable,
    );
  });
});

describe.runIf(hasRedis)('a Redis that goes away', () => {
  test('is told as such, and used again when it is back', async () => {
    const own = await startRedis();
    const store = track(
      openRedisStore({
        url: own.url,
        prefix: 'p',
        keepRevisions: 9,
        timeoutMs: 2000,
        onError: () => undefined,
      }),
    );
    try {
      await store.commit(commit(0, [record('a', '1')]));
      await own.kill();
      await expect(store.head()).rejects.toThrow(RegistryUnavailable);
      await own.start();
      let state;
      while (!state) {
        await setImmediate();
        state = await store.head().catch(() => undefined);
      }
      expect(state.records).toEqual([]);
    } finally {
      await own.close();
    }
  });

  test('one that was never there is told within the time-out', async () => {
    const own = await startRedis();
    await own.close();
    const store = track(
      openRedisStore({
        url: own.url,
        prefix: 'p',
        keepRevisions: 9,
        timeoutMs: 300,
        onError: () => undefined,
      }),
    );
    await expect(store.commit(commit(0, []))).rejects.toThrow(/does not answer/);
  });
});
