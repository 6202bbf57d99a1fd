import { OperationTypeNode } from 'graphql';
import type { Guard } from '../compile/field-tree.ts';
import type { PlanNode } from '../compile/plan.ts';
import { Emitter } from './emit/emit.ts';
import type { FetchDraft } from './emit/fetch-draft.ts';
import type { FetchFinisher } from './emit/finish-fetch.ts';
import { inSequence, stagesOf } from './emit/stages.ts';
import { MAX_ORDER_VARIABLES } from './limits.ts';
import { beyondLimit } from './problem.ts';
import { collect } from './search/collect.ts';
import type { PlaceSolver } from './search/place.ts';
import type { Entry, Wanted } from './search/scope.ts';
import type { Hop } from './search/solution.ts';
import { refuseLeft } from './unanswered.ts';

/**
 * Root fields of a mutation take effect one after the other, each with all that is below it: neighbours of one
 * subgraph are one fetch, and each fetch waits for everything before it. No field is ever asked for twice.
 */
export function planMutation(
  solver: PlaceSolver,
  finisher: FetchFinisher,
  wanted: Wanted,
  typeName: string,
): PlanNode | undefined {
  return planOrdered(solver, finisher, wanted, typeName, []);
}

function planOrdered(
  solver: PlaceSolver,
  finisher: FetchFinisher,
  wanted: Wanted,
  typeName: string,
  decided: readonly Guard[],
): PlanNode | undefined {
  const { scope } = solver;
  const given = scope.wanted(
    wanted.parts.map((part) => ({
      ...part,
      condition: scope.conditions.and(part.condition, decided),
    })),
  );
  const types = scope.typeSets.of([typeName]);
  const entries = collect(scope, given, types).filter(({ field }) => !field.name.startsWith('__'));
  const variable = orderVariable(entries, decided);
  if (variable === undefined) return inOrder(solver, finisher, entries, typeName, decided);
  if (decided.length >= MAX_ORDER_VARIABLES)
    throw beyondLimit(
      'too many variables decide about the order of its mutation fields',
      MAX_ORDER_VARIABLES,
      'Select each field once.',
    );
  const branch = (value: boolean): PlanNode | undefined =>
    planOrdered(solver, finisher, wanted, typeName, [...decided, { variable, value }]);
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

function inOrder(
  solver: PlaceSolver,
  finisher: FetchFinisher,
  entries: readonly Entry[],
  typeName: string,
  given: readonly Guard[],
): PlanNode | undefined {
  const { scope } = solver;
  const groups: Hop[] = [];
  for (const entry of entries) {
    const { hops, left } = solver.solveRoot(scope.wantedOf([entry]), typeName, true);
    refuseLeft(scope.resolutions, typeName, left);
    for (const hop of hops) {
      const last = groups.at(-1);
      if (last?.subgraph === hop.subgraph)
        groups[groups.length - 1] = { ...last, parts: [...last.parts, ...hop.parts] };
      else groups.push(hop);
    }
  }
  const nodes = groups.flatMap((hop) => {
    const emitter = new Emitter(scope);
    emitter.emitRoot([hop], typeName);
    const kindOf = ({ waitsFor }: FetchDraft): OperationTypeNode =>
      waitsFor.size === 0 ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY;
    const node = stagesOf(emitter.drafts, finisher, kindOf, given);
    return node ? [node] : [];
  });
  return inSequence(nodes);
}
