import type { Plan, PlanNode } from '../compile/plan.ts';
import { fetchSteps } from '../compile/plan.ts';
import type { Problem } from '../problem.ts';

/** An operation with its plan before and after a change. */
export interface Replanned {
  readonly operation: string;
  readonly before: Plan;
  readonly after: Plan;
}

const MAX_TOLD = 10;

/** A warning for each operation that would take more requests, or more of them one after the other. */
export function costProblems(operations: readonly Replanned[]): readonly Problem[] {
  return operations
    .map(({ operation, before, after }) => ({ operation, before: costOf(before), after: costOf(after) }))
    .filter(({ before, after }) => after.fetches > before.fetches || after.stages > before.stages)
    .toSorted(
      (left, right) =>
        right.after.fetches - right.before.fetches - (left.after.fetches - left.before.fetches),
    )
    .slice(0, MAX_TOLD)
    .map(({ operation, before, after }) => ({
      severity: 'warning',
      code: 'OPERATION_COSTS_MORE',
      message: `${operation} would take ${tell(after)}; now it takes ${tell(before)}.`,
      fix: 'Compare its plans with "sluice explain": a field that has moved may need a key or @provides.',
    }));
}

interface Cost {
  readonly fetches: number;
  readonly stages: number;
}

function costOf({ root }: Plan): Cost {
  return { fetches: fetchSteps(root).length, stages: stagesOf(root) };
}

function stagesOf(node: PlanNode | undefined): number {
  if (!node) return 0;
  switch (node.node) {
    case 'fetch':
    case 'entityFetch':
      return 1;
    case 'sequence':
      return node.nodes.reduce((sum, child) => sum + stagesOf(child), 0);
    case 'parallel':
      return Math.max(0, ...node.nodes.map(stagesOf));
    case 'condition':
      return Math.max(stagesOf(node.then), stagesOf(node.otherwise));
    case 'subscription':
      return 1 + stagesOf(node.rest);
  }
}

function tell({ fetches, stages }: Cost): string {
  return `${fetches} ${fetches === 1 ? 'fetch' : 'fetches'} in ${stages} ${stages === 1 ? 'stage' : 'stages'}`;
}
