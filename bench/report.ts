import { cpus, release, totalmem, type } from 'node:os';
import { aligned } from './table.ts';
import type { Result } from './workload-run.ts';
import type { Workload } from './workloads/workload.ts';

export interface Circumstances {
  readonly load: string;
  readonly pinning: string;
  readonly connections: number;
  readonly seconds: number;
  readonly rounds: number;
}

const COLUMNS = [
  '',
  'req/s',
  'p50 ms',
  'p99 ms',
  'CPU ms: gateway',
  'with subgraphs',
  '× Sluice',
  'spread',
  'core busy',
  'RSS MB',
  'backend calls',
  'keys',
];

/** One workload's table in Markdown, which reads well on a terminal, too. */
export function tableOf(results: readonly Result[]): string {
  const base = results.find(({ kind }) => kind === 'sluice')!.figures.totalCpuMs;
  const rows = results.map(({ name, figures: f }) => [
    name,
    f.requestsPerSecond.toFixed(0),
    f.p50Ms.toFixed(1),
    f.p99Ms.toFixed(1),
    f.gatewayCpuMs.toFixed(3),
    f.totalCpuMs.toFixed(3),
    (f.totalCpuMs / base).toFixed(2),
    `${(f.spread * 100).toFixed(0)}%`,
    `${(f.utilisation * 100).toFixed(0)}%`,
    (f.rssBytes / 1024 / 1024).toFixed(0),
    f.backendCalls.toFixed(2),
    f.backendKeys.toFixed(2),
  ]);
  return aligned(COLUMNS, rows);
}

/** A workload's section of RESULTS.md. */
export function sectionOf(
  workload: Workload,
  results: readonly Result[],
  circumstances: Circumstances,
): string {
  const { load, pinning, connections, seconds, rounds } = circumstances;
  const { query } = JSON.parse(workload.bodies[0]!) as { readonly query: string };
  const count = workload.bodies.length;
  return [
    `## ${workload.name}: ${workload.title}`,
    '',
    `${count === 1 ? '' : `${count} operations, the first: `}\`${query}\``,
    '',
    `Answer ${results[0]!.bytes} bytes${count === 1 ? '' : ' (mean)'}, ${connections} connections (${load}), medians of ${rounds} rounds of ${seconds} s, ${pinning}.`,
    machine(),
    '',
    tableOf(results),
    '',
  ].join('\n');
}

/** Where and when, in one line. */
export function machine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${type()} ${release()}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${memory}.`;
}

const HEAD = `# Recorded figures

Written by \`npm run bench -- --record\`. What the columns mean, and how to read them: docs/benchmarks.md.
`;

/** The file with these workloads' sections exchanged; the others stay. */
export function record(existing: string | undefined, sections: ReadonlyMap<string, string>): string {
  const parts = new Map<string, string>();
  for (const part of existing?.split(/^(?=## )/m).slice(1) ?? [])
    parts.set(/^## ([\w-]+)/.exec(part)![1]!, part.trimEnd() + '\n');
  for (const [name, section] of sections) parts.set(name, section);
  return [HEAD, ...parts.values()].join('\n');
}
