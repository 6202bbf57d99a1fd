import type { Representation } from '../supergraph/subgraph.ts';
import { entityKey, entityKeyOf } from './entity-key.ts';
import type { EntitySite, EntityTable } from './entity-table.ts';
import { Slot } from './slot.ts';

/** What one run knows of one entity table, or is asking for. */
export class TableState {
  readonly #names: readonly string[] | undefined;
  readonly #slots = new Map<unknown, Slot>();
  readonly #entries: { readonly representation: Representation; readonly slot: Slot }[] = [];
  /** By other names that narrower tables go by, joined; with how many entries are in it. */
  readonly #indexes = new Map<readonly string[], { readonly slots: Map<unknown, Slot>; entries: number }>();
  /** Sites that have been looked through. */
  readonly searched = new Set<EntitySite>();

  constructor({ names }: EntityTable) {
    this.#names = names;
  }

  keyOf(representation: Representation): unknown {
    return this.#names ? entityKeyOf(representation, this.#names) : entityKey(representation);
  }

  get(key: unknown): Slot | undefined {
    return this.#slots.get(key);
  }

  add(key: unknown, representation: Representation): Slot {
    const slot = new Slot();
    this.#slots.set(key, slot);
    this.#entries.push({ representation, slot });
    return slot;
  }

  /** For a narrower table, whose representations have these names. */
  find(key: unknown, names: readonly string[]): Slot | undefined {
    if (names.length === this.#names?.length) return this.#slots.get(key);
    let index = this.#indexes.get(names);
    if (!index) this.#indexes.set(names, (index = { slots: new Map(), entries: 0 }));
    for (; index.entries < this.#entries.length; index.entries++) {
      const { representation, slot } = this.#entries[index.entries]!;
      index.slots.set(entityKeyOf(representation, names), slot);
    }
    return index.slots.get(key);
  }
}
