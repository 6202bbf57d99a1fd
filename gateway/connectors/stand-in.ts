import type { GraphQLField, GraphQLObjectType } from 'graphql';
import { isNonNullType } from 'graphql';
import { FieldFault, UpstreamError } from '../errors.ts';

/** A backend sent something without fields, or a list, where one object is wanted. */
export function plainValueFault(
  { service, at }: { service: string; at: string },
  expected: string,
  found: unknown,
): FieldFault {
  const what = Array.isArray(found) ? 'a list' : 'a plain value';
  const where = Array.isArray(found) ? `where one ${expected} is wanted` : `where ${expected} has fields`;
  return new FieldFault(
    new UpstreamError(
      'UPSTREAM_BAD_RESPONSE',
      service,
      `The service "${service}" sent ${what} for ${at}, ${where}.`,
    ),
  );
}

/** What stands for a field of an object that the backend does not know. */
export function absentValue(
  field: GraphQLField<unknown, unknown>,
  type: GraphQLObjectType,
  service: string,
): unknown {
  if (!isNonNullType(field.type)) return null;
  return new FieldFault(
    new UpstreamError(
      'NOT_FOUND',
      service,
      `The service "${service}" knows no such ${type.name}, so ${type.name}.${field.name} has no value.`,
    ),
  );
}
