import type { FieldTree } from '../compile/field-tree.ts';
import type { TypeTable } from '../compile/type-table.ts';
import { FieldFault, type SluiceError } from '../errors.ts';
import type { OwnedTree } from './owned-tree.ts';

export type DataObject = Record<string, unknown>;

export function isDataObject(value: unknown): value is DataObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof FieldFault)
  );
}

/** An own property. A client may call a field `constructor` or `__proto__`. */
export function read(object: DataObject, key: string): unknown {
  const value = object[key];
  if (typeof value === 'function' || value === Object.prototype) return undefined;
  return value;
}

export function write(object: DataObject, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** Failures that gave way to a value of another fetch: what only the failed one was asked for is missing. */
export type Displaced = Set<SluiceError>;

/**
 * Lists deeper in each other than this are of no type: a hostile answer must not be followed until the stack ends.
 * Whoever walks or copies lists stops here; the projection then says what is wrong.
 */
export const MAX_LIST_DEPTH = 32;

/** The value with the places of `owned` copied, so that they can be filled in place; only what was asked for is taken over. */
export function adopt(value: unknown, fields: FieldTree, owned: OwnedTree, listDepth = 0): unknown {
  if (Array.isArray(value)) {
    if (listDepth === MAX_LIST_DEPTH) return value;
    const copy: unknown[] = [];
    for (let index = 0; index < value.length; index++)
      copy.push(adopt(value[index], fields, owned, listDepth + 1));
    return copy;
  }
  if (!isDataObject(value)) return value;
  const copy: DataObject = {};
  const typename = value['__typename'];
  if (typename !== undefined) copy['__typename'] = typename;
  for (const [key, branch] of fields.fields) {
    const below = read(value, key);
    if (below === undefined) continue;
    const child = owned.fields.get(key);
    write(copy, key, child ? adopt(below, branch, child) : below);
  }
  return copy;
}

/**
 * Fills `target`, an owned object, from an answer: with what was asked for, so that no subgraph can put in what is
 * another's to give. What is known stays; null and faults give way to values.
 */
export function mergeInto(
  target: DataObject,
  source: DataObject,
  fields: FieldTree,
  owned: OwnedTree,
  types: TypeTable,
  displaced: Displaced,
): void {
  const typename = source['__typename'];
  if (typename !== undefined)
    write(target, '__typename', mergeTypename(read(target, '__typename'), typename, types));
  for (const [key, branch] of fields.fields) {
    if (key === '__typename') continue;
    const value = read(source, key);
    if (value === undefined) continue;
    const known = read(target, key);
    const child = owned.fields.get(key);
    if (known === undefined || known === null || known instanceof FieldFault) {
      if (isBetter(value, known)) {
        if (known instanceof FieldFault) displaced.add(known.error);
        write(target, key, child ? adopt(value, branch, child) : value);
      }
    } else if (value instanceof FieldFault) {
      displaced.add(value.error);
    } else if (child && known !== value) {
      if (Array.isArray(known)) mergeOwnedList(known, value, branch, child, types, displaced);
      else if (isDataObject(known) && isDataObject(value))
        mergeInto(known, value, branch, child, types, displaced);
    }
  }
}

/** Whether `value` says more than an absent, null or failed one. */
function isBetter(value: unknown, known: unknown): boolean {
  if (value === undefined) return false;
  if (known === undefined) return true;
  if (known === null) return value !== null && !(value instanceof FieldFault);
  return !(value instanceof FieldFault);
}

/** An interface's name, as a subgraph with `@interfaceObject` gives it, never hides the concrete type. */
function mergeTypename(known: unknown, value: unknown, types: TypeTable): unknown {
  if (typeof known === 'string' && (types.isObjectType(known) || typeof value !== 'string')) return known;
  return typeof value === 'string' || known === undefined ? value : known;
}

function mergeOwnedList(
  target: unknown[],
  source: unknown,
  fields: FieldTree,
  owned: OwnedTree,
  types: TypeTable,
  displaced: Displaced,
  listDepth = 1,
): void {
  if (!Array.isArray(source) || source.length !== target.length) return;
  for (let index = 0; index < target.length; index++) {
    const known = target[index];
    const value: unknown = source[index];
    if (Array.isArray(known)) {
      if (listDepth < MAX_LIST_DEPTH)
        mergeOwnedList(known, value, fields, owned, types, displaced, listDepth + 1);
    } else if (isDataObject(known)) {
      if (isDataObject(value)) mergeInto(known, value, fields, owned, types, displaced);
      else if (value instanceof FieldFault) displaced.add(value.error);
    } else if (isBetter(value, known ?? null)) {
      if (known instanceof FieldFault) displaced.add(known.error);
      target[index] = adopt(value, fields, owned, listDepth);
    }
  }
}
