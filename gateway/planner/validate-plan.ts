import { Kind, OperationTypeNode, type SelectionSetNode } from 'graphql';
import { dataflowOf, type Step } from '../compile/dataflow.ts';
import type { FieldTree, Guard } from '../compile/field-tree.ts';
import type { Plan, RequiredSelection } from '../compile/plan.ts';
import { readSupergraph, type ReadOptions } from './model/read-supergraph.ts';
import { Resolutions } from './model/resolution.ts';
import { fetchProblems, meanings } from './validate-fetch.ts';

/** Tells what is wrong with a plan, whoever made it; empty = nothing. */
export type ValidatePlan = (plan: Plan) => string[];

/**
 * The invariants of a plan:
 * - a subgraph is asked only for fields that it resolves at that path (its own, or provided there);
 * - a representation tells its type and carries a key that the subgraph resolves, and all required fields;
 * - what a fetch reads was asked for by fetches that it waits for, and those for the initial result wait for none of the later ones;
 * - one response path means one field with one set of arguments, whichever fetch asks for it;
 * - `__typename` is asked for wherever there is a composite value;
 * - nothing is asked for twice: no two equal fetches, no mutation field in two fetches that can both run.
 */
export function createPlanValidator(supergraphSdl: string, options: ReadOptions = {}): ValidatePlan {
  const resolutions = new Resolutions(readSupergraph(supergraphSdl, options));
  return (plan) => {
    const steps = dataflowOf(plan);
    return [
      ...steps.flatMap((step) =>
        fetchProblems(resolutions, step).map((problem) => `fetch ${nameOf(step)}: ${problem}`),
      ),
      ...steps.flatMap((step, index) =>
        unreadable(steps, index).map((path) => `fetch ${nameOf(step)}: nobody gives "${path}" before`),
      ),
      ...ambiguous(steps),
      ...repeated(steps),
    ];
  };
}

function nameOf({ fetch }: Step): string {
  return fetch.at.length === 0 ? fetch.subgraph : `${fetch.subgraph} at ${pathOf(fetch)}`;
}

function pathOf({ at }: Step['fetch']): string {
  return at.map(({ field }) => field).join('.');
}

/** Paths that the step reads and none of those gives that it waits for. */
function unreadable(steps: readonly Step[], index: number): string[] {
  const step = steps[index];
  if (!step) return [];
  const before = new Set<number>();
  const add = (each: number): void => {
    if (before.has(each)) return;
    before.add(each);
    for (const earlier of steps[each]?.dependsOn ?? []) add(earlier);
  };
  for (const each of step.dependsOn) add(each);
  const isGiven = (path: readonly string[]): boolean =>
    [...before].some((each) => {
      const giving = steps[each];
      return giving !== undefined && givesAt(giving, path);
    });
  const missing: string[] = [];
  const read = (selections: readonly RequiredSelection[], path: readonly string[]): void => {
    for (const selection of selections) {
      if (!('from' in selection)) {
        read(selection.selections, path);
        continue;
      }
      const below = [...path, selection.from];
      if (!isGiven(below)) missing.push(below.join('.'));
      if (selection.selections) read(selection.selections, below);
    }
  };
  const at = step.fetch.at.map(({ field }) => field);
  for (let length = 1; length <= at.length; length++)
    if (!isGiven(at.slice(0, length))) missing.push(at.slice(0, length).join('.'));
  if (step.fetch.node === 'entityFetch') read(step.fetch.requires, at);
  return missing;
}

function givesAt({ fetch, fields }: Step, path: readonly string[]): boolean {
  if (fetch.at.length >= path.length || fetch.at.some(({ field }, index) => path[index] !== field))
    return false;
  let tree: FieldTree | undefined = fields;
  for (const key of path.slice(fetch.at.length)) tree = tree?.fields.get(key);
  return tree !== undefined;
}

/** Response paths that mean different fields. */
function ambiguous(steps: readonly Step[]): string[] {
  const known = new Map<string, string>();
  const problems: string[] = [];
  for (const { fetch, document } of steps) {
    const own = new Map<string, string>();
    const prefix = fetch.at.map(({ field }) => `.${field}`).join('');
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      meanings(
        fetch.node === 'entityFetch' ? entitiesOf(definition.selectionSet) : definition.selectionSet,
        prefix,
        own,
      );
    }
    for (const [path, meaning] of own) {
      const other = known.get(path) ?? meaning;
      known.set(path, other);
      if (other !== meaning) problems.push(`"${path}" is both ${other} and ${meaning}`);
    }
  }
  return problems;
}

function entitiesOf(set: SelectionSetNode): SelectionSetNode {
  const [root] = set.selections;
  return root?.kind === Kind.FIELD && root.selectionSet ? root.selectionSet : set;
}

function repeated(steps: readonly Step[]): string[] {
  const problems: string[] = [];
  const known = new Map<string, Step[]>();
  const check = (identity: string, step: Step, what: string): void => {
    const others = known.get(identity) ?? [];
    if (others.some(({ guards }) => !areContrary(guards, step.guards))) problems.push(what);
    known.set(identity, [...others, step]);
  };
  for (const step of steps) {
    const { fetch, fields } = step;
    check(JSON.stringify({ ...fetch }), step, `fetch ${nameOf(step)}: it is there twice`);
    if (fetch.node !== 'fetch' || fetch.kind !== OperationTypeNode.MUTATION) continue;
    for (const key of fields.fields.keys())
      check(`mutation ${key}`, step, `the mutation field "${key}" is asked for twice`);
  }
  return problems;
}

function areContrary(some: readonly Guard[], others: readonly Guard[]): boolean {
  return some.some(({ variable, value }) =>
    others.some((other) => other.variable === variable && other.value !== value),
  );
}
