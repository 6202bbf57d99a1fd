import type { PathSegment } from '../compile/plan.ts';
import type { TypeTable } from '../compile/type-table.ts';
import type { Junction } from './junction.ts';
import { type DataObject, isDataObject, MAX_LIST_DEPTH, read } from './merge.ts';
import { compileRead, type Readable } from './read-field.ts';

/** Calls `found` with the objects at a path, lists walked through. Recursion goes as deep as the path, not as lists are long. */
export type VisitObjects = (root: DataObject, state: Readable, found: FoundObject) => void;

/** @param trail the objects on the way and the object itself, the root first, where they are kept; changes with the next object */
type FoundObject = (object: DataObject, trail: readonly DataObject[]) => void;

/** The objects at a path; where entities are joined on the way, each once. */
export type CollectObjects = (root: DataObject, state: Readable) => DataObject[];

interface Walk {
  readonly state: Readable;
  readonly found: FoundObject;
  readonly trail: DataObject[];
  /** Per segment, the objects met so far, where one object may be reached in several ways. */
  readonly met: (Set<DataObject> | undefined)[];
}

type Visit = (object: DataObject, walk: Walk) => void;

export function compileCollect(
  path: readonly PathSegment[],
  junction: Junction | undefined,
  types: TypeTable,
): CollectObjects {
  const visit = compilePath(path, junction, types);
  return (root, state) => {
    const objects: DataObject[] = [];
    visit(root, state, (object) => void objects.push(object));
    return objects;
  };
}

/**
 * @param junction the place where the path begins
 * @param keepsTrail whether the objects on the way are wanted, too
 */
export function compilePath(
  path: readonly PathSegment[],
  junction: Junction | undefined,
  types: TypeTable,
  keepsTrail = false,
): VisitObjects {
  const visit = compileFrom(path, 0, junction, types, keepsTrail);
  return (root, state, found) => visit(root, { state, found, trail: [], met: [] });
}

function compileFrom(
  path: readonly PathSegment[],
  depth: number,
  junction: Junction | undefined,
  types: TypeTable,
  keepsTrail: boolean,
): Visit {
  const segment = path[depth];
  if (!segment) {
    if (!keepsTrail) return (object, { found, trail }) => found(object, trail);
    return (object, { found, trail }) => {
      trail[depth] = object;
      found(object, trail);
    };
  }
  const { field, types: onTypes } = segment;
  let next = compileFrom(path, depth + 1, junction?.fields.get(field), types, keepsTrail);
  if (onTypes) next = onlyTypes(onTypes, next, types);
  // Several objects may be joined to one entity, whose own objects are then met with each of them.
  if (junction?.joined.some(({ fields }) => fields.fields.has(field))) next = onlyNew(depth, next);
  const readField = compileRead(junction, field, types);
  if (!keepsTrail) return (object, walk) => visitAll(readField(object, walk.state), next, walk);
  return (object, walk) => {
    walk.trail[depth] = object;
    visitAll(readField(object, walk.state), next, walk);
  };
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

function visitAll(value: unknown, next: Visit, walk: Walk, listDepth = 0): void {
  if (Array.isArray(value)) {
    if (listDepth < MAX_LIST_DEPTH) for (const item of value) visitAll(item, next, walk, listDepth + 1);
  } else if (isDataObject(value)) next(value, walk);
}
