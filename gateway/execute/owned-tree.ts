import type { Step } from '../compile/dataflow.ts';

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
  for (const { fetch } of steps) {
    let tree = root;
    for (const { field } of fetch.at) {
      let child = tree.fields.get(field);
      if (!child) tree.fields.set(field, (child = { fields: new Map() }));
      tree = child;
    }
  }
  return root;
}

/** The part of the owned places that lies below the step's own path. */
export function ownedBelow(owned: OwnedTree, { fetch }: Step): OwnedTree {
  let below = owned;
  for (const { field } of fetch.at) below = below.fields.get(field) ?? NOTHING_OWNED;
  return below;
}

export const NOTHING_OWNED: OwnedTree = { fields: new Map() };
