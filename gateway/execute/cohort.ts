import type { TypeTable } from '../compile/type-table.ts';
import type { VisitObjects } from './entity-path.ts';
import { compilePath } from './entity-path.ts';
import type { CohortPlace, Junction } from './junction.ts';
import type { DataObject } from './merge.ts';
import type { RunState } from './run-state.ts';

/** The objects of one place in one run, those that look the same taken for one member. */
export interface Cohort {
  /** The member that an object is. */
  readonly memberOf: Map<DataObject, number>;
  /** One object of each member. */
  readonly samples: DataObject[];
  /** How often each member occurs. */
  readonly occurrences: number[];
  /** What the projection made of a member, and which projection it was. */
  readonly projected: ({ by: unknown; value: unknown } | undefined)[];
}

export type FindCohort = (state: RunState) => Cohort;

/** Looks at the place once per run, whoever asks first: by then all of its objects are there. */
export function compileCohort(
  path: readonly string[],
  root: Junction | undefined,
  { id, keys }: CohortPlace,
  types: TypeTable,
): FindCohort {
  const visit = compilePath(
    path.map((field) => ({ field })),
    root,
    types,
  );
  const startFind = keys && compileFind(keys);
  return (state) => (state.cohorts[id] ??= gather(visit, startFind?.(), state));
}

/** @param find absent = each object is a member by itself */
export function gather(visit: VisitObjects, find: Find | undefined, state: RunState): Cohort {
  const cohort: Cohort = { memberOf: new Map(), samples: [], occurrences: [], projected: [] };
  const { memberOf, samples, occurrences } = cohort;
  visit(state.root, state, (object) => {
    let member = find?.(object, samples.length);
    if (member === undefined) {
      member = memberOf.get(object);
      if (member === undefined) {
        member = samples.length;
        samples.push(object);
        occurrences.push(0);
      }
    } else if (member === samples.length) {
      samples.push(object);
      occurrences.push(0);
    }
    occurrences[member]! += 1;
    memberOf.set(object, member);
  });
  return cohort;
}

/** The member with the object's values, `next` if it is the first; `undefined` if its values cannot be compared. */
type Find = (object: DataObject, next: number) => number | undefined;

/** Gives a new search for each run. */
function compileFind(keys: readonly string[]): () => Find {
  const only = keys.filter((key) => key !== '__typename');
  const [key] = only;
  return key !== undefined && only.length === 1 ? () => findByOne(key) : () => findByAll(keys);
}

function findByAll(keys: readonly string[]): Find {
  const members = new Map<unknown, number>();
  return (object, next) => {
    const identity = contentOf(object, keys);
    return identity === undefined ? undefined : entryOf(members, identity, next);
  };
}

/** The common case, one key: no text has to be put together. */
function findByOne(key: string): Find {
  const byType = new Map<unknown, Map<unknown, number>>();
  let members = new Map<unknown, number>();
  let lastType: unknown;
  return (object, next) => {
    const type = object['__typename'];
    if (type !== lastType || byType.size === 0) {
      const known = byType.get(type);
      members = known ?? new Map();
      if (!known) byType.set(type, members);
      lastType = type;
    }
    const value = object[key];
    return typeof value === 'object' && value !== null ? undefined : entryOf(members, value, next);
  };
}

function entryOf(members: Map<unknown, number>, identity: unknown, next: number): number {
  const known = members.get(identity);
  if (known !== undefined) return known;
  members.set(identity, next);
  return next;
}

/** Equal for objects with equal scalars, and only for those. */
function contentOf(object: DataObject, keys: readonly string[]): string | undefined {
  let content = '';
  for (const key of keys) {
    const value = object[key];
    if (typeof value === 'string') content += `${value.length}:${value}`;
    else if (typeof value === 'object' && value !== null) return undefined;
    else content += `${String(value)},`;
  }
  return content;
}
