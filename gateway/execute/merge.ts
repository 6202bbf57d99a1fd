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

/** The value with the places of `owned` copied, so that they can be filled in place. */
export function adopt(value: unknown, owned: OwnedTree): unknown {
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    for (let index = 0; index < value.length; index++) copy.push(adopt(value[index], owned));
    return copy;
  }
  if (!isDataObject(value)) return value;
  const copy = { ...value };
  for (const [key, child] of owned.fields) {
    const below = read(copy, key);
    if (typeof below === 'object' && below !== null) write(copy, key, adopt(below, child));
  }
  return copy;
}

/** Fills `target`, an owned object, from an answer. What is known stays; null and faults give way to values. */
export function mergeInto(
  target: DataObject,
  source: DataObject,
  owned: OwnedTree,
  types: TypeTable,
  displaced: Displaced,
): void {
  for (const key in source) {
    const value = source[key];
    const known = read(target, key);
    const child = owned.fields.size > 0 ? owned.fields.get(key) : undefined;
    if (key === '__typename') {
      write(target, key, mergeTypename(known, value, types));
    } else if (known === undefined || known === null || known instanceof FieldFault) {
      if (isBetter(value, known)) {
        if (known instanceof FieldFault) displaced.add(known.error);
        write(target, key, child ? adopt(value, child) : value);
      }
    } else if (value instanceof FieldFault) {
      displaced.add(value.error);
    } else if (typeof known === 'object' && typeof value === 'object' && value !== null && known !== value) {
      if (!child) write(target, key, mergeShared(known, value, types, displaced));
      else if (Array.isArray(known)) mergeOwnedList(known, value, child, types, displaced);
      else if (isDataObject(known) && isDataObject(value)) mergeInto(known, value, child, types, displaced);
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
  owned: OwnedTree,
  types: TypeTable,
  displaced: Displaced,
): void {
  if (!Array.isArray(source) || source.length !== target.length) return;
  for (let index = 0; index < target.length; index++) {
    const known = target[index];
    const value: unknown = source[index];
    if (Array.isArray(known)) mergeOwnedList(known, value, owned, types, displaced);
    else if (isDataObject(known)) {
      if (isDataObject(value)) mergeInto(known, value, owned, types, displaced);
      else if (value instanceof FieldFault) displaced.add(value.error);
    } else if (isBetter(value, known ?? null)) {
      if (known instanceof FieldFault) displaced.add(known.error);
      target[index] = adopt(value, owned);
    }
  }
}

/** Both values as one, neither of them changed. Lists are merged by position if they are equally long. */
export function mergeShared(known: unknown, value: unknown, types: TypeTable, displaced: Displaced): unknown {
  if (known === value) return known;
  if (known === undefined || known === null || known instanceof FieldFault) {
    if (!isBetter(value, known)) return known;
    if (known instanceof FieldFault) displaced.add(known.error);
    return value;
  }
  if (value instanceof FieldFault) displaced.add(value.error);
  if (Array.isArray(known)) {
    if (!Array.isArray(value) || value.length !== known.length) return known;
    return known.map((item, index) => mergeShared(item, value[index], types, displaced));
  }
  if (!isDataObject(known) || !isDataObject(value)) return known;
  const merged = { ...known };
  for (const key in value) {
    const before = read(known, key);
    write(
      merged,
      key,
      key === '__typename'
        ? mergeTypename(before, value[key], types)
        : mergeShared(before, value[key], types, displaced),
    );
  }
  return merged;
}
