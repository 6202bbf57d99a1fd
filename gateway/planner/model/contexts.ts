import type { ContextArgument, SupergraphModel } from './supergraph-model.ts';

/** The contexts that some object above a place carries. Interned: equal means identical. */
export interface ContextSet {
  readonly id: string;
  readonly names: readonly string[];
}

export const NO_CONTEXTS: ContextSet = { id: '', names: [] };

/** Which contexts there are at a place; most supergraphs have none, and then this costs nothing. */
export class Contexts {
  readonly #model: SupergraphModel;
  readonly #byId = new Map<string, ContextSet>([['', NO_CONTEXTS]]);
  readonly #below = new Map<ContextSet, Map<string, ContextSet>>();

  constructor(model: SupergraphModel) {
    this.#model = model;
  }

  /** Those below objects of the type, which stand where there is `above`. */
  below(above: ContextSet, typeName: string): ContextSet {
    if (this.#model.contexts.size === 0) return NO_CONTEXTS;
    let ofType = this.#below.get(above);
    if (!ofType) this.#below.set(above, (ofType = new Map()));
    let found = ofType.get(typeName);
    if (!found) ofType.set(typeName, (found = this.#add(above, typeName)));
    return found;
  }

  /** Whether every argument can be given a value. */
  has(above: ContextSet, wanted: readonly ContextArgument[]): boolean {
    return wanted.every(({ context }) => above.names.includes(context));
  }

  #add(above: ContextSet, typeName: string): ContextSet {
    const names = new Set(above.names);
    for (const [name, carriers] of this.#model.contexts) if (carriers.has(typeName)) names.add(name);
    const sorted = [...names].sort();
    const id = sorted.join();
    let known = this.#byId.get(id);
    if (!known) this.#byId.set(id, (known = { id, names: sorted }));
    return known;
  }
}

/** Equal for fields that need the same values. */
export function contextIdentity(wanted: readonly ContextArgument[]): string {
  return [...new Set(wanted.map(valueIdentity))].sort().join();
}

/** Equal for arguments that are always given the same value. */
export function valueIdentity({ context, type, selection }: ContextArgument): string {
  return `${context} ${selection.id} ${type}`;
}
