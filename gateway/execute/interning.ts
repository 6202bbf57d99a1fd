import type { SluiceError } from '../errors.ts';
import type { DataObject } from './merge.ts';
import type { OwnedTree } from './owned-tree.ts';

/**
 * The entities of one run that came with equal fields at one place of the query, each kept once. They
 * are then collected, filled and projected once, however often they occur.
 */
export class Interning {
  readonly #tables = new Map<OwnedTree, Map<string, DataObject>>();
  /** Objects that stand at several positions of the data. */
  readonly shared = new Set<unknown>();
  readonly #repeats = new Map<OwnedTree, number>();
  /** Failures that gave way to a value of another fetch: what only the failed one was asked for is missing. */
  readonly displaced = new Set<SluiceError>();

  /** How many entities of a place were one that was there already. */
  repeatsAt(place: OwnedTree): number {
    return this.#repeats.get(place) ?? 0;
  }

  /** The one object for these fields; `undefined` if the entity has more than scalars and stays by itself. */
  intern(value: DataObject, place: OwnedTree): DataObject | undefined {
    const key = contentKey(value);
    if (key === undefined) return undefined;
    let table = this.#tables.get(place);
    if (!table) this.#tables.set(place, (table = new Map()));
    const known = table.get(key);
    if (known) {
      this.#repeats.set(place, this.repeatsAt(place) + 1);
      this.shared.add(known);
      return known;
    }
    const copy = { ...value };
    table.set(key, copy);
    return copy;
  }
}

/** Equal for objects with equal scalars under equal names in equal order, and only for those. */
function contentKey(value: DataObject): string | undefined {
  let key = '';
  for (const name in value) {
    const field = value[name];
    // The length in front keeps a string from reading like the next field; no name starts with a digit.
    if (typeof field === 'string') key += `${name}${field.length}:${field}`;
    else if (typeof field === 'object' && field !== null) return undefined;
    else key += `${name}=${String(field)},`;
  }
  return key;
}
