import { satisfies, type SupergraphModel } from '../model/supergraph-model.ts';

/** Object types that an object may be of. Interned by a `TypeSets`: equal means identical. */
export interface TypeSet {
  readonly id: number;
  readonly names: readonly string[];
}

export class TypeSets {
  readonly #model: SupergraphModel;
  readonly #byText = new Map<string, TypeSet>();
  readonly #narrowed = new Map<string, TypeSet>();

  constructor(model: SupergraphModel) {
    this.#model = model;
  }

  of(names: Iterable<string>): TypeSet {
    const sorted = [...new Set(names)].sort();
    const text = sorted.join();
    let known = this.#byText.get(text);
    if (!known) this.#byText.set(text, (known = { id: this.#byText.size, names: sorted }));
    return known;
  }

  /** Those that satisfy `... on condition`. */
  narrow(set: TypeSet, condition: string): TypeSet {
    const identity = `${set.id} ${condition}`;
    let known = this.#narrowed.get(identity);
    if (!known) {
      known = this.of(set.names.filter((name) => satisfies(this.#model, name, condition)));
      this.#narrowed.set(identity, known);
    }
    return known;
  }

  /** Those of `set` that are in `names`. */
  among(set: TypeSet, names: readonly string[]): TypeSet {
    const left = set.names.filter((name) => names.includes(name));
    return left.length === set.names.length ? set : this.of(left);
  }
}
