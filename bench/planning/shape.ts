import type { PlanNode } from '../../gateway/compile/plan.ts';

/** How large a plan is. */
export interface PlanShape {
  readonly fetches: number;
  /** Fetches that follow one another on the longest way. */
  readonly depth: number;
}

const NOTHING: PlanShape = { fetches: 0, depth: 0 };
const FETCH: PlanShape = { fetches: 1, depth: 1 };

/** A plan of our own types. */
export function shapeOf(node: PlanNode | undefined): PlanShape {
  if (!node) return NOTHING;
  switch (node.node) {
    case 'fetch':
    case 'entityFetch':
      return FETCH;
    case 'sequence':
      return inSequence(node.nodes.map(shapeOf));
    case 'parallel':
      return inParallel(node.nodes.map(shapeOf));
    case 'condition':
      return inParallel([shapeOf(node.then), shapeOf(node.otherwise)]);
    case 'subscription':
      return inSequence([FETCH, shapeOf(node.rest)]);
  }
}

/** What the plans of Apollo's planner and of Hive's have in common. */
export interface ForeignNode {
  readonly kind: string;
  readonly nodes?: readonly ForeignNode[];
  readonly node?: ForeignNode;
  /** What follows each event of a subscription. */
  readonly rest?: ForeignNode;
  readonly ifClause?: ForeignNode;
  readonly elseClause?: ForeignNode;
}

export function shapeOfForeign(node: ForeignNode | undefined): PlanShape {
  switch (node?.kind) {
    case undefined:
      return NOTHING;
    case 'Fetch':
    case 'BatchFetch':
      return FETCH;
    case 'Subscription':
      return inSequence([FETCH, shapeOfForeign(node?.rest)]);
    case 'Sequence':
      return inSequence(node?.nodes?.map(shapeOfForeign) ?? []);
    case 'Parallel':
      return inParallel(node?.nodes?.map(shapeOfForeign) ?? []);
    case 'Flatten':
      return shapeOfForeign(node?.node);
    case 'Condition':
      return inParallel([shapeOfForeign(node?.ifClause), shapeOfForeign(node?.elseClause)]);
    default:
      throw new Error(`A plan has a node of the unknown kind "${node?.kind}".`);
  }
}

function inSequence(shapes: readonly PlanShape[]): PlanShape {
  return shapes.reduce(
    (all, { fetches, depth }) => ({ fetches: all.fetches + fetches, depth: all.depth + depth }),
    NOTHING,
  );
}

function inParallel(shapes: readonly PlanShape[]): PlanShape {
  return shapes.reduce(
    (all, { fetches, depth }) => ({ fetches: all.fetches + fetches, depth: Math.max(all.depth, depth) }),
    NOTHING,
  );
}
