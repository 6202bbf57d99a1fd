import { type DocumentNode, OperationTypeNode, parse } from 'graphql';
import { type FieldTree, fieldTreeOf, type Guard } from './field-tree.ts';
import { isFragment, isWithin } from '../delivery-name.ts';
import type { FetchStep, PathSegment, Plan, PlanNode, RequiredSelection } from './plan.ts';

/** A fetch of the plan with what it waits for. */
export interface Step {
  readonly fetch: FetchStep;
  readonly document: DocumentNode;
  /** What the fetch asks for. */
  readonly fields: FieldTree;
  /** Runs only where all of them hold. */
  readonly guards: readonly Guard[];
  /** Indices of the steps that give what this one reads; all are smaller than its own. */
  readonly dependsOn: readonly number[];
}

/**
 * The plan as data flow: a step waits only for those earlier ones that write something it reads, not
 * for unrelated neighbours. Root fields of a mutation wait for all that precedes them.
 */
export function dataflowOf(plan: Plan): Step[] {
  const steps: Step[] = [];
  const writes: Set<string>[] = [];

  const add = (fetch: FetchStep, before: readonly number[], guards: readonly Guard[]): number[] => {
    const document = parse(fetch.operation, { noLocation: true });
    const fields = fieldTreeOf(fetch, document);
    const serial = fetch.node === 'fetch' && fetch.kind === OperationTypeNode.MUTATION;
    const reads = readsOf(fetch);
    const earlier = before.filter((index) => mayWaitFor(fetch, steps[index]!.fetch));
    const dependsOn = serial ? earlier : giversOf(fetch, reads, earlier);
    steps.push({ fetch, document, fields, guards, dependsOn });
    writes.push(writesOf(fetch, fields));
    return [steps.length - 1];
  };

  /** What a delivery gives itself, or has from the initial result, it does not wait for in another one. */
  const giversOf = (fetch: FetchStep, reads: readonly string[], earlier: readonly number[]): number[] => {
    if (!fetch.deliveries) return earlier.filter((index) => reads.some((path) => writes[index]?.has(path)));
    const givers = new Set<number>();
    for (const path of reads) {
      const giving = earlier.filter((index) => writes[index]?.has(path));
      const near = giving.filter((index) => isNear(fetch, steps[index]!.fetch));
      for (const index of near.length > 0 ? near : giving) givers.add(index);
    }
    return earlier.filter((index) => givers.has(index));
  };

  const walk = (node: PlanNode, before: readonly number[], guards: readonly Guard[]): number[] => {
    switch (node.node) {
      case 'fetch':
      case 'entityFetch':
        return add(node, before, guards);
      case 'parallel':
        return node.nodes.flatMap((child) => walk(child, before, guards));
      case 'sequence': {
        const done: number[] = [];
        for (const child of node.nodes) done.push(...walk(child, [...before, ...done], guards));
        return done;
      }
      case 'condition': {
        const { variable } = node;
        return [
          ...(node.then ? walk(node.then, before, [...guards, { variable, value: true }]) : []),
          ...(node.otherwise ? walk(node.otherwise, before, [...guards, { variable, value: false }]) : []),
        ];
      }
      case 'subscription': {
        const primary = walk(node.primary, before, guards);
        return node.rest ? [...primary, ...walk(node.rest, primary, guards)] : primary;
      }
    }
  };

  if (plan.root) walk(plan.root, [], []);
  return steps;
}

/** The initial result waits for nothing that comes later. */
function mayWaitFor(fetch: FetchStep, other: FetchStep): boolean {
  return fetch.deliveries !== undefined || other.deliveries === undefined;
}

/**
 * Whether the other fetch is for the initial result, for one of the same deliveries, for one around or inside of them,
 * or for the rest of a list: fragments of its items wait for it.
 */
function isNear({ deliveries = [] }: FetchStep, other: FetchStep): boolean {
  return (
    other.deliveries?.some((there) =>
      deliveries.some(
        (here) => isWithin(here, there) || isWithin(there, here) || !isFragment(here) || !isFragment(there),
      ),
    ) ?? true
  );
}

/** Response paths that the step needs: the way to its entities and what their representations are made of. */
function readsOf(fetch: FetchStep): string[] {
  const reads: string[] = [];
  let path = '';
  for (const { field } of fetch.at) reads.push((path = `${path}.${field}`));
  if (fetch.node === 'entityFetch') {
    addRequired(reads, path, fetch.requires);
    for (const source of fetch.contextInputs?.flatMap(({ sources }) => sources) ?? []) {
      path = pathKey(fetch.at.slice(0, source.level));
      for (const key of source.path) reads.push((path = `${path}.${key}`));
    }
  }
  return reads;
}

function addRequired(reads: string[], path: string, selections: readonly RequiredSelection[]): void {
  for (const selection of selections) {
    if (!('from' in selection)) {
      addRequired(reads, path, selection.selections);
      continue;
    }
    const below = `${path}.${selection.from}`;
    reads.push(below);
    if (selection.selections) addRequired(reads, below, selection.selections);
  }
}

function writesOf(fetch: FetchStep, fields: FieldTree): Set<string> {
  const writes = new Set<string>();
  addFields(writes, pathKey(fetch.at), fields);
  return writes;
}

function addFields(writes: Set<string>, path: string, tree: FieldTree): void {
  for (const [key, branch] of tree.fields) {
    const below = `${path}.${key}`;
    writes.add(below);
    addFields(writes, below, branch);
  }
}

function pathKey(at: readonly PathSegment[]): string {
  return at.map(({ field }) => `.${field}`).join('');
}
