import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
  type GraphQLLeafType,
} from 'graphql';

/** The value as the client gets it, or `undefined` if it cannot be one of the type. */
export type CompleteLeaf = (value: unknown) => unknown;

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);

/**
 * A light check of what a subgraph gave: subgraphs have serialised already, so that only what a typed
 * client could not read is refused. Custom scalars pass as they are.
 */
export function compileLeaf(type: GraphQLLeafType): CompleteLeaf {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map(({ name }) => name));
    return (value) => (typeof value === 'string' && names.has(value) ? value : undefined);
  }
  return BUILT_IN.get(type.name) ?? ((value) => value);
}

const BUILT_IN: ReadonlyMap<string, CompleteLeaf> = new Map<string, CompleteLeaf>([
  [
    GraphQLInt.name,
    (value) =>
      Number.isInteger(value) && Number(value) <= MAX_INT && Number(value) >= MIN_INT ? value : undefined,
  ],
  [GraphQLFloat.name, (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)],
  [GraphQLBoolean.name, (value) => (typeof value === 'boolean' ? value : undefined)],
  [GraphQLString.name, stringOf],
  [
    GraphQLID.name,
    (value) => {
      if (typeof value === 'string') return value;
      return Number.isSafeInteger(value) || typeof value === 'bigint' ? String(value) : undefined;
    },
  ],
]);

function stringOf(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
    return String(value);
  return undefined;
}
