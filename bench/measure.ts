import { request } from 'undici';
import type { LoadTool } from './load/load.ts';
import type { Started } from './workloads/workload.ts';

export interface MeasureOptions {
  readonly bodies: readonly string[];
  /** Mean length of the right answers. */
  readonly answerBytes: number;
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
  /** Entities (gRPC, REST: ids) that the backend calls asked for, per request. */
  readonly backendKeys: number;
}

/** Less than this part of the right answers' bytes, and something else was answered. */
const SHORT = 0.9;

/** Warms up, then measures the rounds. Throws if any request failed. */
export async function measure(
  started: Started,
  counters: readonly string[],
  load: LoadTool,
  options: MeasureOptions,
  progress: (what: string) => void,
): Promise<Figures> {
  const { bodies, connections, warmUpSeconds, seconds, rounds, answerBytes } = options;
  const { url } = started;
  progress('warming up');
  await load.drive({ url, bodies, connections, seconds: warmUpSeconds });
  const results: Figures[] = [];
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}`);
    results.push(await oneRound(started, counters, load, { url, bodies, connections, seconds }, answerBytes));
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
    backendKeys: median((r) => r.backendKeys),
  };
}

async function oneRound(
  { gateway, subgraphs }: Started,
  counters: readonly string[],
  tool: LoadTool,
  load: Parameters<LoadTool['drive']>[0],
  answerBytes: number,
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
  // Errors come with status 200, too, and are shorter than answers; a round's last answers may be cut.
  if (result.bytes < result.requests * answerBytes * SHORT)
    throw new Error(
      `${gateway.name} sent ${Math.round(result.bytes / result.requests)} bytes per answer under load; right answers have ${Math.round(answerBytes)}.`,
    );
  const asked = await Promise.all(counters.map(counted));
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
    backendCalls: sum(asked.map(({ calls }) => calls)) / result.requests,
    backendKeys: sum(asked.map(({ keys }) => keys)) / result.requests,
  };
}

async function counted(url: string): Promise<{ readonly calls: number; readonly keys: number }> {
  const { body } = await request(`${url}/counters`);
  const { calls, keys } = (await body.json()) as Readonly<
    Record<'calls' | 'keys', Readonly<Record<string, number>>>
  >;
  return { calls: sum(Object.values(calls)), keys: sum(Object.values(keys)) };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
