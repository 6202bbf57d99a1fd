import type { SelectionList } from '../selection.ts';
import { Contexts } from './contexts.ts';
import {
  type ContextArgument,
  type Key,
  satisfies,
  type SupergraphModel,
  type TypeReference,
} from './supergraph-model.ts';

/** How a subgraph resolves a field of a type. */
export interface Resolution {
  readonly type: TypeReference;
  /** Must be in the representation. */
  readonly requires?: SelectionList;
  /** What the subgraph provides below, besides its own fields. */
  readonly provided: Provided;
  /** Must be given values of objects further up. */
  readonly contextArguments?: readonly ContextArgument[];
}

/** What `@provides` adds at one place. Interned: equal means identical. */
export interface Provided {
  readonly id: string;
  readonly lists: readonly SelectionList[];
}

const NO_RIVALS: readonly string[] = [];

export const NOTHING_PROVIDED: Provided = { id: '', lists: [] };

/** The type by which a subgraph knows an object, with its keys there. */
export interface LocalEntity {
  /** The type itself, or the interface that the subgraph has as an object. */
  readonly name: string;
  readonly isInterfaceObject: boolean;
  readonly keys: readonly Key[];
}

/** Answers questions about who resolves what; what does not depend on the path is looked up once per supergraph. */
export class Resolutions {
  readonly model: SupergraphModel;
  readonly contexts: Contexts;
  readonly #provided = new Map<string, Provided>([['', NOTHING_PROVIDED]]);
  /** By type, field and subgraph, where nothing is provided. */
  readonly #resolutions = new Map<string, Map<string, Map<string, Resolution | undefined>>>();
  readonly #resolvers = new Map<string, Map<string, readonly string[]>>();
  readonly #entities = new Map<string, Map<string, LocalEntity | undefined>>();
  #hasPartialUnions: boolean | undefined;
  readonly #entitySubgraphs = new Map<string, readonly string[]>();

  constructor(model: SupergraphModel) {
    this.model = model;
    this.contexts = new Contexts(model);
  }

  /** How `subgraph` knows objects of the type; `undefined` = not at all. */
  entity(subgraph: string, typeName: string): LocalEntity | undefined {
    let ofType = this.#entities.get(typeName);
    if (!ofType) this.#entities.set(typeName, (ofType = new Map()));
    let found = ofType.get(subgraph);
    if (found || ofType.has(subgraph)) return found;
    found = this.#findEntity(subgraph, typeName);
    ofType.set(subgraph, found);
    return found;
  }

