import { type DefinitionNode, Kind } from 'graphql';

/** Which object types a type condition means, looked up by name. Made once per supergraph, inaccessible types included. */
export interface TypeTable {
  isObjectType(name: string): boolean;
  /** Whether an object of type `typename` satisfies `... on condition`. An interface's own name satisfies itself. */
  satisfies(typename: string, condition: string): boolean;
}

/** @param definitions of the supergraph, without extensions */
export function createTypeTable(definitions: readonly DefinitionNode[]): TypeTable {
  const objects = new Set<string>();
  const possible = new Map<string, Set<string>>();
  const ensure = (abstract: string): Set<string> => {
    let types = possible.get(abstract);
    if (!types) possible.set(abstract, (types = new Set()));
    return types;
  };
  for (const node of definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) {
      objects.add(node.name.value);
      for (const { name } of node.interfaces ?? []) ensure(name.value).add(node.name.value);
    } else if (node.kind === Kind.UNION_TYPE_DEFINITION)
      for (const { name } of node.types ?? []) ensure(node.name.value).add(name.value);
  }
  return {
    isObjectType: (name) => objects.has(name),
    satisfies: (typename, condition) =>
      typename === condition || (possible.get(condition)?.has(typename) ?? false),
  };
}
