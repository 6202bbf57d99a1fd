import { type DocumentNode, Kind } from 'graphql';
import { dataflowOf, type Step } from '../../gateway/compile/dataflow.ts';
import { type FieldBranch, type FieldTree, type Guard, guardsOf } from '../../gateway/compile/field-tree.ts';
import { fetchSteps, type Plan, type RequiredSelection } from '../../gateway/compile/plan.ts';
import { GRAPH_REFUSED } from './apollo-planner.ts';
import type { FederatedGraph } from './federated-graph.ts';
import type { Mismatch, Outcome } from './differential.ts';

/** Faults of `@apollo/query-planner`: the plan itself is wrong, whoever runs it. `docs/conformance.md` has an example of each. */
export type PlannerFault =
  | 'supergraph refused'
  | 'planner crash'
  | 'asks for an external field'
  | 'asks for a field without what it requires'
  | 'representation without a key'
  | 'mutation field twice'
  | 'mutation fields out of order'
  | 'arguments of @requires collide'
  | 'requirement fetched too late'
  | 'value of a context fetched too late'
  | 'condition lost';

/** Which known fault the mismatch is, judged by the plan and the error alone; `undefined` = ours, or a new one. */
export function plannerFault(
  { mismatch, plan }: Outcome,
  operation: DocumentNode,
  graph: FederatedGraph,
): PlannerFault | undefined {
  if (!mismatch) return undefined;
  const { kind, detail } = mismatch;
  if (kind === 'not plannable' && detail.includes('would run twice')) return 'mutation field twice';
  if (kind === 'planner threw')
    return detail.includes(GRAPH_REFUSED) ? 'supergraph refused' : 'planner crash';
  if (!plan) return undefined;
  if (kind === 'refused') return refusalFault(mismatch, plan, graph);
  if (kind !== 'crash') {
    if (takesWhatIsNotThere(plan)) return 'value of a context fetched too late';
    if (readsWhatIsNotGiven(plan, false)) return 'requirement fetched too late';
    if (readsWhatIsNotGiven(plan, true)) return 'condition lost';
  }
  if (kind === 'effects' && hasConditionalRoot(operation)) return 'mutation fields out of order';
  return undefined;
}

/** Operations are sent to the letter as planned: what they ask for is the planner's choice. */
function refusalFault({ detail }: Mismatch, plan: Plan, graph: FederatedGraph): PlannerFault | undefined {
  const [, subgraph] = /by (\w+): /.exec(detail) ?? [];
  if (detail.endsWith('is external and not provided here')) return 'asks for an external field';
  if (detail.includes('needs a representation with')) return 'asks for a field without what it requires';
  const [, missing] = /"(\w+)" is missing in/.exec(detail) ?? [];
  if (missing !== undefined) {
    const isForgotten = fetchSteps(plan.root).some(
      (fetch) =>
        fetch.node === 'entityFetch' && fetch.subgraph === subgraph && !mentions(fetch.requires, missing),
    );
    return isForgotten ? 'asks for a field without what it requires' : undefined;
  }
  const [, wrong] = / requires .*"(\w+)" is /.exec(detail) ?? [];
  if (wrong !== undefined)
    return requirementsOf(graph, wrong) > 1 ? 'arguments of @requires collide' : undefined;
  if (detail.includes('a representation without a key')) {
    const isKeyless = fetchSteps(plan.root).some(
      (fetch) => fetch.node === 'entityFetch' && fetch.subgraph === subgraph && fetch.requires.some(lacksKey),
    );
    return isKeyless ? 'representation without a key' : undefined;
  }
  return undefined;
}

const KEYS = new Set(['id', 'sku', 'ka', 'kb', 'org']);

/** With how many different arguments a field with arguments is required. */
function requirementsOf({ subgraphs }: FederatedGraph, name: string): number {
  const fields = subgraphs.flatMap(({ types }) => types.flatMap((type) => type.fields));
  if (!fields.some((field) => field.name === name && field.args.length > 0)) return 0;
  const pattern = new RegExp(`\\b${name}\\b(\\([^)]*\\))?`, 'g');
  return new Set(fields.flatMap(({ requires }) => requires?.match(pattern) ?? [])).size;
}

