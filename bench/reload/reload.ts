import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { request } from 'undici';
import { findLoadTool } from '../load/load.ts';
import type { Pinning, RunningProcess } from '../process.ts';
import { machine } from '../report.ts';
import { withStage } from '../workload-run.ts';
import { startDemoBackends } from '../workloads/demo-graph.ts';
import { graphqlBody, type Stage } from '../workloads/workload.ts';
import { largeGraph, LARGE } from './large-graph.ts';
import { type Phase, phaseTable, type ReloadFigures, reloadTable } from './table.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const PROCESSES = join(ROOT, 'bench/processes');
const CONNECTIONS = 50;
const RELOAD_EVERY_MS = 1000;
/** The composing thread competes with the gateway, the load and the backends for the cores, as it does in production. */
const UNPINNED: Pinning = { cpus: undefined, why: 'not pinned' };

export interface ReloadOptions {
  readonly warmUpSeconds: number;
  /** Of each half of a round. */
  readonly seconds: number;
  readonly rounds: number;
  readonly progress: (what: string) => void;
}

interface Case {
  readonly name: string;
  readonly title: string;
  readonly bodies: readonly string[];
  prepare(stage: Stage): Promise<{ readonly config: string; readonly env: Readonly<Record<string, string>> }>;
}

const CASES: readonly Case[] = [
  {
    name: 'demo',
    title: 'the demo, three small operations in turn',
    bodies: [
      graphqlBody('{ user(id: "u1") { id name email } }'),
      graphqlBody('{ users(first: 5) { nodes { name orders(first: 2) { nodes { id } } } } }'),
      graphqlBody('{ users(first: 3) { nodes { id name } } }'),
    ],
    async prepare(stage) {
      const { env } = await startDemoBackends(stage);
      return { config: join(ROOT, 'sluice.yaml'), env };
    },
  },
  {
    name: 'large',
    title: `${LARGE.subgraphs} subgraphs with ${LARGE.types} types`,
    bodies: [0, 10, 20].map((number) =>
      graphqlBody(`{ s${number}_0(id: "1") { id name count from_s${(number + 99) % 100} } }`),
    ),
    async prepare(stage) {
      const server = await stage.start({
        name: 'large-subgraphs',
        script: join(PROCESSES, 'large-subgraphs.ts'),
        core: 'rest',
      });
      const graph = largeGraph({
        ...LARGE,
        urlOf: (name) => `http://127.0.0.1:${server.ports['http']}/${name}`,
      });
      for (const { name, sdl } of graph) writeFileSync(join(stage.directory, `${name}.graphql`), sdl);
      const subgraphs = Object.fromEntries(
        graph.map(({ name, url }) => [name, { schema: `${name}.graphql`, url }]),
      );
      const config = join(stage.directory, 'sluice.yaml');
      writeFileSync(config, JSON.stringify({ subgraphs, server: { page: false } }));
      return { config, env: {} };
    },
  },
];

/** Requests that are answered while the schema changes, beside those that are answered in peace. */
export async function runReload(options: ReloadOptions): Promise<string> {
  const parts = ['## reload: the schema changes every second, 50 connections', ''];
  for (const each of CASES) {
    const table = await withStage(UNPINNED, (stage) => runCase(each, stage, options));
    console.log(`\nreload ${each.name}: ${each.title}\n${table}`);
    parts.push(`${each.name}: ${each.title}`, '', table, '');
  }
  options.progress('reload: phases');
  const { stdout } = await run(process.execPath, [join(PROCESSES, 'preparation-phases.ts')]);
  const phases = phaseTable(JSON.parse(stdout) as Phase[]);
  options.progress('');
  console.log(`\nreload: what preparing the large graph takes\n${phases}`);
  parts.push('What preparing the large graph takes, process warm:', '', phases, '');
  const { rounds, seconds } = options;
  return [
    ...parts,
    `Medians of ${rounds} rounds of ${seconds} s and ${seconds} s, ${UNPINNED.why}. ${machine()}`,
    '',
  ].join('\n');
}

async function runCase(each: Case, stage: Stage, options: ReloadOptions): Promise<string> {
  const progress = (what: string): void => options.progress(`reload: ${each.name}: ${what}`);
  progress('starting');
  const { config, env } = await each.prepare(stage);
  const change = join(stage.directory, 'change.graphql');
  writeFileSync(change, 'type Query { change: Int }');
  const gateway = await stage.start({
    name: 'gateway',
    script: join(PROCESSES, 'reloading-gateway.ts'),
    env: {
      ...env,
      NODE_ENV: 'production',
      PORT: '0',
      ADMIN_PORT: '0',
      CONFIG: config,
      CHANGE: JSON.stringify({
        schema: change,
        url: 'http://127.0.0.1:9',
        timeoutMs: 1000,
        headers: { forward: [], set: {} },
      }),
    },
    core: 'job',
  });
  const tool = findLoadTool('own', UNPINNED);
  const load = (seconds: number) =>
    tool.drive({
      url: `http://127.0.0.1:${gateway.ports['http']}/graphql`,
      bodies: each.bodies,
      connections: CONNECTIONS,
      seconds,
    });
  progress('warming up');
  await load(options.warmUpSeconds);
  // The thread that composes is there from the first change on.
  await control(gateway, 'reload');
  await load(options.warmUpSeconds);

  const measure = async (reloading: boolean): Promise<ReloadFigures> => {
    await control(gateway, 'delays');
    const before = await gateway.usage();
    const reloads = reloading ? keepReloading(gateway) : undefined;
    const { requests, seconds, p50Ms, p99Ms, errors } = await load(options.seconds);
    const delay = await control<ReloadFigures['delay']>(gateway, 'delays');
    const cpuMs = (await gateway.usage()).cpuMs - before.cpuMs;
    const reloadMs = (await reloads?.stop()) ?? [];
    return { requests, seconds, p50Ms, p99Ms, errors, cpuMs, delay, reloadMs };
  };
  const undisturbed: ReloadFigures[] = [];
  const changing: ReloadFigures[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    progress(`round ${round} of ${options.rounds}`);
    undisturbed.push(await measure(false));
    changing.push(await measure(true));
  }
  return reloadTable([
    ['undisturbed', undisturbed],
    ['while it changes', changing],
  ]);
}

/** Starts a reload each second, or when the one before has ended. */
function keepReloading(gateway: RunningProcess): { stop(): Promise<readonly number[]> } {
  const stopped = new AbortController();
  const took: number[] = [];
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const pause = new Promise((resolve) => setTimeout(resolve, RELOAD_EVERY_MS));
      const { outcome, tookMs, problems } = await control<Reload>(gateway, 'reload');
      if (outcome !== 'swapped') throw new Error(`A reload was ${outcome}: ${JSON.stringify(problems)}`);
      took.push(tookMs);
      await pause;
    }
  };
  const ended = loop();
  return {
    async stop() {
      stopped.abort();
      await ended;
      return took;
    },
  };
}

interface Reload {
  readonly outcome: string;
  readonly tookMs: number;
  readonly problems: readonly unknown[];
}

async function control<Answer>(gateway: RunningProcess, command: 'reload' | 'delays'): Promise<Answer> {
  const options = { bodyTimeout: 0, headersTimeout: 0 };
  const { body } = await request(`http://127.0.0.1:${gateway.ports['control']}/${command}`, options);
  return (await body.json()) as Answer;
}
