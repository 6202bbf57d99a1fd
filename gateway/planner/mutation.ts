import { OperationTypeNode } from 'graphql';
import type { Guard } from '../compile/field-tree.ts';
import type { PlanNode } from '../compile/plan.ts';
import type { ContextDemands } from './emit/context-demands.ts';
import { Emitter } from './emit/emit.ts';
import type { FetchDraft } from './emit/fetch-draft.ts';
import type { FetchFinisher } from './emit/finish-fetch.ts';
import { inOrder } from './emit/order.ts';
import { inSequence, stagesOf } from './emit/stages.ts';
import { MAX_ORDER_VARIABLES } from './limits.ts';
import { beyondLimit } from './problem.ts';
import { collect } from './search/collect.ts';
import type { PlaceSolver } from './search/place.ts';
import type { Entry, Wanted } from './search/scope.ts';
import type { Hop } from './search/solution.ts';
import { refuseLeft } from './unanswered.ts';

/** What planning the fields of a root type needs. */
export interface OperationPlanning {
  readonly solver: PlaceSolver;
  readonly finisher: FetchFinisher;
  readonly demands: ContextDemands;
  readonly wanted: Wanted;
  readonly typeName: string;
}

/**
 * Root fields of a mutation take effect one after the other, each with all that is below it: neighbours of one
 * subgraph are one fetch, and each fetch waits for everything before it. No field is ever asked for twice.
 */
export function planMutation(planning: OperationPlanning): PlanNode | undefined {
  return planOrdered(planning, []);
}

function planOrdered(planning: OperationPlanning, decided: readonly Guard[]): PlanNode | undefined {
  const { wanted, typeName } = planning;
  const { scope } = planning.solver;
  const given = scope.wanted(
    wanted.parts.map((part) => ({
      ...part,
      condition: scope.conditions.and(part.condition, decided),
    })),
  );
  const types = scope.typeSets.of([typeName]);
  const entries = collect(scope, given, types).filter(({ field }) => !field.name.startsWith('__'));
  const variable = orderVariable(entries, decided);
  if (variable === undefined) return inTurn(planning, entries, decided);
  if (decided.length >= MAX_ORDER_VARIABLES)
    throw beyondLimit(
      'too many variables decide about the order of its mutation fields',
      MAX_ORDER_VARIABLES,
      'Select each field once.',
    );
  const branch = (value: boolean): PlanNode | undefined =>
    planOrdered(planning, [...decided, { variable, value }]);
  const [then, otherwise] = [branch(true), branch(false)];
  if (!then && !otherwise) return undefined;
  return { node: 'condition', variable, ...(then ? { then } : {}), ...(otherwise ? { otherwise } : {}) };
}

/** A variable that decides which of a field's occurrences comes first: the plan is made for both of its values. */
function orderVariable(entries: readonly Entry[], decided: readonly Guard[]): string | undefined {
  if (entries.length < 2) return undefined;
  for (const { conditions = [] } of entries)
    for (const { alternatives } of conditions)
      for (const guard of alternatives.flat())
        if (!decided.some((each) => each.variable === guard.variable)) return guard.variable;
  return undefined;
}

function inTurn(
  planning: OperationPlanning,
  entries: readonly Entry[],
  given: readonly Guard[],
): PlanNode | undefined {
  const { solver, finisher, demands, typeName } = planning;
  const { scope } = solver;
  for (;;) {
    const emitters = groupsOf(planning, entries, given).map((hop) => {
      const emitter = new Emitter(scope, demands);
      emitter.emitRoot([hop], typeName);
      return emitter;
    });
    // Values that are wanted further up are wanted below the same root field: the order stays.
    if (demands.endRound()) continue;
    const nodes = emitters.flatMap((emitter) => {
      const kindOf = ({ waitsFor }: FetchDraft): OperationTypeNode =>
        waitsFor.size === 0 ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY;
      const node = stagesOf(inOrder(emitter.drafts), finisher, kindOf, given);
      return node ? [node] : [];
    });
    return inSequence(nodes);
  }
}

/** The root fields, neighbours of one subgraph together. */
function groupsOf(
  { solver, demands, typeName }: OperationPlanning,
  entries: readonly Entry[],
  given: readonly Guard[],
): readonly Hop[] {
  const { scope } = solver;
  const groups: Hop[] = [];
  for (const entry of entries) {
    const furtherUp = demands
      .parts(entry.field.key)
      .map((part) => ({ ...part, condition: scope.conditions.and(part.condition, given) }));
    const wanted = scope.wanted([...scope.wantedOf([entry]).parts, ...furtherUp]);
    const { hops, left } = solver.solveRoot(wanted, typeName, true);
    refuseLeft(scope.resolutions, typeName, left);
    for (const hop of hops) {
      const last = groups.at(-1);
      if (last?.subgraph === hop.subgraph)
        groups[groups.length - 1] = { ...last, parts: [...last.parts, ...hop.parts] };
      else groups.push(hop);
    }
  }
  return groups;
}
