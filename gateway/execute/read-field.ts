import type { TypeTable } from '../compile/type-table.ts';
import type { FieldBranch } from '../compile/field-tree.ts';
import { FieldFault, type SluiceError } from '../errors.ts';
import type { Junction } from './junction.ts';
import { type DataObject, read } from './merge.ts';
import { isAskedOn } from './plant.ts';
import type { Joins } from './slot.ts';

/** What reading needs of a run. */
export interface Readable {
  readonly joins: Joins;
  /** Failures that gave way to a value of another fetch: what only the failed one was asked for is missing. */
  readonly displaced: Set<SluiceError>;
}

/** A field of an object, wherever it came from. */
export type ReadField = (object: DataObject, state: Readable) => unknown;

/** @param junction the place of the object; `undefined` = nothing is joined there */
export function compileRead(junction: Junction | undefined, key: string, types: TypeTable): ReadField {
  const own: ReadField = key in Object.prototype ? (object) => read(object, key) : (object) => object[key];
  // Steps are joined to objects of known types: what they say about the type is no news.
  if (key === '__typename') return own;
  const sources = (junction?.joined ?? []).flatMap(({ index, fields }): Source[] => {
    const branch = fields.fields.get(key);
    return branch ? [{ index, branch }] : [];
  });
  const [only, ...others] = sources;
  if (!only) return own;
  if (others.length === 0 && !junction?.given.has(key)) return compileJoined(only, key, types);
  return compileEither(own, sources, key, types);
}

interface Source {
  readonly index: number;
  readonly branch: FieldBranch;
}

/** The common case: the field comes from one entity fetch. */
function compileJoined({ index, branch }: Source, key: string, types: TypeTable): ReadField {
  const isPlain = !(key in Object.prototype);
  return (object, { joins }) => {
    const join = joins[index];
    if (join === undefined) return undefined;
    const entity = join.slots[join.cohort.memberOf.get(object)!]?.value;
    if (entity === undefined || entity === null) return undefined;
    if (entity instanceof FieldFault) return faultOf(entity, object, key, branch, types);
    return isPlain ? entity[key] : read(entity, key);
  };
}

/** What is known wins over null, and null over a failure. */
function compileEither(own: ReadField, sources: readonly Source[], key: string, types: TypeTable): ReadField {
  const others = sources.map((source) => compileJoined(source, key, types));
  return (object, state) => {
    let best = own(object, state);
    for (const other of others) {
      const value = other(object, state);
      if (value === undefined) continue;
      if (best === undefined) best = value;
      else if (best instanceof FieldFault) {
        if (value instanceof FieldFault) continue;
        state.displaced.add(best.error);
        best = value;
      } else if (best === null) {
        if (!(value instanceof FieldFault)) best = value;
      } else if (value instanceof FieldFault) state.displaced.add(value.error);
    }
    return best;
  };
}

/** The failure of an entity as one of its fields shows it. */
function faultOf(
  fault: FieldFault,
  object: DataObject,
  key: string,
  branch: FieldBranch,
  types: TypeTable,
): FieldFault | undefined {
  if (!isAskedOn(read(object, '__typename'), branch.onTypes, types)) return undefined;
  const [failedKey, ...subPath] = fault.subPath;
  if (failedKey === undefined) return fault;
  return new FieldFault(fault.error, failedKey === key ? subPath : []);
}
