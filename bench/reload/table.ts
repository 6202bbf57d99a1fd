import { aligned } from '../table.ts';

export interface Phase {
  readonly name: string;
  readonly cpuMs: number;
  /** What nothing can interrupt. */
  readonly longestMs: number;
}

export interface ReloadFigures {
  readonly title: string;
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Failed requests; the run ends if there is one. */
  readonly errors: number;
  /** Of the gateway's event loop: how late a timer of 1 ms is. */
  readonly delay: { readonly p99Ms: number; readonly maxMs: number };
  readonly reloads: number;
  /** Mean, from the change to the swap. */
  readonly reloadMs: number;
}

const COLUMNS = [
  '',
  'req/s',
  'failed',
  'p50 ms',
  'p99 ms',
  'loop p99 ms',
  'loop max ms',
  'reloads',
  'each ms',
];

export function reloadTable(rows: readonly ReloadFigures[]): string {
  return aligned(
    COLUMNS,
    rows.map(({ title, requests, seconds, errors, p50Ms, p99Ms, delay, reloads, reloadMs }) => [
      title,
      (requests / seconds).toFixed(0),
      `${errors}`,
      p50Ms.toFixed(1),
      p99Ms.toFixed(1),
      delay.p99Ms.toFixed(1),
      delay.maxMs.toFixed(1),
      `${reloads}`,
      reloads === 0 ? '' : reloadMs.toFixed(0),
    ]),
  );
}

export function phaseTable(phases: readonly Phase[]): string {
  return aligned(
    ['', 'CPU ms', 'longest step ms'],
    phases.map(({ name, cpuMs, longestMs }) => [name, cpuMs.toFixed(1), longestMs.toFixed(1)]),
  );
}
