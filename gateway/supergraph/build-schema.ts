import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DirectiveLocation,
  type FieldDefinitionNode,
  getDirectiveValues,
  GraphQLDeprecatedDirective,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLSpecifiedByDirective,
  type GraphQLType,
  GraphQLUnionType,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type NamedTypeNode,
  OperationTypeNode,
  type SchemaDefinitionNode,
  specifiedDirectives,
  specifiedScalarTypes,
  type TypeDefinitionNode,
  type TypeNode,
  valueFromAST,
} from 'graphql';
import type { Sliced } from './slices.ts';

/** Types between two yields. */
const BATCH = 10;

export interface BuildSchemaOptions {
  /** Input types of which exactly one field is given, beside those that say so themselves. */
  readonly oneOfInputs?: ReadonlySet<string>;
  /** The definitions come from a schema that has been checked: nothing validates this one again. */
  readonly assumeValid?: boolean;
}

/**
 * A schema from definitions without extensions, as `buildASTSchema` of graphql-js makes it, but in slices: fields are
 * built type by type before the schema is put together.
 * @throws Error if a type is used that nothing defines
 */
export function* buildSchema(
  definitions: readonly DefinitionNode[],
  options: BuildSchemaOptions = {},
): Sliced<GraphQLSchema> {
  const builder = new SchemaBuilder(options.oneOfInputs ?? new Set());
  let schemaNode: SchemaDefinitionNode | undefined;
  const directiveNodes: DirectiveDefinitionNode[] = [];
  for (const node of definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION) schemaNode = node;
    else if (node.kind === Kind.DIRECTIVE_DEFINITION) directiveNodes.push(node);
    else if (isTypeDefinitionNode(node)) builder.define(node);
  }
  yield;
  let count = 0;
  // Each followed by the scalars that nothing before it uses: the order in which introspection has always told them.
  const types = new Set<GraphQLNamedType>();
  for (const type of builder.types.values()) {
    if (count++ % BATCH === 0) yield;
    complete(type);
    types.add(type);
    for (const name of typesNamedBy(type)) {
      const scalar = builder.types.has(name) ? undefined : STANDARD.get(name);
      if (scalar) types.add(scalar);
    }
  }
  yield;
  const directives = directiveNodes.map((node) => builder.directive(node));
  const own = new Set(directives.map(({ name }) => name));
  const config = {
    description: schemaNode?.description?.value,
    ...builder.rootTypes(schemaNode),
    types: [...types],
    directives: [...directives, ...specifiedDirectives.filter(({ name }) => !own.has(name))],
    astNode: schemaNode,
    assumeValid: options.assumeValid ?? false,
  };
  isListing = true;
  try {
    return new GraphQLSchema(config);
  } finally {
    isListing = false;
  }
}

/**
 * Set while a `GraphQLSchema` is constructed: it walks through all fields in one go to find types, and all types are
 * listed.
 */
let isListing = false;

const NO_FIELDS = Object.freeze({});

class ListedObjectType extends GraphQLObjectType {
  override getFields(): ReturnType<GraphQLObjectType['getFields']> {
    return isListing ? NO_FIELDS : super.getFields();
  }
}

class ListedInterfaceType extends GraphQLInterfaceType {
  override getFields(): ReturnType<GraphQLInterfaceType['getFields']> {
    return isListing ? NO_FIELDS : super.getFields();
  }
}

class ListedInputObjectType extends GraphQLInputObjectType {
  override getFields(): ReturnType<GraphQLInputObjectType['getFields']> {
    return isListing ? NO_FIELDS : super.getFields();
  }
}

/** Types build their fields when they are first asked for them. */
function complete(type: GraphQLNamedType): void {
  if (type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType) {
    type.getInterfaces();
    type.getFields();
  } else if (type instanceof GraphQLInputObjectType) type.getFields();
  else if (type instanceof GraphQLUnionType) type.getTypes();
}

