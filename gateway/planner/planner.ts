import { type DocumentNode, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { Plan, PlanNode } from '../compile/plan.ts';
import type { Planner } from '../compile/planner.ts';
import { Conditions } from './condition.ts';
import { INITIAL } from './delivery.ts';
import { Emitter } from './emit/emit.ts';
import { FetchFinisher } from './emit/finish-fetch.ts';
import { stagesOf } from './emit/stages.ts';
import { readSupergraph, type ReadOptions } from './model/read-supergraph.ts';
import { Resolutions } from './model/resolution.ts';
import { planMutation } from './mutation.ts';
import { notPlannable } from './problem.ts';
import { PlaceSolver } from './search/place.ts';
import { Scope, type Wanted } from './search/scope.ts';
import { TypeSets } from './search/type-set.ts';
import { selectionsOf } from './selection.ts';
import { refuseLeft } from './unanswered.ts';

export type PlannerOptions = ReadOptions;

/**
 * A planner of our own for a supergraph of Federation 1 or 2. `docs/planner.md` explains how it works.
 * @throws Error that says what is wrong with the SDL and where
 */
export function createFederationPlanner(supergraphSdl: string, options: PlannerOptions = {}): Planner {
  const resolutions = new Resolutions(readSupergraph(supergraphSdl, options));
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
  const finisher = new FetchFinisher(model, conditions, operation.variableDefinitions ?? []);
  const list = selectionsOf(operation, document);
  const wanted = scope.wanted([{ list, condition: conditions.always, group: INITIAL }]);
  const root = planRoot(kind, { solver, finisher, wanted, typeName });
  onSearched(scope.steps);
  return root ? { kind, root } : { kind };
}

interface RootPlanning {
  readonly solver: PlaceSolver;
  readonly finisher: FetchFinisher;
  readonly wanted: Wanted;
  readonly typeName: string;
}

function planRoot(kind: OperationTypeNode, planning: RootPlanning): PlanNode | undefined {
  const { solver, finisher, wanted, typeName } = planning;
  if (kind === OperationTypeNode.MUTATION) return planMutation(solver, finisher, wanted, typeName);
  const { resolutions } = solver.scope;
  const { hops, left } = solver.solveRoot(wanted, typeName, kind === OperationTypeNode.SUBSCRIPTION);
  refuseLeft(resolutions, typeName, left);
  const emitter = new Emitter(solver.scope);
  emitter.emitRoot(hops, typeName);
  const [source, ...others] = emitter.drafts;
  const asQuery = (): OperationTypeNode => OperationTypeNode.QUERY;
  if (kind === OperationTypeNode.QUERY || !source) return stagesOf(emitter.drafts, finisher, asQuery);
  const primary = finisher.finish(source, kind, []);
  if (primary?.node !== 'fetch')
    throw notPlannable('the field of a subscription must not be under @skip or @include.');
  const rest = stagesOf(others, finisher, asQuery);
  return { node: 'subscription', primary, ...(rest ? { rest } : {}) };
}
