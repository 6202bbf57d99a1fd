import type { Step } from '../compile/dataflow.ts';
import type { FieldTree } from '../compile/field-tree.ts';
import type { PathSegment, RequiredSelection } from '../compile/plan.ts';
import type { TypeTable } from '../compile/type-table.ts';

/**
 * A place of an operation's data where answers of entity fetches are joined to the objects that stand
 * there. Nothing is copied: the object and the entity stay what their subgraphs gave, and whoever reads
 * a field looks into both.
 */
export interface Junction {
  readonly joined: readonly JoinedStep[];
  /** Response keys that the object itself may have. */
  readonly given: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, Junction>;
  /** How the objects here are told apart. */
  readonly cohort: CohortPlace;
}

/** The objects of one place of the operation. */
export interface CohortPlace {
  readonly id: number;
  /**
   * The response keys that decide what else is known of an object here: objects with equal values look the
   * same, for all the rest is joined. `undefined` if the objects have selections of their own.
   */
  readonly keys: readonly string[] | undefined;
}

export interface JoinedStep {
  /** Of the operation's steps. */
  readonly index: number;
  readonly fields: FieldTree;
}

interface MutableJunction extends Junction {
  readonly joined: JoinedStep[];
  readonly given: Set<string>;
  readonly fields: Map<string, MutableJunction>;
  cohort: CohortPlace;
  givers: number;
  isPlain: boolean;
}

/** The junctions from the root down; `undefined` if nothing is joined at all. */
export function junctionsOf(steps: readonly Step[], joined: ReadonlySet<number>): Junction | undefined {
  if (joined.size === 0) return undefined;
  const root = createJunction();
  for (const index of joined) {
    const step = steps[index]!;
    junctionAt(root, step.fetch.at).joined.push({ index, fields: step.fields });
  }
  for (const [index, { fetch, fields }] of steps.entries()) {
    const place = find(root, fetch.at);
    if (place) addGiven(place, fields, joined.has(index));
  }
  numberCohorts(root, { last: -1 });
  return root;
}

/** Whether the step's answer has objects at `path`, and not only adds fields to objects that are there. */
export function givesObjectsAt(step: Step, path: readonly string[]): boolean {
  const { at } = step.fetch;
  if (at.length >= path.length || at.some(({ field }, index) => path[index] !== field)) return false;
  let tree: FieldTree | undefined = step.fields;
  for (const field of path.slice(at.length)) tree = tree?.fields.get(field);
  return tree !== undefined;
}

/**
 * The steps whose answers can be joined: each object on the way and each object that the step brings
 * comes from one fetch only, so that no two answers have to be merged into one object. Types that an
 * `@interfaceObject` leaves open are found out by merging. Steps that take values from objects further up are merged,
 * and so is what leads from there to them: an object that is joined in several places has no one object above it.
 */
export function joinableSteps(steps: readonly Step[], types: TypeTable): Set<number> {
  const joinable = new Set<number>();
  const comesFromOne = (path: readonly string[]): boolean =>
    steps.filter((step) => givesObjectsAt(step, path)).length === 1;
  for (const [index, { fetch, fields }] of steps.entries()) {
    if (fetch.node !== 'entityFetch' || fetch.at.length === 0) continue;
    if (fetch.contextInputs || steps.some((step) => leadsFromContext(fetch.at, step))) continue;
    const path = fetch.at.map(({ field }) => field);
    const isWayClear = path.every((_, depth) => comesFromOne(path.slice(0, depth + 1)));
    const isOwnClear = Array.from(fields.fields).every(
      ([key, branch]) => branch.fields.size === 0 || comesFromOne([...path, key]),
    );
    if (isWayClear && isOwnClear && isOnObjects(fetch.requires, types)) joinable.add(index);
  }
  return joinable;
}

/** Whether answers at the place have the objects between an entity of the step and the object that it takes a value from. */
function leadsFromContext(place: readonly PathSegment[], { fetch }: Step): boolean {
  if (fetch.node !== 'entityFetch' || !fetch.contextInputs) return false;
  const { at, contextInputs } = fetch;
  const levels = contextInputs.flatMap(({ sources }) => sources.map(({ level }) => level));
  return (
    place.length >= Math.min(...levels) &&
    place.length < at.length &&
    place.every(({ field }, index) => at[index]?.field === field)
  );
}

function isOnObjects(requires: readonly RequiredSelection[], types: TypeTable): boolean {
  return requires.every(
    (selection) =>
      'onType' in selection && selection.onType !== undefined && types.isObjectType(selection.onType),
  );
}

function createJunction(): MutableJunction {
  const cohort = { id: -1, keys: undefined };
  return { joined: [], given: new Set(), fields: new Map(), cohort, givers: 0, isPlain: true };
}

function junctionAt(root: MutableJunction, at: readonly PathSegment[]): MutableJunction {
  let junction = root;
  for (const { field } of at) {
    let below = junction.fields.get(field);
    if (!below) junction.fields.set(field, (below = createJunction()));
    junction = below;
  }
  return junction;
}

function find(root: MutableJunction, at: readonly PathSegment[]): MutableJunction | undefined {
  let junction: MutableJunction | undefined = root;
  for (const { field } of at) junction = junction?.fields.get(field);
  return junction;
}

function addGiven(junction: MutableJunction, tree: FieldTree, isJoined: boolean): void {
  if (!isJoined && tree.fields.size > 0) junction.givers += 1;
  for (const [key, branch] of tree.fields) {
    if (!isJoined) {
      junction.given.add(key);
      if (branch.fields.size > 0) junction.isPlain = false;
    }
    const below = junction.fields.get(key);
    if (below) addGiven(below, branch, false);
  }
}

function numberCohorts(junction: MutableJunction, counter: { last: number }): void {
  counter.last += 1;
  // What a second fetch adds to the objects comes later than the first look at them.
  const keys = junction.isPlain && junction.givers === 1 ? [...junction.given] : undefined;
  junction.cohort = { id: counter.last, keys };
  for (const below of junction.fields.values()) numberCohorts(below, counter);
}
