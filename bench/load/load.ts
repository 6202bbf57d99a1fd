import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pinned, type Pinning } from '../process.ts';

const run = promisify(execFile);
const WRK_SCRIPT = join(import.meta.dirname, 'wrk.lua');
const OWN = join(import.meta.dirname, '../processes/load-generator.ts');
const MAX_OUTPUT_BYTES = 10_000_000;

export interface LoadOptions {
  readonly url: string;
  /** JSON text of each POST. */
  readonly body: string;
  /** Each has one request under way at a time. */
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requests: number;
  /** Failed connections, time-outs, and statuses other than 200. */
  readonly errors: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** A program that drives load, as a process of its own on the core that is not measured. */
export interface LoadTool {
  readonly name: 'wrk' | 'autocannon' | 'own';
  drive(options: LoadOptions): Promise<LoadResult>;
}

const JSON_TYPE = 'application/json';

const TOOLS: Readonly<Record<LoadTool['name'], (options: LoadOptions) => readonly string[]>> = {
  wrk: ({ url, connections, seconds }) =>
    `wrk -t1 -c${connections} -d${seconds}s --timeout 30s -s`.split(' ').concat(WRK_SCRIPT, url),
  autocannon: ({ url, body, connections, seconds }) =>
    `autocannon --json --no-progress -m POST -H content-type=${JSON_TYPE} -H accept=${JSON_TYPE} -c ${connections} -d ${seconds}`
      .split(' ')
      .concat('-b', body, url),
  own: (options) => [process.execPath, OWN, JSON.stringify(options)],
};

/** wrk if it is installed, else autocannon, else our own; or the wanted one. Throws if that is not installed. */
export function findLoadTool(wanted: string | undefined, pinning: Pinning): LoadTool {
  const names = ['wrk', 'autocannon', 'own'] as const;
  const name = names.find((name) => (wanted === undefined || wanted === name) && isInstalled(name));
  if (name === undefined)
    throw new Error(`The load tool "${wanted}" is not installed. Known: ${names.join(', ')}.`);
  return {
    name,
    async drive(options) {
      const [command, ...args] = pinned(pinning, 'rest', TOOLS[name](options));
      const env = { ...process.env, BENCH_BODY: options.body };
      const { stdout } = await run(command!, args, { env, maxBuffer: MAX_OUTPUT_BYTES });
      const line = stdout.trim().split('\n').at(-1)!;
      return name === 'autocannon' ? fromAutocannon(JSON.parse(line)) : (JSON.parse(line) as LoadResult);
    },
  };
}

function isInstalled(name: LoadTool['name']): boolean {
  return name === 'own' || spawnSync(name, ['--version']).error === undefined;
}

interface AutocannonReport {
  readonly errors: number;
  readonly non2xx: number;
  readonly duration: number;
  readonly requests: { readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
}

function fromAutocannon(report: unknown): LoadResult {
  const { requests, latency, duration, errors, non2xx } = report as AutocannonReport;
  return {
    requests: requests.total,
    errors: errors + non2xx,
    seconds: duration,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
  };
}
