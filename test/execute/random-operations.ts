import {
  getNamedType,
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  type GraphQLNamedType,
} from 'graphql';

/** Valid queries over a schema, the same for the same seed; fields with required arguments are left out. */
export function randomOperations(schema: GraphQLSchema, seed: number, count: number): string[] {
  const random = mulberry32(seed);
  const pick = (probability: number): boolean => random() < probability;

  const selections = (type: GraphQLNamedType, depth: number): string => {
    const parts: string[] = [];
    if (pick(0.2) || isUnionType(type)) parts.push('__typename');
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (!isAskable(field)) continue;
        const named = getNamedType(field.type);
        if (isLeafType(named)) {
          if (pick(0.4)) parts.push(pick(0.1) ? `${field.name}_: ${field.name}` : field.name);
        } else if (depth > 0 && pick(depth === 3 ? 0.15 : 0.25)) {
          parts.push(`${field.name} ${selections(named, depth - 1)}`);
        }
      }
    }
    if (isAbstractType(type)) {
      for (const possible of schema.getPossibleTypes(type))
        if (pick(0.4)) parts.push(`... on ${possible.name} ${selections(possible, depth - 1)}`);
    }
    if (parts.length === 0) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  };

  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no query type');
  return Array.from({ length: count }, () => selections(query, 3));
}

/** Fields of the shop that fail on purpose, and those where Apollo Gateway drops fragments around an `@interfaceObject`. */
const LEFT_OUT = new Set(['failing', 'failingNonNull', 'broken', 'brokenNonNull', 'anyRated', 'product']);

function isAskable(field: GraphQLField<unknown, unknown>): boolean {
  if (LEFT_OUT.has(field.name)) return false;
  if (
    field.args.some(
      (argument) => argument.type.toString().endsWith('!') && argument.defaultValue === undefined,
    )
  )
    return false;
  const named = getNamedType(field.type);
  return isLeafType(named) || isCompositeType(named);
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