  #findEntity(subgraph: string, typeName: string): LocalEntity | undefined {
    const { types } = this.model;
    const type = types.get(typeName);
    const own = type?.in.get(subgraph);
    if (own)
      return { name: typeName, isInterfaceObject: own.isInterfaceObject, keys: resolvableKeys(own.keys) };
    for (const name of type?.interfaces ?? []) {
      const above = types.get(name)?.in.get(subgraph);
      if (above?.isInterfaceObject)
        return { name, isInterfaceObject: true, keys: resolvableKeys(above.keys) };
    }
    return undefined;
  }

  /** Subgraphs that have a resolvable key of the type. */
  entitySubgraphs(typeName: string): readonly string[] {
    let found = this.#entitySubgraphs.get(typeName);
    if (!found) {
      found = this.model.subgraphs.filter(
        (subgraph) => (this.entity(subgraph, typeName)?.keys.length ?? 0) > 0,
      );
      this.#entitySubgraphs.set(typeName, found);
    }
    return found;
  }

  /** Subgraphs that resolve the field without being provided anything. */
  resolvers(typeName: string, field: string): readonly string[] {
    let ofType = this.#resolvers.get(typeName);
    if (!ofType) this.#resolvers.set(typeName, (ofType = new Map()));
    let found = ofType.get(field);
    if (!found) {
      found = this.model.subgraphs.filter(
        (subgraph) => this.resolve(subgraph, typeName, field, NOTHING_PROVIDED) !== undefined,
      );
      ofType.set(field, found);
    }
    return found;
  }

  /** Whether some union has different members in different subgraphs. */
  get hasPartialUnions(): boolean {
    this.#hasPartialUnions ??= Array.from(this.model.types.values()).some(
      (type) =>
        type.kind === 'union' &&
        new Set(Array.from(type.in.values(), ({ possible }) => possible.toSorted().join())).size > 1,
    );
    return this.#hasPartialUnions;
  }

  /**
   * Object types that a value of the type can have. A field that several subgraphs can give along one path gives
   * the same value in each: where they have different members of a union, only the common ones can be meant.
   */
  possible(subgraph: string, typeName: string, rivals: readonly string[]): readonly string[] {
    const type = this.model.types.get(typeName);
    const own = type?.in.get(subgraph)?.possible ?? [];
    // An interface that nothing implements there: its objects are of no type that the supergraph knows.
    if (own.length === 0) return [typeName];
    if (type?.kind !== 'union' || rivals.length === 0) return own;
    const common = own.filter((name) =>
      rivals.every((rival) => type.in.get(rival)?.possible.includes(name) ?? true),
    );
    return common.length > 0 ? common : own;
  }

  /** Subgraphs that could give the field of an object which some of `rivals` could give. */
  rivals(subgraph: string, typeName: string, field: string, rivals: readonly string[]): readonly string[] {
    if (!this.hasPartialUnions) return NO_RIVALS;
    return this.resolvers(typeName, field).filter(
      (each) => each !== subgraph && (rivals.includes(each) || this.entitySubgraphs(typeName).includes(each)),
    );
  }

  /**
   * @param typeName an object type, or an interface whose objects are all meant
   * @param provided at the place of the object
   */
  resolve(subgraph: string, typeName: string, field: string, provided: Provided): Resolution | undefined {
    if (provided !== NOTHING_PROVIDED) return this.#findResolution(subgraph, typeName, field, provided);
    let ofType = this.#resolutions.get(typeName);
    if (!ofType) this.#resolutions.set(typeName, (ofType = new Map()));
    let ofField = ofType.get(field);
    if (!ofField) ofType.set(field, (ofField = new Map()));
    let found = ofField.get(subgraph);
    if (found || ofField.has(subgraph)) return found;
    found = this.#findResolution(subgraph, typeName, field, provided);
    ofField.set(subgraph, found);
    return found;
  }

  #findResolution(
    subgraph: string,
    typeName: string,
    field: string,
    provided: Provided,
  ): Resolution | undefined {
    const entity = this.entity(subgraph, typeName);
    const type = entity && this.model.types.get(entity.name);
    const local = type?.fields.get(field)?.in.get(subgraph);
    if (!entity || !type || !local) return undefined;
    if (type.kind === 'interface' && !entity.isInterfaceObject) {
      const objects = type.in.get(subgraph)?.possible ?? [];
      for (const object of objects) {
        const resolution = this.resolve(subgraph, object, field, NOTHING_PROVIDED);
        if (!resolution || !isBare(resolution) || resolution.type.name !== local.type.name) return undefined;
      }
    }
    const below = provided.lists.length > 0 ? this.#belowProvided(provided, typeName, field) : undefined;
    if (local.external && !below) return undefined;
    const lists = below ?? [];
    const all = local.provides && !lists.includes(local.provides) ? [...lists, local.provides] : lists;
    return {
      type: local.type,
      provided: this.#intern(all),
      // What is provided is there already.
      ...(local.requires && !local.external ? { requires: local.requires } : {}),
      ...(local.contextArguments && !local.external ? { contextArguments: local.contextArguments } : {}),
    };
  }

  /** `undefined` = the field is not provided; otherwise what is provided below it. */
  #belowProvided(
    { lists }: Pick<Provided, 'lists'>,
    typeName: string,
    field: string,
  ): readonly SelectionList[] | undefined {
    let below: SelectionList[] | undefined;
    for (const { selections } of lists) {
      for (const selection of selections) {
        if (selection.kind === 'field') {
          if (selection.name !== field) continue;
          below ??= [];
          if (selection.below) below.push(selection.below);
        } else if (selection.onType === undefined || satisfies(this.model, typeName, selection.onType)) {
          const inner = this.#belowProvided({ lists: [selection.below] }, typeName, field);
          if (inner) below = [...(below ?? []), ...inner];
        }
      }
    }
    return below;
  }

  #intern(lists: readonly SelectionList[]): Provided {
    if (lists.length === 0) return NOTHING_PROVIDED;
    const id = lists
      .map((list) => list.id)
      .sort((a, b) => a - b)
      .join();
    let known = this.#provided.get(id);
    if (!known) this.#provided.set(id, (known = { id, lists }));
    return known;
  }
}

/** Whether whoever has the object can be asked for the field: it needs nothing that others give. */
export function isBare({ requires, contextArguments }: Resolution): boolean {
  return requires === undefined && contextArguments === undefined;
}

function resolvableKeys(keys: readonly Key[]): readonly Key[] {
  return keys.filter(({ resolvable }) => resolvable);
}
