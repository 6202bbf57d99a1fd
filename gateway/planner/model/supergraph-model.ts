import type { SelectionList } from '../selection.ts';

/** What the planner knows of a supergraph: who resolves what, and by which keys one gets there. Immutable. */
export interface SupergraphModel {
  /** Names of the subgraphs, in the order of the supergraph. */
  readonly subgraphs: readonly string[];
  readonly types: ReadonlyMap<string, CompositeType>;
  readonly rootTypes: { readonly query: string; readonly mutation?: string; readonly subscription?: string };
  /** By name of a context (`@context`), as the supergraph has it: the types whose objects carry it, object types and the marked ones. */
  readonly contexts: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface CompositeType {
  readonly kind: 'object' | 'interface' | 'union';
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldOfType>;
  /** By subgraph that has the type. */
  readonly in: ReadonlyMap<string, TypeInSubgraph>;
  /** Object types that are one of this type anywhere; of an object type itself. */
  readonly objects: ReadonlySet<string>;
  /** Interfaces that the type implements anywhere. */
  readonly interfaces: readonly string[];
}

export interface TypeInSubgraph {
  readonly keys: readonly Key[];
  /** The subgraph has the interface as an object type. */
  readonly isInterfaceObject: boolean;
  /** Interfaces that the type implements there. */
  readonly interfaces: readonly string[];
  /** Object types of the subgraph that can stand where this type is declared: itself, implementing types, members. */
  readonly possible: readonly string[];
}

export interface Key {
  readonly fields: SelectionList;
  readonly text: string;
  readonly resolvable: boolean;
}

export interface FieldOfType {
  readonly name: string;
  /** By subgraph that has the field. */
  readonly in: ReadonlyMap<string, FieldInSubgraph>;
}

export interface FieldInSubgraph {
  /** As it is declared there. */
  readonly type: TypeReference;
  /** Not resolved there, save where it is provided. */
  readonly external: boolean;
  readonly requires?: SelectionList;
  readonly provides?: SelectionList;
  /** Arguments that take their values from objects further up (`@fromContext`). */
  readonly contextArguments?: readonly ContextArgument[];
}

/** An argument that is no client's: the gateway fills it in with a value of the nearest enclosing object that carries the context. */
export interface ContextArgument {
  /** Of the argument. */
  readonly name: string;
  /** As it is declared in the subgraph: `[String]`. */
  readonly type: string;
  /** As the supergraph names it: with its subgraph, `users__userContext`. */
  readonly context: string;
  /** What is wanted of the object: one value, perhaps one per type. */
  readonly selection: SelectionList;
}

export interface TypeReference {
  /** `[Product!]!` */
  readonly text: string;
  /** `Product` */
  readonly name: string;
  readonly nonNull: boolean;
  /** Whether it has fields or members. */
  readonly isComposite: boolean;
}

/** Whether an object of the type satisfies `... on condition`. */
export function satisfies(model: SupergraphModel, object: string, condition: string): boolean {
  return object === condition || (model.types.get(condition)?.objects.has(object) ?? false);
}
