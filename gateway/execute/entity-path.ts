import type { PathSegment } from '../compile/plan.ts';
import type { TypeTable } from '../compile/type-table.ts';
import { type DataObject, isDataObject, read } from './merge.ts';
import type { OwnedTree } from './owned-tree.ts';

/** The objects at a path, lists walked through, each once. Recursion goes as deep as the path, not as lists are long. */
export type CollectObjects = (root: DataObject) => DataObject[];

interface Walk {
  readonly found: DataObject[];
  /** Per segment, the objects met so far, where one object may stand at several positions. */
  readonly met: (Set<DataObject> | undefined)[];
}

type Visit = (object: DataObject, walk: Walk) => void;

/** @param owned the owned places of the operation, from its root */
export function compilePath(
  path: readonly PathSegment[],
  owned: OwnedTree,
  types: TypeTable,
): CollectObjects {
  const visit = compileFrom(path, 0, owned, types);
  return (root) => {
    const walk: Walk = { found: [], met: [] };
    visit(root, walk);
    return walk.found;
  };
}

function compileFrom(
  path: readonly PathSegment[],
  depth: number,
  owned: OwnedTree | undefined,
  types: TypeTable,
): Visit {
  const segment = path[depth];
  if (!segment) return (object, { found }) => void found.push(object);
  const { field, types: onTypes } = segment;
  const child = owned?.fields.get(field);
  let next = compileFrom(path, depth + 1, child, types);
  if (onTypes) next = onlyTypes(onTypes, next, types);
  if (child?.isInterned) next = onlyNew(depth, next);
  return (object, walk) => visitAll(read(object, field), next, walk);
}

function onlyTypes(onTypes: readonly string[], next: Visit, types: TypeTable): Visit {
  return (object, walk) => {
    const typename = read(object, '__typename');
    if (typeof typename !== 'string' || onTypes.some((type) => types.satisfies(typename, type)))
      next(object, walk);
  };
}

function onlyNew(depth: number, next: Visit): Visit {
  return (object, walk) => {
    const met = (walk.met[depth] ??= new Set());
    if (met.has(object)) return;
    met.add(object);
    next(object, walk);
  };
}

function visitAll(value: unknown, next: Visit, walk: Walk): void {
  if (Array.isArray(value)) for (const item of value) visitAll(item, next, walk);
  else if (isDataObject(value)) next(value, walk);
}
