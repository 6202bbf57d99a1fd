import { aligned } from '../table.ts';
import type { PlanShape } from './shape.ts';

/** Of one planner on one case, from the text of an operation to its plan. */
export interface PlanningTimes extends PlanShape {
  /** Once per schema: from the supergraph's SDL to a planner. */
  readonly buildMs: number;
  /** The very first operation of a process. */
  readonly firstMs: number;
  /** CPU time per plan, mean: it hardly depends on what else the machine does. The others are wall-clock. */
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Part of `p50Ms`: before the planner proper starts. */
  readonly parseMs: number;
  readonly samples: number;
}

export interface PlanningResult {
  readonly name: string;
  /** Or why there are none. */
  readonly outcome: PlanningTimes | string;
}

const COLUMNS = [
  '',
  'CPU ms',
  '× Sluice',
  'p50 ms',
  'p99 ms',
  'of it parsing',
  'first ms',
  'planner built ms',
  'fetches',
  'one after another',
  'samples',
];

/** The first result is the one to compare with. */
export function planningTable(results: readonly PlanningResult[]): string {
  const base = results[0]?.outcome;
  return aligned(
    COLUMNS,
    results.map(({ name, outcome }) => {
      if (typeof outcome === 'string') return [name, outcome, ...COLUMNS.slice(2).map(() => '')];
      const { cpuMs, p50Ms, p99Ms, parseMs, firstMs, buildMs, fetches, depth, samples } = outcome;
      const ratio = typeof base === 'object' ? (cpuMs / base.cpuMs).toFixed(2) : '';
      return [
        name,
        cpuMs.toFixed(3),
        ratio,
        ...[p50Ms, p99Ms, parseMs].map((ms) => ms.toFixed(3)),
        ...[firstMs, buildMs].map((ms) => ms.toFixed(1)),
        ...[fetches, depth, samples].map(String),
      ];
    }),
  );
}