function mentions(selections: readonly RequiredSelection[], name: string): boolean {
  return selections.some(
    (selection) =>
      ('name' in selection && selection.name === name) || mentions(selection.selections ?? [], name),
  );
}

/** A fragment that adds required fields of an interface beside the one that has the key of a single type. */
function lacksKey(selection: RequiredSelection): boolean {
  return (
    'onType' in selection && !selection.selections.some((field) => 'name' in field && KEYS.has(field.name))
  );
}

/** Root fields under `@skip` or `@include` with a variable: the planner groups them by their condition. */
function hasConditionalRoot({ definitions }: DocumentNode): boolean {
  return definitions.some(
    (definition) =>
      'selectionSet' in definition &&
      (definition.kind === Kind.OPERATION_DEFINITION || definition.typeCondition.name.value === 'Mutation') &&
      definition.selectionSet.selections.some((selection) => guardsOf(selection).length > 0),
  );
}

/**
 * Whether some fetch reads a field that no fetch before it gives; with `always`, one that is given only under a
 * condition by a fetch that asks for all of its own fields without one.
 */
function readsWhatIsNotGiven(plan: Plan, always: boolean): boolean {
  const steps = dataflowOf(plan);
  const isGiven = (path: readonly string[], before: number, known: readonly Guard[]): boolean =>
    steps.slice(0, before).some(({ fetch, fields }) => {
      if (fetch.at.length >= path.length || fetch.at.some(({ field }, index) => path[index] !== field))
        return false;
      let tree: FieldTree = fields;
      for (const key of path.slice(fetch.at.length)) {
        const branch = tree.fields.get(key);
        if (!branch || (always && isConditional(branch, known))) return false;
        tree = branch;
      }
      return true;
    });
  const lacks = (
    selections: readonly RequiredSelection[],
    path: readonly string[],
    before: number,
    known: readonly Guard[],
  ): boolean =>
    selections.some((selection) => {
      if (!('from' in selection)) return lacks(selection.selections, path, before, known);
      const below = [...path, selection.from];
      return !isGiven(below, before, known) || lacks(selection.selections ?? [], below, before, known);
    });
  return steps.some(
    ({ fetch, fields, guards }, index) =>
      fetch.node === 'entityFetch' &&
      !(always && [...fields.fields.values()].some((branch) => isConditional(branch, guards))) &&
      lacks(
        fetch.requires,
        fetch.at.map(({ field }) => field),
        index,
        guards,
      ),
  );
}

/** Whether some fetch takes a value from a context that none of the fetches gives which it waits for. */
function takesWhatIsNotThere(plan: Plan): boolean {
  const steps = dataflowOf(plan);
  return steps.some(({ fetch, dependsOn }) => {
    if (fetch.node !== 'entityFetch') return false;
    const way = fetch.at.map(({ field }) => field);
    return (fetch.contextInputs ?? []).some(({ sources }) =>
      sources.some(({ level, path }) => {
        const full = [...way.slice(0, level), ...path];
        return !dependsOn.some((index) => gives(steps[index]!, full));
      }),
    );
  });
}

function gives({ fetch, fields }: Step, path: readonly string[]): boolean {
  if (fetch.at.length >= path.length || fetch.at.some(({ field }, index) => path[index] !== field))
    return false;
  let tree: FieldTree | undefined = fields;
  for (const key of path.slice(fetch.at.length)) tree = tree?.fields.get(key);
  return tree !== undefined;
}

/** Whether something decides about the field besides the conditions that are known to hold. */
function isConditional({ occurrences }: FieldBranch, known: readonly Guard[]): boolean {
  const isKnown = ({ variable, value }: Guard): boolean =>
    known.some((guard) => guard.variable === variable && guard.value === value);
  return occurrences.every((guards) => !guards.every(isKnown));
}
