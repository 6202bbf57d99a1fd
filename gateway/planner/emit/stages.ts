import type { OperationTypeNode } from 'graphql';
import type { Guard } from '../../compile/field-tree.ts';
import type { PlanNode } from '../../compile/plan.ts';
import type { FetchDraft } from './fetch-draft.ts';
import type { FetchFinisher } from './finish-fetch.ts';

/** The fetches as a sequence of stages: a fetch is in the first stage after all that it waits for. */
export function stagesOf(
  drafts: readonly FetchDraft[],
  finisher: FetchFinisher,
  kindOf: (draft: FetchDraft) => OperationTypeNode,
  given: readonly Guard[] = [],
): PlanNode | undefined {
  const stages: PlanNode[][] = [];
  const stageOf = new Map<FetchDraft, number>();
  for (const draft of drafts) {
    let stage = 0;
    for (const before of draft.waitsFor) stage = Math.max(stage, 1 + (stageOf.get(before) ?? -1));
    stageOf.set(draft, stage);
    const node = finisher.finish(draft, kindOf(draft), given);
    if (node) (stages[stage] ??= []).push(node);
  }
  return inSequence(stages.flatMap((nodes) => (nodes ? [inParallel(nodes)] : [])));
}

export function inSequence(nodes: readonly PlanNode[]): PlanNode | undefined {
  return nodes.length > 1 ? { node: 'sequence', nodes } : nodes[0];
}

function inParallel(nodes: readonly PlanNode[]): PlanNode {
  return nodes.length === 1 && nodes[0] ? nodes[0] : { node: 'parallel', nodes };
}
