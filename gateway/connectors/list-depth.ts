import type { GraphQLOutputType } from 'graphql';
import { isListType, isNonNullType } from 'graphql';

/** How many lists stand around a type: 2 for `[[Int!]!]!`. */
export function listDepth(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listDepth(type.ofType as GraphQLOutputType);
  return isListType(type) ? 1 + listDepth(type.ofType) : 0;
}
