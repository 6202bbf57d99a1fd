import type { Step } from '../compile/dataflow.ts';
import type { FieldTree } from '../compile/field-tree.ts';
import type { PathSegment } from '../compile/plan.ts';

/**
 * The places of an operation's data where later answers land. Objects there belong to the executor
 * and are filled in place; everything else is a piece of some subgraph's answer, perhaps shared with
 * other requests, and never written to.
 */
export interface OwnedTree {
  readonly fields: ReadonlyMap<string, OwnedTree>;
  /**
   * Entities here that came with equal fields may be one object: they come from one fetch only, and
   * what later fetches add depends on those fields alone.
   */
  readonly isInterned: boolean;
}

interface MutableOwnedTree extends OwnedTree {
  readonly fields: Map<string, MutableOwnedTree>;
  isInterned: boolean;
}

export function ownedTreeOf(steps: readonly Step[]): OwnedTree {
  const root: MutableOwnedTree = { fields: new Map(), isInterned: false };
  for (const { fetch } of steps) {
    let tree = root;
    for (const { field } of fetch.at) {
      let child = tree.fields.get(field);
      if (!child) tree.fields.set(field, (child = { fields: new Map(), isInterned: false }));
      tree = child;
    }
    if (fetch.node === 'entityFetch' && fetch.at.length > 0)
      tree.isInterned = steps.filter((step) => givesObjectsAt(step, fetch.at)).length === 1;
  }
  return root;
}

/** Whether the step's answer has objects at `path`, and not only adds fields to objects that are there. */
function givesObjectsAt(step: Step, path: readonly PathSegment[]): boolean {
  const { at } = step.fetch;
  if (at.length >= path.length || at.some(({ field }, index) => path[index]?.field !== field)) return false;
  let tree: FieldTree | undefined = step.fields;
  for (const { field } of path.slice(at.length)) tree = tree?.fields.get(field);
  return tree !== undefined;
}
