import { request } from 'undici';
import type { LoadTool } from './load/load.ts';
import type { Started } from './workloads/workload.ts';

export interface MeasureOptions {
  readonly body: string;
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly rounds: number;
}

/** Medians over the rounds. */
export interface Figures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU of the process that clients talk to, per request. */
  readonly gatewayCpuMs: number;
  /** The same with the subgraph processes. */
  readonly totalCpuMs: number;
  /** Largest minus smallest of the rounds' `totalCpuMs`, as a part of the median. */
  readonly spread: number;
  /** How busy the gateway's core was with these processes: 1 = the load could not have been served faster. */
  readonly utilisation: number;
  /** Memory after the load, all processes. */
  readonly rssBytes: number;
  readonly backendCalls: number;
}

/** Warms up, then measures the rounds. Throws if any request failed. */
export async function measure(
  started: Started,
  counters: readonly string[],
  load: LoadTool,
  options: MeasureOptions,
  progress: (what: string) => void,
): Promise<Figures> {
  const { body, connections, warmUpSeconds, seconds, rounds } = options;
  progress('warming up');
  await load.drive({ url: started.url, body, connections, seconds: warmUpSeconds });
  const results: Figures[] = [];
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}`);
    results.push(await oneRound(started, counters, load, { url: started.url, body, connections, seconds }));
  }
  const median = (of: (figures: Figures) => number) => medianOf(results.map(of));
  const cpu = results.map(({ totalCpuMs }) => totalCpuMs);
  return {
    requestsPerSecond: median((r) => r.requestsPerSecond),
    p50Ms: median((r) => r.p50Ms),
    p99Ms: median((r) => r.p99Ms),
    gatewayCpuMs: median((r) => r.gatewayCpuMs),
    totalCpuMs: median((r) => r.totalCpuMs),
    spread: (Math.max(...cpu) - Math.min(...cpu)) / medianOf(cpu),
    utilisation: median((r) => r.utilisation),
    rssBytes: results.at(-1)!.rssBytes,
    backendCalls: median((r) => r.backendCalls),
  };
}

async function oneRound(
  { gateway, subgraphs }: Started,
  counters: readonly string[],
  tool: LoadTool,
  load: Parameters<LoadTool['drive']>[0],
): Promise<Figures> {
  await Promise.all(
    counters.map((url) => request(`${url}/counters/reset`, { method: 'POST' }).then((a) => a.body.dump())),
  );
  const processes = [gateway, ...subgraphs];
  const before = await Promise.all(processes.map((process) => process.usage()));
  const result = await tool.drive(load);
  const after = await Promise.all(processes.map((process) => process.usage()));
  if (result.errors > 0 || result.requests === 0)
    throw new Error(`${result.errors} of ${result.requests} requests to ${gateway.name} failed under load.`);
  const cpuMs = after.map((usage, at) => usage.cpuMs - before[at]!.cpuMs);
  const totalCpuMs = sum(cpuMs);
  return {
    requestsPerSecond: result.requests / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    gatewayCpuMs: cpuMs[0]! / result.requests,
    totalCpuMs: totalCpuMs / result.requests,
    spread: 0,
    utilisation: totalCpuMs / (result.seconds * 1000),
    rssBytes: sum(after.map((usage) => usage.rssBytes)),
    backendCalls: sum(await Promise.all(counters.map(callsSince))) / result.requests,
  };
}

async function callsSince(url: string): Promise<number> {
  const { body } = await request(`${url}/counters`);
  const { calls } = (await body.json()) as { readonly calls: Readonly<Record<string, number>> };
  return sum(Object.values(calls));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
