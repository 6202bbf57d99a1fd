import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { largeGraph } from '../../bench/reload/large-graph.ts';
import { startGatewayProcess } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { projectRoot, startProcess } from './processes.ts';
import type { RunningProcess } from './processes.ts';

const SIZE = { subgraphs: 12, types: 480 };
const CONNECTIONS = 50;
const QUERY = '{ s3_0(id: "7") { id name from_s2 } s0_0(id: "8") { count } }';
const ANSWER = { s3_0: { id: '7', name: 'S3_0 7', from_s2: 'from s2' }, s0_0: { count: 1 } };

let folder: string;
let backends: RunningProcess;
let urlOf: (subgraph: string) => string;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-large-'));
  const script = join(projectRoot, 'bench/processes/large-subgraphs.ts');
  backends = startProcess([script, `${SIZE.subgraphs}`, `${SIZE.types}`]);
  const [, port] = await backends.says(/"http":(\d+)/);
  urlOf = (name) => `http://127.0.0.1:${port}/${name}`;
});
afterEach(() => gateway?.stop());
afterAll(async () => {
  await backends?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Writes the graph's schemas, as they are after so many changes. */
function writeSchemas(revision: number): void {
  for (const { name, sdl } of largeGraph({ ...SIZE, urlOf, revision }))
    writeFileSync(join(folder, `${name}.graphql`), sdl);
}

async function start(reload: object = {}): Promise<void> {
  writeSchemas(0);
  const names = Array.from({ length: SIZE.subgraphs }, (_, index) => `s${index}`);
  const subgraphs = Object.fromEntries(
    names.map((name) => [name, { schema: `${name}.graphql`, url: urlOf(name) }]),
  );
  const config = join(folder, 'sluice.yaml');
  writeFileSync(config, JSON.stringify({ server: { page: false }, subgraphs, reload }));
  gateway = await startGatewayProcess(['--config', config]);
}

const reload = (): void => void process.kill(gateway.process.pid, 'SIGHUP');
const served = (generation: number) =>
  gateway.process.says(new RegExp(`"generation":${generation}\\D.*"a new graph is served"`));

/** Asks on all connections until it is stopped; the answers so far can be counted at any time. */
function load() {
  const pool = new Pool(gateway.url, { connections: CONNECTIONS });
  const stopped = new AbortController();
  const wrong: string[] = [];
  let right = 0;
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: QUERY });
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const answer = await pool.request({ method: 'POST', path: '/graphql', headers, body });
      const text = await answer.body.text();
      if (text === JSON.stringify({ data: ANSWER })) right++;
      else wrong.push(text);
    }
  };
  const loops = Array.from({ length: CONNECTIONS }, loop);
  return {
    right: () => right,
    async stop(): Promise<readonly string[]> {
      stopped.abort();
      await Promise.all(loops);
      await pool.close();
      return wrong;
    },
  };
}

describe('a large graph', () => {
  test('is composed again and again without a request that fails, or waits for it', async () => {
    await start();
    const clients = load();
    for (let revision = 1; revision <= 2; revision++) {
      writeSchemas(revision);
      const before = clients.right();
      reload();
      await served(revision + 1);
      // A gateway that composes in between answers what was under way, and nothing else.
      expect(clients.right() - before).toBeGreaterThan(10 * CONNECTIONS);
    }
    expect(await clients.stop()).toEqual([]);
    const { __type: type } = await gateway.data('{ __type(name: "S0_0") { fields { name } } }');
    expect((type as { fields: readonly unknown[] }).fields).toContainEqual({ name: 'added1' });
  }, 120_000);

  test.each([
    ['time', { compositionTimeoutMs: 50 }, 'It takes longer than 50 ms to compose'],
    ['memory', { compositionMemoryMb: 24 }, 'It takes more than 24 MB of memory to compose'],
  ])(
    'that takes more %s than it may is refused, and the running one stays',
    async (_, limits, message) => {
      await start(limits);
      writeSchemas(1);
      reload();
      await gateway.process.says(new RegExp(message));
      await gateway.process.says(/"reload refused: the running graph stays"/);
      const refused = gateway.log().find((entry) => String(entry['message']).includes(message));
      expect(refused).toMatchObject({ level: 'error', code: 'RELOAD_FAILED' });
      expect(await gateway.data(QUERY)).toEqual(ANSWER);
    },
    60_000,
  );

  test('that is being composed does not keep the gateway from stopping', async () => {
    await start();
    writeSchemas(1);
    reload();
    // By the time that it has answered, the reload has begun.
    await gateway.data(QUERY);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    expect(gateway.process.stdout()).not.toContain('a new graph is served');
  }, 60_000);
});
