import { type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';

/** Which object types a type condition means, looked up by name. Made once per supergraph, inaccessible types included. */
export interface TypeTable {
  isObjectType(name: string): boolean;
  /** Whether an object of type `typename` satisfies `... on condition`. An interface's own name satisfies itself. */
  satisfies(typename: string, condition: string): boolean;
}

export function createTypeTable(schema: GraphQLSchema): TypeTable {
  const objects = new Set<string>();
  const possible = new Map<string, ReadonlySet<string>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type)) objects.add(type.name);
    else if (isAbstractType(type))
      possible.set(type.name, new Set(schema.getPossibleTypes(type).map(({ name }) => name)));
  }
  return {
    isObjectType: (name) => objects.has(name),
    satisfies: (typename, condition) =>
      typename === condition || (possible.get(condition)?.has(typename) ?? false),
  };
}
