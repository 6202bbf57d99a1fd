import type { Step } from '../compile/dataflow.ts';
import type { FieldTree } from '../compile/field-tree.ts';

/**
 * The places of an operation's data where later answers are merged in. Objects there belong to the executor
 * and are filled in place; everything else is a piece of some subgraph's answer, perhaps shared with
 * other requests, and never written to.
 */
export interface OwnedTree {
  readonly fields: ReadonlyMap<string, OwnedTree>;
}

interface MutableOwnedTree extends OwnedTree {
  readonly fields: Map<string, MutableOwnedTree>;
}

/** @param steps those whose answers are merged, and not joined */
export function ownedTreeOf(steps: readonly Step[]): OwnedTree {
  const root: MutableOwnedTree = { fields: new Map() };
  const given: FieldTree[] = [];
  for (const { fetch, fields } of steps) {
    let tree = root;
    for (const { field } of fetch.at) tree = childOf(tree, field);
    // What a second fetch gives parts of, too, is put together from both.
    const whole = fetch.at.reduceRight<FieldTree>(
      (below, { field }) => ({ fields: new Map([[field, { ...NO_CONDITIONS, ...below }]]) }),
      fields,
    );
    for (const other of given) ownShared(root, other, whole);
    given.push(whole);
  }
  return root;
}

const NO_CONDITIONS = { onTypes: new Set<undefined>(), occurrences: [] };

/** Owns the objects that both have fields of. */
function ownShared(tree: MutableOwnedTree, one: FieldTree, other: FieldTree): void {
  for (const [key, branch] of one.fields) {
    const same = other.fields.get(key);
    if (same && same.fields.size > 0 && branch.fields.size > 0) ownShared(childOf(tree, key), branch, same);
  }
}

function childOf(tree: MutableOwnedTree, key: string): MutableOwnedTree {
  let child = tree.fields.get(key);
  if (!child) tree.fields.set(key, (child = { fields: new Map() }));
  return child;
}

/** The part of the owned places that lies below the step's own path. */
export function ownedBelow(owned: OwnedTree, { fetch }: Step): OwnedTree {
  let below = owned;
  for (const { field } of fetch.at) below = below.fields.get(field) ?? NOTHING_OWNED;
  return below;
}

export const NOTHING_OWNED: OwnedTree = { fields: new Map() };
