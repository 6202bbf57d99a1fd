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
  const placed: Placed[] = [];
  const atPlace = new Map<string, Placed[]>();
  const stageOf = new Map<FetchDraft, number>();
  for (const draft of drafts) {
    let stage = 0;
    for (const before of draft.waitsFor) stage = Math.max(stage, 1 + (stageOf.get(before) ?? -1));
    stageOf.set(draft, stage);
    const node = finisher.finish(draft, kindOf(draft), given);
    if (!node) continue;
    const place = `${draft.subgraph} ${draft.path.map(({ field }) => field).join('.')}`;
    const neighbours = atPlace.get(place) ?? [];
    const twin = draft.kind === 'entity' ? twinOf(node, neighbours) : undefined;
    if (twin) {
      twin.stage = Math.min(twin.stage, stage);
      continue;
    }
    const added = { stage, node };
    placed.push(added);
    atPlace.set(place, [...neighbours, added]);
  }
  const stages: PlanNode[][] = [];
  for (const { stage, node } of placed) (stages[stage] ??= []).push(node);
  return inSequence(stages.flatMap((nodes) => (nodes ? [inParallel(nodes)] : [])));
}

interface Placed {
  stage: number;
  readonly node: PlanNode;
}

/**
 * The same fetch, if it is there: where several subgraphs give one object, ways from each of them can lead to it. Once
 * is enough, as soon as one of them is done.
 */
function twinOf(node: PlanNode, neighbours: readonly Placed[]): Placed | undefined {
  const operation = neighbours.length === 0 ? undefined : operationOf(node);
  return neighbours.find(
    (each) => operationOf(each.node) === operation && JSON.stringify(each.node) === JSON.stringify(node),
  );
}

/** What the fetch sends, below its conditions. */
function operationOf(node: PlanNode | undefined): string | undefined {
  if (node?.node === 'condition') return operationOf(node.then ?? node.otherwise);
  return node?.node === 'entityFetch' ? node.operation : undefined;
}

export function inSequence(nodes: readonly PlanNode[]): PlanNode | undefined {
  return nodes.length > 1 ? { node: 'sequence', nodes } : nodes[0];
}

function inParallel(nodes: readonly PlanNode[]): PlanNode {
  return nodes.length === 1 && nodes[0] ? nodes[0] : { node: 'parallel', nodes };
}
