import {
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

export interface SchemaSize {
  /** Without those that every schema has. */
  readonly types: number;
  /** Of objects, interfaces and input objects. */
  readonly fields: number;
}

/** As the configuration has it. */
export interface ConfiguredVariant {
  /** Tags. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Asked elsewhere. */
  readonly subgraphs: Readonly<Record<string, { readonly url: string }>>;
  /** Its places. */
  readonly at: readonly object[];
}

export interface ListedVariant extends ConfiguredVariant, SchemaSize {
  readonly name: string;
}

export interface VariantList {
  /** Of the main graph. */
  readonly main: SchemaSize;
  /** In the order in which they are tried. */
  readonly variants: readonly ListedVariant[];
}

/** The variants of a graph with what is left of it in each. */
export function listVariants(
  { schema, variants }: ServedSchemas,
  configured: Readonly<Record<string, ConfiguredVariant>>,
): VariantList {
  return {
    main: sizeOf(schema),
    variants: Object.entries(configured).flatMap(([name, config]) => {
      const own = variants.get(name);
      return own ? [{ name, ...config, ...sizeOf(own.schema) }] : [];
    }),
  };
}

interface ServedSchemas {
  readonly schema: GraphQLSchema;
  readonly variants: ReadonlyMap<string, { readonly schema: GraphQLSchema }>;
}

const sizes = new WeakMap<GraphQLSchema, SchemaSize>();

function sizeOf(schema: GraphQLSchema): SchemaSize {
  const known = sizes.get(schema);
  if (known) return known;
  const size = { types: 0, fields: 0 };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    size.types++;
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
      size.fields += Object.keys(type.getFields()).length;
  }
  sizes.set(schema, size);
  return size;
}
