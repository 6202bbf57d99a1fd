import { dataflowOf } from '../../gateway/compile/dataflow.ts';
import type { Plan } from '../../gateway/compile/plan.ts';

/** What a plan asks of the network. */
export interface PlanFigures {
  /** As the plan lists them. */
  readonly fetches: number;
  /** Requests at most: entity fetches to one subgraph that are ready together are one. */
  readonly requests: number;
  /** Fetches that wait for one another, by what each of them reads. */
  readonly depth: number;
}

/** Of conditions, all branches count. */
export function figuresOf(plan: Plan): PlanFigures {
  const levels: number[] = [];
  const joint = new Set<string>();
  let roots = 0;
  for (const { fetch, dependsOn } of dataflowOf(plan)) {
    const level = 1 + dependsOn.reduce((latest, index) => Math.max(latest, levels[index] ?? 0), 0);
    levels.push(level);
    if (fetch.node === 'fetch') roots += 1;
    else joint.add(`${level} ${fetch.subgraph}`);
  }
  return {
    fetches: levels.length,
    requests: roots + joint.size,
    depth: levels.reduce((deepest, level) => Math.max(deepest, level), 0),
  };
}
