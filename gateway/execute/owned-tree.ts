import type { Step } from '../compile/dataflow.ts';
import type { FieldTree } from '../compile/field-tree.ts';
import type { PathSegment } from '../compile/plan.ts';

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

/** @param joined those of the steps whose answers are joined, and not merged */
export function ownedTreeOf(steps: readonly Step[], joined: ReadonlySet<number>): OwnedTree {
  const root: MutableOwnedTree = { fields: new Map() };
  for (const [index, step] of steps.entries()) {
    if (joined.has(index)) continue;
    let place = root;
    for (const { field } of step.fetch.at) place = childOf(place, field);
    for (const other of steps) {
      const given = other === step ? undefined : givenAt(other, step.fetch.at);
      if (given) ownShared(place, step.fields, given);
    }
  }
  return root;
}

/** What the step's answer has at a place, if that is where it belongs or below. */
function givenAt({ fetch, fields }: Step, path: readonly PathSegment[]): FieldTree | undefined {
  if (fetch.at.length > path.length) return undefined;
  if (fetch.at.some(({ field }, index) => path[index]?.field !== field)) return undefined;
  let tree: FieldTree | undefined = fields;
  for (const { field } of path.slice(fetch.at.length)) tree = tree?.fields.get(field);
  return tree;
}

/** Owns the objects that both have fields of: they are put together from both. */
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
