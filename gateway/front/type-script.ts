import {
  type GraphQLEnumType,
  type GraphQLFieldMap,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';

const HEAD = `// The types of the API schema, made by the gateway: a change here is lost with the next download.
// For the types of single operations, see "sluice codegen".
`;

/** What JSON has for each scalar. Others are `unknown`: only who knows the scalar can say. */
const SCALARS: Readonly<Record<string, string | undefined>> = {
  ID: 'string',
  String: 'string',
  Boolean: 'boolean',
  Int: 'number',
  Float: 'number',
};

/** All types of a schema as TypeScript: what answers and variables look like. */
export function printTypeScript(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !Object.hasOwn(SCALARS, type.name))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  return [HEAD, ...types.map((type) => printType(type, schema))].join('\n');
}

function printType(type: GraphQLNamedType, schema: GraphQLSchema): string {
  const head = `${comment(type.description, undefined, '')}export `;
  if (isEnumType(type)) return `${head}${printEnum(type)}`;
  if (isInputObjectType(type)) return `${head}${printInput(type)}`;
  if (isObjectType(type)) {
    const fields = printFields(type.getFields());
    return `${head}interface ${typeName(type)} {\n  __typename?: '${type.name}';\n${fields}}\n`;
  }
  // What stands where an abstract type is asked for is always one of its objects.
  if (isUnionType(type) || isInterfaceType(type))
    return `${head}type ${typeName(type)} = ${members(type, schema)};\n`;
  return `${head}type ${typeName(type)} = ${isScalarType(type) ? 'unknown' : 'never'};\n`;
}

function members(type: Parameters<GraphQLSchema['getPossibleTypes']>[0], schema: GraphQLSchema): string {
  const names = schema.getPossibleTypes(type).map(typeName);
  return names.length === 0 ? 'never' : names.join(' | ');
}

function printFields(fields: GraphQLFieldMap<unknown, unknown>): string {
  return Object.values(fields)
    .map(
      ({ name, type, description, deprecationReason }) =>
        `${comment(description, deprecationReason, '  ')}  ${name}: ${reference(type)};\n`,
    )
    .join('');
}

function printInput(type: GraphQLInputObjectType): string {
  const fields = Object.values(type.getFields());
  // Exactly one of them, GraphQL specification section 3.10.1.
  if (type.isOneOf) {
    const choices = fields.map(({ name, type: own }) => `{ ${name}: ${reference(own, false)} }`);
    return `type ${typeName(type)} = ${choices.join(' | ')};\n`;
  }
  const lines = fields.map(({ name, type: own, defaultValue, description, deprecationReason }) => {
    const isRequired = isNonNullType(own) && defaultValue === undefined;
    return `${comment(description, deprecationReason, '  ')}  ${name}${isRequired ? '' : '?'}: ${reference(own)};\n`;
  });
  return `interface ${typeName(type)} {\n${lines.join('')}}\n`;
}

function printEnum(type: GraphQLEnumType): string {
  const values = type.getValues();
  const lines = values.map(
    ({ name, description, deprecationReason }) =>
      `${comment(description, deprecationReason, '  ')}  | '${name}'`,
  );
  return `type ${typeName(type)} =\n${lines.join('\n')};\n`;
}

function reference(type: GraphQLType, nullable = true): string {
  if (isNonNullType(type)) return reference(type.ofType, false);
  const told = isListType(type) ? listOf(reference(type.ofType)) : (SCALARS[type.name] ?? typeName(type));
  return nullable ? `${told} | null` : told;
}

function listOf(item: string): string {
  return item.includes(' ') ? `(${item})[]` : `${item}[]`;
}

/** Names that TypeScript does not let anybody define. */
const RESERVED: ReadonlySet<string> = new Set(
  'any bigint boolean never null number object string symbol undefined unknown void'.split(' '),
);

function typeName({ name }: { readonly name: string }): string {
  return RESERVED.has(name) ? `${name}_` : name;
}

function comment(
  description: string | null | undefined,
  deprecationReason: string | null | undefined,
  indent: string,
): string {
  const lines = (description ?? '').split('\n').filter((line, at, all) => line !== '' || at < all.length - 1);
  if (typeof deprecationReason === 'string')
    lines.push(`@deprecated ${deprecationReason.replaceAll('\n', ' ')}`);
  if (lines.length === 0) return '';
  const safe = lines.map((line) => line.replaceAll('*/', '*\\/'));
  if (safe.length === 1) return `${indent}/** ${safe[0]} */\n`;
  return `${indent}/**\n${safe.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}
