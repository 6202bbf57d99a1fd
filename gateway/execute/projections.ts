import type { SelectionSetNode } from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import type { FieldTree } from '../compile/field-tree.ts';
import type { CompiledOperation } from '../compile/operation.ts';
import type { Variables } from '../compile/variables.ts';
import { conditionVariables } from './collect-fields.ts';
import type { DeliveryScope } from './collect-later.ts';
import type { ExecutorScope } from './compiled-steps.ts';
import type { StepScope } from './fetch-step.ts';
import { compileRootProjection } from './projection.ts';
import type { Project, ProjectionScope } from './projection-place.ts';

/** How many sets of `@skip`/`@include` values an operation keeps compiled projections for. */
const MAX_PROJECTIONS = 64;

/**
 * One projection per set of values of the variables that `@skip` and `@include` look at.
 * @param createDelivery absent = the answer comes in one piece
 */
export function compileProjections(
  compiled: CompiledOperation,
  scope: ExecutorScope,
  { junctions }: StepScope,
  createDelivery?: () => DeliveryScope,
): (variables: Variables) => Project {
  const { operation, fragments, keys } = compiled;
  const rootType = scope.schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`the schema has no ${operation.operation} type`);
  const sets: SelectionSetNode[] = [operation.selectionSet];
  for (const fragment of fragments.values()) sets.push(fragment.selectionSet);
  const names = conditionVariables(sets);
  const { schema, types } = scope;
  const shared = { schema, types, fragments, keys, blame: compileBlame(compiled.steps) };
  const compile = (conditions: Variables): Project => {
    const delivery = createDelivery ? { delivery: createDelivery() } : {};
    const projection: ProjectionScope = { ...shared, ...delivery, conditions };
    return compileRootProjection(projection, rootType, operation.selectionSet, junctions);
  };
  if (names.length === 0) {
    const only = compile({});
    return () => only;
  }
  const projections = new Map<string, Project>();
  return (variables) => {
    let key = '';
    for (const name of names) key += variables[name] === true ? '1' : '0';
    let project = projections.get(key);
    if (!project) {
      project = compile(Object.fromEntries(names.map((name, index) => [name, key[index] === '1'])));
      if (projections.size >= MAX_PROJECTIONS) projections.clear();
      projections.set(key, project);
    }
    return project;
  };
}

/** Names the subgraph that a response key was asked from, if there is only one. */
function compileBlame(steps: readonly Step[]): (fieldKey: string) => string | undefined {
  const asked = new Map<string, string | undefined>();
  const add = (tree: FieldTree, subgraph: string): void => {
    for (const [key, branch] of tree.fields) {
      asked.set(key, asked.has(key) && asked.get(key) !== subgraph ? undefined : subgraph);
      add(branch, subgraph);
    }
  };
  for (const { fields, fetch } of steps) add(fields, fetch.subgraph);
  return (fieldKey) => asked.get(fieldKey);
}
