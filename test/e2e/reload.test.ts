import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startSubgraph } from '../execute/subgraph-server.ts';
import type { RunningSubgraph } from '../execute/subgraph-server.ts';
import { startGatewayProcess } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';

const sdl = (fields: string) => `type Query { hello: String slow: String ${fields} }`;

let folder: string;
let subgraph: RunningSubgraph;
let gateway: GatewayProcess;
let slow = Promise.withResolvers<string>();
/** Settles when the subgraph has been asked for `slow`. */
let asked = Promise.withResolvers<void>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-reload-'));
  subgraph = await startSubgraph({
    name: 'words',
    sdl: sdl('later: String'),
    resolvers: {
      Query: {
        hello: () => 'hello',
        later: () => 'later',
        slow: () => {
          asked.resolve();
          return slow.promise;
        },
      },
    },
  });
});
afterEach(async () => {
  await gateway?.stop();
  slow = Promise.withResolvers();
  asked = Promise.withResolvers();
  subgraph.requests.length = 0;
});
afterAll(async () => {
  await subgraph?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const writeSchema = (text: string) => writeFileSync(join(folder, 'words.graphql'), text);

async function start(args: readonly string[], options: object = {}): Promise<void> {
  writeSchema(sdl(''));
  const config = join(folder, 'sluice.yaml');
  const words = {
    schema: 'words.graphql',
    url: subgraph.url,
    // `slow` outlives a reload, however long that takes.
    timeoutMs: 25_000,
    headers: { forward: ['x-tenant'] },
  };
  writeFileSync(config, JSON.stringify({ server: { page: false }, subgraphs: { words }, ...options }));
  gateway = await startGatewayProcess(['--config', config, ...args]);
}

/** The log's entry, once it is there. */
async function logged(message: string | RegExp): Promise<Readonly<Record<string, unknown>>> {
  const pattern = new RegExp(`^.*"message":"[^"]*${new RegExp(message).source}.*$`, 'm');
  return JSON.parse((await gateway.process.says(pattern))[0]) as Readonly<Record<string, unknown>>;
}

describe('a gateway that is told of a new schema', () => {
  test('serves it after SIGHUP, warmed, while what runs ends as it began', async () => {
    await start([]);
    expect((await gateway.ask('{ later }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    await gateway.data('{ hello }');
    const running = gateway.data('{ slow }');
    await asked.promise;
    writeSchema(sdl('later: String'));
    process.kill(gateway.process.pid, 'SIGHUP');
    expect(await logged('a new graph is served')).toMatchObject({ generation: 2, compiled: 2, left: 0 });
    expect(await gateway.data('{ later hello }')).toEqual({ later: 'later', hello: 'hello' });
    slow.resolve('done');
    expect(await running).toEqual({ slow: 'done' });
  });

  test('with --watch serves it by itself', async () => {
    await start(['--watch']);
    writeSchema(sdl('later: String'));
    await logged('a new graph is served');
    expect(await gateway.data('{ later }')).toEqual({ later: 'later' });
  });

  test('stays with the old one if it has a mistake, and says where that is', async () => {
    await start(['--watch']);
    writeSchema('type Query {\n  hello: Strin\n}');
    await logged('reload refused');
    const problem = gateway.log().find(({ place }) => place !== undefined);
    expect(problem).toMatchObject({ level: 'error', place: expect.stringMatching(/words\.graphql:2:10$/) });
    await gateway.process.says(/words\.graphql:2:10 {2}error {2}/);
    expect(await gateway.data('{ hello }')).toEqual({ hello: 'hello' });
    writeSchema(sdl('later: String'));
    await logged('a new graph is served');
    expect(await gateway.data('{ later }')).toEqual({ later: 'later' });
  });

  test('does nothing if there is nothing new', async () => {
    await start([]);
    process.kill(gateway.process.pid, 'SIGHUP');
    expect(await logged('the graph has not changed')).toMatchObject({ generation: 1 });
  });

  test('says which options only a restart takes over', async () => {
    await start([]);
    const words = { schema: 'words.graphql', url: subgraph.url };
    writeFileSync(join(folder, 'sluice.yaml'), JSON.stringify({ subgraphs: { words }, deadlineMs: 7 }));
    process.kill(gateway.process.pid, 'SIGHUP');
    expect(await logged('deadlineMs has changed')).toMatchObject({ code: 'CONFIG_NEEDS_RESTART' });
    expect(await logged('a new graph is served')).toMatchObject({ generation: 2 });
  });
});

describe('identical queries at the same time', () => {
  /** So many requests, all of them inside the gateway before the first is answered. */
  async function together(headersOf: (n: number) => Readonly<Record<string, string>>) {
    const first = gateway.data('{ slow }', { headers: headersOf(0) });
    await asked.promise;
    const others = [1, 2, 3, 4].map((n) => gateway.data('{ slow }', { headers: headersOf(n) }));
    // Requests are read in the order in which they come: the one after them finds them all inside.
    await Promise.all(Array.from({ length: 8 }, () => gateway.data('{ hello }')));
    slow.resolve('done');
    const answers = await Promise.all([first, ...others]);
    expect(answers).toEqual(Array.from({ length: 5 }, () => ({ slow: 'done' })));
    return subgraph.requests.filter(({ query }) => query.includes('slow')).length;
  }

  test('share one run if coalesceRequests says so', async () => {
    await start([], { coalesceRequests: true, coalesce: false });
    expect(await together(() => ({ 'x-tenant': 'a' }))).toBe(1);
  });

  test('never share one across a header that the backend gets', async () => {
    await start([], { coalesceRequests: true, coalesce: false });
    expect(await together((n) => ({ 'x-tenant': String(n) }))).toBe(5);
  });

  test('run one by one otherwise', async () => {
    await start([], { coalesce: false });
    expect(await together(() => ({ 'x-tenant': 'a' }))).toBe(5);
  });
});
