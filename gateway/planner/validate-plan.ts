import { Kind, OperationTypeNode, type SelectionSetNode } from 'graphql';
import { dataflowOf, type Step } from '../compile/dataflow.ts';
import type { FieldTree, Guard } from '../compile/field-tree.ts';
import type { Plan, RequiredSelection } from '../compile/plan.ts';
import { readSupergraph, type ReadOptions } from './model/read-supergraph.ts';
import { Resolutions } from './model/resolution.ts';
import type { SupergraphModel } from './model/supergraph-model.ts';
import { conditionFindings, type PlannedOperation } from './validate-conditions.ts';
import { fetchProblems, type Meaning, meanings } from './validate-fetch.ts';

/**
 * Tells what is wrong with a plan, whoever made it; empty = nothing. Names fields, arguments, types and variables,
 * never the value of one.
 * @param asked the operation that the plan is for; without it nothing is said of fields that the plan forgets
 */
export type ValidatePlan = (plan: Plan, asked?: PlannedOperation) => string[];

/**
 * The invariants of a plan:
 * - a subgraph is asked only for fields that it resolves at that path (its own, or provided there);
 * - a representation tells its type and carries a key that the subgraph resolves, and all required fields;
 * - what a fetch reads was asked for by fetches that it waits for, and those for the initial result wait for none of the later ones;
 * - an argument from a context has its value from a variable that is no client's, and that is read at an object around;
 * - one response path means one field with one set of arguments, whichever fetch asks for it;
 * - `__typename` is asked for wherever there is a composite value;
 * - fields of a mutation wait for those before them;
 * - nothing is asked for twice: no two equal fetches, no mutation field in two fetches that can both run;
 * - all of this under every assignment of the variables of `@skip` and `@include` (up to a limit, see `limits.ts`):
 *   whenever a fetch asks something of an object, what it reads of it is there, each field that the operation
 *   selects is given by some fetch, and no mutation field runs that is not selected.
 */
export function createPlanValidator(
  supergraph: string | SupergraphModel,
  options: ReadOptions = {},
): ValidatePlan {
  const model = typeof supergraph === 'string' ? readSupergraph(supergraph, options) : supergraph;
  const resolutions = new Resolutions(model);
  return (plan, asked) => {
    const steps = dataflowOf(plan);
    const neverGiven = new Map(steps.map((step, index) => [step, unreadable(steps, index)]));
    const underConditions = conditionFindings(resolutions, plan.kind, steps, asked).flatMap(
      ({ step, path, text, where }) => {
        const at = step === undefined ? undefined : steps[step];
        if (!at) return [text + where];
        return neverGiven.get(at)?.includes(path) ? [] : [`fetch ${nameOf(at)}: ${text}${where}`];
      },
    );
    return [
      ...steps.flatMap((step) =>
        fetchProblems(resolutions, step).map((problem) => `fetch ${nameOf(step)}: ${problem}`),
      ),
      ...Array.from(neverGiven).flatMap(([step, paths]) =>
        paths.map((path) => `fetch ${nameOf(step)}: nobody gives "${path}" before`),
      ),
      ...contextProblems(steps),
      ...ambiguous(steps),
      ...repeated(steps),
      ...unordered(steps),
      ...underConditions,
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
  if (step.fetch.node !== 'entityFetch') return missing;
  read(step.fetch.requires, at);
  for (const { level, path } of step.fetch.contextInputs?.flatMap(({ sources }) => sources) ?? [])
    for (let length = 1; length <= path.length; length++) {
      const below = [...at.slice(0, level), ...path.slice(0, length)];
      if (!isGiven(below)) missing.push(below.join('.'));
    }
  return missing;
}

/** Variables that could be mistaken for others, and values that are not looked for around the entity. */
function contextProblems(steps: readonly Step[]): string[] {
  const clients = new Set(
    steps.flatMap(({ fetch, guards }) => [...fetch.variableNames, ...guards.map(({ variable }) => variable)]),
  );
  return steps.flatMap((step): string[] => {
    const { fetch } = step;
    if (fetch.node !== 'entityFetch' || !fetch.contextInputs) return [];
    const names = fetch.contextInputs.map(({ variable }) => variable);
    const problems: string[] = [];
    for (const { variable, context, sources } of fetch.contextInputs) {
      if (
        clients.has(variable) ||
        variable === 'representations' ||
        names.indexOf(variable) !== names.lastIndexOf(variable)
      )
        problems.push(`the variable $${variable} for "${context}" is another one's, too`);
      if (sources.length === 0) problems.push(`nothing around the entities has the context "${context}"`);
      const levels = sources.map(({ level }) => level);
      if (levels.some((level, index) => level >= fetch.at.length || level > (levels[index - 1] ?? level)))
        problems.push(`the context "${context}" is not looked for from the nearest object on`);
    }
    return problems.map((problem) => `fetch ${nameOf(step)}: ${problem}`);
  });
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
  const known = new Map<string, Meaning>();
  const problems = new Set<string>();
  const compare = (path: string, meaning: Meaning): void => {
    const other = known.get(path) ?? meaning;
    known.set(path, other);
    if (other.identity === meaning.identity) return;
    const isSameField = other.text === meaning.text;
    problems.add(
      `"${path}" is both ${other.text} and ${meaning.text}${isSameField ? ' of other values' : ''}`,
    );
  };
  for (const { fetch, document } of steps) {
    const prefix = fetch.at.map(({ field }) => `.${field}`).join('');
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const { selectionSet } = definition;
      const isEntity = fetch.node === 'entityFetch';
      const taken = isEntity ? fetch.contextInputs?.map(({ variable }) => variable) : undefined;
      meanings(isEntity ? entitiesOf(selectionSet) : selectionSet, prefix, compare, taken);
    }
  }
  return [...problems];
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
    if (!isMutation(step)) continue;
    for (const key of fields.fields.keys())
      check(`mutation ${key}`, step, `the mutation field "${key}" is asked for twice`);
  }
  return problems;
}

/** Mutation fields that could run at once: their effects come one after the other. */
function unordered(steps: readonly Step[]): string[] {
  return steps.flatMap((step, index) =>
    isMutation(step)
      ? steps.slice(0, index).flatMap((earlier, before) => {
          if (!isMutation(earlier) || areContrary(earlier.guards, step.guards)) return [];
          if (step.dependsOn.includes(before)) return [];
          return [
            `fetch ${nameOf(step)}: it does not wait for the mutation fields of fetch ${nameOf(earlier)}`,
          ];
        })
      : [],
  );
}

function isMutation({ fetch }: Step): boolean {
  return fetch.node === 'fetch' && fetch.kind === OperationTypeNode.MUTATION;
}

function areContrary(some: readonly Guard[], others: readonly Guard[]): boolean {
  return some.some(({ variable, value }) =>
    others.some((other) => other.variable === variable && other.value !== value),
  );
}
