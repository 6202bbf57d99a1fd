import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pinned, type Pinning } from '../process.ts';
import { SEQUENCE } from '../workloads/workload.ts';

const run = promisify(execFile);
const WRK_SCRIPT = join(import.meta.dirname, 'wrk.lua');
const OWN = join(import.meta.dirname, '../processes/load-generator.ts');
const MAX_OUTPUT_BYTES = 10_000_000;

export interface LoadOptions {
  readonly url: string;
  /** JSON texts of the POSTs, in turn; see `SEQUENCE`. */
  readonly bodies: readonly string[];
  /** Each has one request under way at a time. */
  readonly connections: number;
  readonly seconds: number;
}

/** What the program is told that drives the load. */
export interface LoadOrder extends LoadOptions {
  /** The first `SEQUENCE` number. */
  readonly from: number;
}

export interface LoadResult {
  readonly requests: number;
  /** Failed connections, time-outs, and statuses other than 200. */
  readonly errors: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Received, with headers where the program counts them. */
  readonly bytes: number;
}

/** A program that drives load, as a process of its own on the core that is not measured. */
export interface LoadTool {
  readonly name: 'wrk' | 'autocannon' | 'own';
  drive(options: LoadOptions): Promise<LoadResult>;
}

const JSON_TYPE = 'application/json';
/** Numbers of one run; as GraphQL's Int, the bodies of 2000 runs are different. */
const NUMBERS_PER_RUN = 1_000_000;
let nextNumber = NUMBERS_PER_RUN;

const TOOLS: Readonly<Record<LoadTool['name'], (order: LoadOrder) => readonly string[]>> = {
  wrk: ({ url, connections, seconds }) =>
    `wrk -t1 -c${connections} -d${seconds}s --timeout 30s -s`.split(' ').concat(WRK_SCRIPT, url),
  autocannon: ({ url, bodies, connections, seconds }) =>
    `autocannon --json --no-progress -m POST -H content-type=${JSON_TYPE} -H accept=${JSON_TYPE} -c ${connections} -d ${seconds}`
      .split(' ')
      .concat('-b', bodies[0]!, url),
  own: (order) => [process.execPath, OWN, JSON.stringify(order)],
};

/** Throws if it is not installed. */
export function findLoadTool(wanted: string, pinning: Pinning): LoadTool {
  const names = ['own', 'wrk', 'autocannon'] as const;
  const name = names.find((name) => wanted === name && isInstalled(name));
  if (name === undefined)
    throw new Error(`The load tool "${wanted}" is not installed. Known: ${names.join(', ')}.`);
  return {
    name,
    async drive(options) {
      const isVaried = options.bodies.length > 1 || options.bodies[0]!.includes(SEQUENCE);
      if (isVaried && name === 'autocannon')
        throw new Error('autocannon sends one body only; take --load wrk or --load own.');
      const order: LoadOrder = { ...options, from: nextNumber };
      nextNumber += NUMBERS_PER_RUN;
      const [command, ...args] = pinned(pinning, 'rest', TOOLS[name](order));
      // JSON text has no line ends of its own.
      const env = {
        ...process.env,
        BENCH_BODIES: order.bodies.join('\n'),
        BENCH_SEQUENCE: SEQUENCE,
        BENCH_FROM: `${order.from}`,
      };
      const { stdout } = await run(command!, args, { env, maxBuffer: MAX_OUTPUT_BYTES });
      const line = stdout.trim().split('\n').at(-1)!;
      return name === 'autocannon' ? fromAutocannon(JSON.parse(line)) : (JSON.parse(line) as LoadResult);
    },
  };
}

/** wrk where it is installed. */
export function fastLoadTool(): LoadTool['name'] {
  return isInstalled('wrk') ? 'wrk' : 'own';
}

function isInstalled(name: LoadTool['name']): boolean {
  return name === 'own' || spawnSync(name, ['--version']).error === undefined;
}

interface AutocannonReport {
  readonly errors: number;
  readonly non2xx: number;
  readonly duration: number;
  readonly requests: { readonly total: number };
  readonly throughput: { readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
}

function fromAutocannon(report: unknown): LoadResult {
  const { requests, latency, duration, errors, non2xx, throughput } = report as AutocannonReport;
  return {
    requests: requests.total,
    errors: errors + non2xx,
    seconds: duration,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    bytes: throughput.total,
  };
}
