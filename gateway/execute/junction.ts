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
  /**
   * The step whose entities decide all that is known here: objects joined to the same slot of it look
   * the same. `undefined` if the objects have fields that its representations do not have.
   */
  readonly decisive: number | undefined;
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
  decisive: number | undefined;
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
  findDecisive(root, steps);
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
 * `@interfaceObject` leaves open are found out by merging.
 */
export function joinableSteps(steps: readonly Step[], types: TypeTable): Set<number> {
  const joinable = new Set<number>();
  const comesFromOne = (path: readonly string[]): boolean =>
    steps.filter((step) => givesObjectsAt(step, path)).length === 1;
  for (const [index, { fetch, fields }] of steps.entries()) {
    if (fetch.node !== 'entityFetch' || fetch.at.length === 0) continue;
    const path = fetch.at.map(({ field }) => field);
    const isWayClear = path.every((_, depth) => comesFromOne(path.slice(0, depth + 1)));
    const isOwnClear = Array.from(fields.fields).every(
      ([key, branch]) => branch.fields.size === 0 || comesFromOne([...path, key]),
    );
    if (isWayClear && isOwnClear && isOnObjects(fetch.requires, types)) joinable.add(index);
  }
  return joinable;
}

function isOnObjects(requires: readonly RequiredSelection[], types: TypeTable): boolean {
  return requires.every(
    (selection) =>
      'onType' in selection && selection.onType !== undefined && types.isObjectType(selection.onType),
  );
}

function createJunction(): MutableJunction {
  return { joined: [], given: new Set(), fields: new Map(), decisive: undefined };
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
  for (const [key, branch] of tree.fields) {
    if (!isJoined) junction.given.add(key);
    const below = junction.fields.get(key);
    if (below) addGiven(below, branch, false);
  }
}

function findDecisive(junction: MutableJunction, steps: readonly Step[]): void {
  junction.decisive = junction.joined.find(({ index }) => {
    const { fetch } = steps[index]!;
    if (fetch.node !== 'entityFetch') return false;
    // On several types, an object of a type without representation would be joined to nothing.
    const sent = leavesOf(fetch.requires).add('__typename');
    return [...junction.given].every((key) => sent.has(key));
  })?.index;
  for (const below of junction.fields.values()) findDecisive(below, steps);
}

/** The required fields without sub-selections that are sent for each of the types. */
function leavesOf(requires: readonly RequiredSelection[]): Set<string> {
  const sets = requires.map((selection) => {
    const leaves = new Set<string>();
    if ('from' in selection) return leaves;
    for (const field of selection.selections)
      if ('from' in field && !field.selections) leaves.add(field.from);
    return leaves;
  });
  const [first = new Set<string>(), ...others] = sets;
  return new Set([...first].filter((key) => others.every((set) => set.has(key))));
}
