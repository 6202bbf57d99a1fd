import { type DocumentNode, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { Plan, PlanNode } from '../compile/plan.ts';
import type { Planner } from '../compile/planner.ts';
import { Conditions } from './condition.ts';
import { INITIAL } from './delivery.ts';
import { ContextDemands } from './emit/context-demands.ts';
import { Emitter } from './emit/emit.ts';
import type { FetchDraft } from './emit/fetch-draft.ts';
import { FetchFinisher } from './emit/finish-fetch.ts';
import { inOrder } from './emit/order.ts';
import { stagesOf } from './emit/stages.ts';
import { readSupergraph, type ReadOptions } from './model/read-supergraph.ts';
import { Resolutions } from './model/resolution.ts';
import type { SupergraphModel } from './model/supergraph-model.ts';
import { type OperationPlanning, planMutation } from './mutation.ts';
import { notPlannable } from './problem.ts';
import { PlaceSolver } from './search/place.ts';
import { Scope } from './search/scope.ts';
import { TypeSets } from './search/type-set.ts';
import { selectionsOf } from './selection.ts';
import { refuseLeft } from './unanswered.ts';

export type PlannerOptions = ReadOptions;

/**
 * A planner of our own for a supergraph of Federation 1 or 2. `docs/planner.md` explains how it works.
 * @param supergraph its SDL, or the document that it was parsed to, without extensions of types
 * @throws Error that says what is wrong with the SDL and where
 */
export function createFederationPlanner(
  supergraph: string | DocumentNode,
  options: PlannerOptions = {},
): Planner {
  return plannerOf(readSupergraph(supergraph, options));
}

export function plannerOf(model: SupergraphModel): Planner {
  const resolutions = new Resolutions(model);
  return { plan: (operation, document) => planOperation(resolutions, operation, document) };
}

/** @param onSearched told how many steps the search took, for those who watch it */
export function planOperation(
  resolutions: Resolutions,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  onSearched: (steps: number) => void = () => undefined,
): Plan {
  const { model } = resolutions;
  const kind = operation.operation;
  const typeName = model.rootTypes[kind];
  if (typeName === undefined) throw notPlannable(`the supergraph has no ${kind} type.`);
  const conditions = new Conditions();
  const scope = new Scope(resolutions, conditions, new TypeSets(model));
  const solver = new PlaceSolver(scope);
  const variables = operation.variableDefinitions ?? [];
  const finisher = new FetchFinisher(model, conditions, variables);
  const demands = new ContextDemands(
    scope,
    variables.map(({ variable }) => variable.name.value),
    kind === OperationTypeNode.QUERY,
  );
  const list = selectionsOf(operation, document);
  const wanted = scope.wanted([{ list, condition: conditions.always, group: INITIAL }]);
  const root = planRoot(kind, { solver, finisher, demands, wanted, typeName });
  onSearched(scope.steps);
  return root ? { kind, root } : { kind };
}

function planRoot(kind: OperationTypeNode, planning: OperationPlanning): PlanNode | undefined {
  const { finisher } = planning;
  if (kind === OperationTypeNode.MUTATION) return planMutation(planning);
  const drafts = draftsOf(kind, planning);
  const [source, ...others] = drafts;
  const asQuery = (): OperationTypeNode => OperationTypeNode.QUERY;
  if (kind === OperationTypeNode.QUERY || !source) return stagesOf(drafts, finisher, asQuery);
  const primary = finisher.finish(source, kind, []);
  if (primary?.node !== 'fetch')
    throw notPlannable('the field of a subscription must not be under @skip or @include.');
  const rest = stagesOf(others, finisher, asQuery);
  return { node: 'subscription', primary, ...(rest ? { rest } : {}) };
}

/** The fetches, once all values are wanted that some of them take from further up. */
function draftsOf(
  kind: OperationTypeNode,
  { solver, demands, wanted, typeName }: OperationPlanning,
): readonly FetchDraft[] {
  const { scope } = solver;
  for (;;) {
    const all = scope.wanted([...wanted.parts, ...demands.parts()]);
    const { hops, left } = solver.solveRoot(all, typeName, kind === OperationTypeNode.SUBSCRIPTION);
    refuseLeft(scope.resolutions, typeName, left);
    const emitter = new Emitter(scope, demands);
    emitter.emitRoot(hops, typeName);
    if (!demands.endRound()) return inOrder(emitter.drafts);
  }
}