/** Of its fields and their arguments, in order. */
function* typesNamedBy({ astNode }: GraphQLNamedType): Generator<string> {
  if (!astNode || !('fields' in astNode)) return;
  for (const field of astNode.fields ?? []) {
    yield nameOf(field.type);
    if (field.kind === Kind.FIELD_DEFINITION)
      for (const { type } of field.arguments ?? []) yield nameOf(type);
  }
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

const STANDARD: ReadonlyMap<string, GraphQLNamedType> = new Map(
  specifiedScalarTypes.map((type) => [type.name, type]),
);

type FieldConfig = GraphQLFieldConfig<unknown, unknown>;
interface Described {
  readonly name: { readonly value: string };
  readonly description?: { readonly value: string } | undefined;
}

class SchemaBuilder {
  readonly types = new Map<string, GraphQLNamedType>();
  readonly #oneOfInputs: ReadonlySet<string>;

  constructor(oneOfInputs: ReadonlySet<string>) {
    this.#oneOfInputs = oneOfInputs;
  }

  define(node: TypeDefinitionNode): void {
    const name = node.name.value;
    if (STANDARD.has(name)) return;
    if (this.types.has(name)) throw new Error(`There are several types called "${name}".`);
    this.types.set(name, this.#type(node));
  }

  rootTypes(node: SchemaDefinitionNode | undefined) {
    const named = (operation: OperationTypeNode, name: string) => {
      const type = node
        ? node.operationTypes.find((each) => each.operation === operation)?.type.name.value
        : name;
      const found = type === undefined ? undefined : this.types.get(type);
      return found instanceof GraphQLObjectType ? found : undefined;
    };
    return {
      query: named(OperationTypeNode.QUERY, 'Query'),
      mutation: named(OperationTypeNode.MUTATION, 'Mutation'),
      subscription: named(OperationTypeNode.SUBSCRIPTION, 'Subscription'),
    };
  }

  directive(node: DirectiveDefinitionNode): GraphQLDirective {
    return new GraphQLDirective({
      ...named(node),
      locations: node.locations.map(({ value }) => value as DirectiveLocation),
      isRepeatable: node.repeatable,
      args: this.#inputs(node.arguments),
      astNode: node,
    });
  }

  #type(node: TypeDefinitionNode): GraphQLNamedType {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
        return new ListedObjectType({
          ...named(node),
          interfaces: () => this.#all<GraphQLInterfaceType>(node.interfaces),
          fields: () => this.#fields(node.fields),
          astNode: node,
        });
      case Kind.INTERFACE_TYPE_DEFINITION:
        return new ListedInterfaceType({
          ...named(node),
          interfaces: () => this.#all<GraphQLInterfaceType>(node.interfaces),
          fields: () => this.#fields(node.fields),
          astNode: node,
        });
      case Kind.UNION_TYPE_DEFINITION:
        return new GraphQLUnionType({
          ...named(node),
          types: () => this.#all<GraphQLObjectType>(node.types),
          astNode: node,
        });
      case Kind.ENUM_TYPE_DEFINITION:
        return new GraphQLEnumType({
          ...named(node),
          values: byName(node.values, (value) => ({
            description: value.description?.value,
            deprecationReason: deprecationReason(value),
            astNode: value,
          })),
          astNode: node,
        });
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return new ListedInputObjectType({
          ...named(node),
          fields: () => this.#inputs(node.fields),
          isOneOf:
            this.#oneOfInputs.has(node.name.value) ||
            (node.directives?.some(({ name }) => name.value === 'oneOf') ?? false),
          astNode: node,
        });
      case Kind.SCALAR_TYPE_DEFINITION:
        return new GraphQLScalarType({
          ...named(node),
          specifiedByURL: getDirectiveValues(GraphQLSpecifiedByDirective, node)?.['url'] as
            | string
            | undefined,
          astNode: node,
        });
    }
  }

  #fields(nodes: readonly FieldDefinitionNode[] | undefined): Record<string, FieldConfig> {
    return byName(nodes, (node) => ({
      type: this.#wrapped(node.type) as GraphQLOutputType,
      description: node.description?.value,
      args: this.#inputs(node.arguments),
      deprecationReason: deprecationReason(node),
      astNode: node,
    }));
  }

  #inputs(nodes: readonly InputValueDefinitionNode[] | undefined) {
    return byName(nodes, (node) => {
      const type = this.#wrapped(node.type) as GraphQLInputType;
      return {
        type,
        description: node.description?.value,
        defaultValue: valueFromAST(node.defaultValue, type),
        deprecationReason: deprecationReason(node),
        astNode: node,
      };
    });
  }

  #all<Type extends GraphQLNamedType>(nodes: readonly NamedTypeNode[] | undefined): Type[] {
    return (nodes ?? []).map(({ name }) => this.#named(name.value) as Type);
  }

  #wrapped(node: TypeNode): GraphQLType {
    if (node.kind === Kind.NON_NULL_TYPE)
      return new GraphQLNonNull(this.#wrapped(node.type) as GraphQLList<GraphQLType>);
    return node.kind === Kind.LIST_TYPE
      ? new GraphQLList(this.#wrapped(node.type))
      : this.#named(node.name.value);
  }

  #named(name: string): GraphQLNamedType {
    const type = this.types.get(name) ?? STANDARD.get(name);
    if (type) return type;
    throw new Error(`Unknown type "${name}".`);
  }
}

function named({ name, description }: Described) {
  return { name: name.value, description: description?.value };
}

function byName<Node extends Described, Value>(
  nodes: readonly Node[] | undefined,
  valueOf: (node: Node) => Value,
): Record<string, Value> {
  const values = Object.create(null) as Record<string, Value>;
  for (const node of nodes ?? []) values[node.name.value] = valueOf(node);
  return values;
}

function deprecationReason(node: {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}): string | undefined {
  const { directives } = node;
  if (directives === undefined || directives.length === 0) return undefined;
  return getDirectiveValues(GraphQLDeprecatedDirective, { directives })?.['reason'] as string | undefined;
}
