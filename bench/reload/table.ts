import { medianOf } from '../measure.ts';
import { aligned } from '../table.ts';

export interface Phase {
  readonly name: string;
  readonly cpuMs: number;
  /** What nothing can interrupt. */
  readonly longestMs: number;
}

/** Of half a round. */
export interface ReloadFigures {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
  /** Of the gateway's process, the thread that composes included. */
  readonly cpuMs: number;
  /** Of the gateway's event loop: how late a timer of 1 ms is. */
  readonly delay: { readonly p99Ms: number; readonly maxMs: number };
  /** From the change to the swap, for each reload. */
  readonly reloadMs: readonly number[];
}

const COLUMNS = [
  '',
  'req/s',
  'CPU ms',
  'failed',
  'p50 ms',
  'p99 ms',
  'loop p99 ms',
  'loop max ms',
  'reloads',
  'each ms',
];

/** Medians of the rounds; failures and reloads of all of them. */
export function reloadTable(
  rows: readonly (readonly [title: string, rounds: readonly ReloadFigures[]])[],
): string {
  return aligned(
    COLUMNS,
    rows.map(([title, rounds]) => {
      const median = (of: (figures: ReloadFigures) => number): number => medianOf(rounds.map(of));
      const reloadMs = rounds.flatMap((round) => round.reloadMs);
      return [
        title,
        median(({ requests, seconds }) => requests / seconds).toFixed(0),
        median(({ requests, cpuMs }) => cpuMs / requests).toFixed(3),
        `${rounds.reduce((sum, { errors }) => sum + errors, 0)}`,
        ...[median(({ p50Ms }) => p50Ms), median(({ p99Ms }) => p99Ms)].map((ms) => ms.toFixed(1)),
        ...[median(({ delay }) => delay.p99Ms), median(({ delay }) => delay.maxMs)].map((ms) =>
          ms.toFixed(1),
        ),
        `${reloadMs.length}`,
        reloadMs.length === 0 ? '' : medianOf(reloadMs).toFixed(0),
      ];
    }),
  );
}

export function phaseTable(phases: readonly Phase[]): string {
  return aligned(
    ['', 'CPU ms', 'longest step ms'],
    phases.map(({ name, cpuMs, longestMs }) => [name, cpuMs.toFixed(1), longestMs.toFixed(1)]),
  );
}
