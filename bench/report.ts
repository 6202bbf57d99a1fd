import { cpus, release, totalmem, type } from 'node:os';
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
  ]);
  const widths = COLUMNS.map((column, at) =>
    Math.max(column.length, 3, ...rows.map((row) => row[at]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => `${'-'.repeat(width + 1)}${at === 0 ? '-' : ':'}`).join('|')}|`;
  return [line(COLUMNS), rule, ...rows.map(line)].join('\n');
}

/** A workload's section of RESULTS.md. */
export function sectionOf(
  workload: Workload,
  results: readonly Result[],
  circumstances: Circumstances,
): string {
  const { load, pinning, connections, seconds, rounds } = circumstances;
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const { query } = JSON.parse(workload.body) as { readonly query: string };
  return [
    `## ${workload.name}: ${workload.title}`,
    '',
    `\`${query}\``,
    '',
    `Answer ${results[0]!.bytes} bytes, ${connections} connections (${load}), medians of ${rounds} rounds of ${seconds} s, ${pinning}.`,
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${type()} ${release()}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${memory}.`,
    '',
    tableOf(results),
    '',
  ].join('\n');
}

const HEAD = `# Recorded figures

Written by \`npm run bench -- --record\`. What the columns mean, and how to read them: docs/benchmarks.md.
`;

/** The file with these workloads' sections exchanged; the others stay. */
export function record(existing: string | undefined, sections: ReadonlyMap<string, string>): string {
  const parts = new Map<string, string>();
  for (const part of existing?.split(/^(?=## )/m).slice(1) ?? [])
    parts.set(/^## (\w+)/.exec(part)![1]!, part.trimEnd() + '\n');
  for (const [name, section] of sections) parts.set(name, section);
  return [HEAD, ...parts.values()].join('\n');
}
