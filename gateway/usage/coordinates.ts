import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  Kind,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * The schema coordinates that an operation depends on: types, `Type.field`, `Type.field.argument`, `Input.field`,
 * `Enum.VALUE`. What comes in variables is not known, so all fields and values of their types count.
 */
export function usedCoordinates(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): ReadonlySet<string> {
  const used = new Set<string>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const pending: DefinitionNode[] = document.definitions.filter(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || definition.name?.value === operationName),
  );
  const spread = new Set<string>();

  const info = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(info, {
    [Kind.VARIABLE_DEFINITION](node) {
      const type = typeFromAST(schema, node.type) as GraphQLInputType | undefined;
      if (type) addInput(type, used);
    },
    [Kind.FRAGMENT_SPREAD](node) {
      const fragment = fragments.get(node.name.value);
      if (!fragment || spread.has(node.name.value)) return;
      spread.add(node.name.value);
      pending.push(fragment);
    },
    [Kind.FRAGMENT_DEFINITION]: (node) => void used.add(node.typeCondition.name.value),
    [Kind.INLINE_FRAGMENT](node) {
      if (node.typeCondition) used.add(node.typeCondition.name.value);
    },
    [Kind.FIELD](node) {
      const parent = info.getParentType();
      const type = info.getType();
      if (!parent) return;
      used.add(parent.name).add(`${parent.name}.${node.name.value}`);
      if (type) used.add(getNamedType(type).name);
      for (const argument of node.arguments ?? [])
        used.add(`${parent.name}.${node.name.value}.${argument.name.value}`);
    },
    [Kind.OBJECT_FIELD](node) {
      const parent = info.getParentInputType();
      const named = parent ? getNamedType(parent) : undefined;
      if (named) used.add(named.name).add(`${named.name}.${node.name.value}`);
    },
    [Kind.ENUM](node) {
      const type = info.getInputType();
      const named = type ? getNamedType(type) : undefined;
      if (named) used.add(named.name).add(`${named.name}.${node.value}`);
    },
  });
  for (let definition = pending.pop(); definition; definition = pending.pop()) visit(definition, visitor);
  return used;
}

function addInput(type: GraphQLInputType, used: Set<string>): void {
  const named = getNamedType(type);
  if (used.has(named.name)) return;
  used.add(named.name);
  if (isEnumType(named)) for (const { name } of named.getValues()) used.add(`${named.name}.${name}`);
  if (!isInputObjectType(named)) return;
  for (const field of Object.values(named.getFields())) {
    used.add(`${named.name}.${field.name}`);
    addInput(field.type, used);
  }
}
