import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { usedCoordinates } from './coordinates.ts';
import type { UsedBy, UsedOperation } from './usage.ts';

/** Something deprecated that is still used. */
export interface DeprecatedUse {
  /** Schema coordinate. */
  readonly coordinate: string;
  readonly reason: string;
  readonly uses: readonly (UsedBy & { readonly operationName?: string; readonly documentHash: string })[];
}

/** Who still uses what is deprecated, most used first. */
export function deprecatedUses(
  schema: GraphQLSchema,
  operations: readonly UsedOperation[],
): readonly DeprecatedUse[] {
  const deprecated = deprecatedCoordinates(schema);
  if (deprecated.size === 0) return [];
  const found = new Map<string, DeprecatedUse['uses'][number][]>();
  for (const { document: text, operationName, documentHash, clients } of operations) {
    const document = parse(text, { noLocation: true });
    if (validate(schema, document).length > 0) continue;
    for (const coordinate of usedCoordinates(schema, document, operationName)) {
      if (!deprecated.has(coordinate)) continue;
      const uses = clients.map((client) => ({
        ...client,
        documentHash,
        ...(operationName !== undefined && { operationName }),
      }));
      found.set(coordinate, [...(found.get(coordinate) ?? []), ...uses]);
    }
  }
  const total = ({ uses }: DeprecatedUse): number => uses.reduce((sum, { count }) => sum + count, 0);
  return Array.from(found, ([coordinate, uses]) => ({
    coordinate,
    reason: deprecated.get(coordinate)!,
    uses: uses.toSorted((left, right) => right.count - left.count),
  })).toSorted((left, right) => total(right) - total(left));
}

function deprecatedCoordinates(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const deprecated = new Map<string, string>();
  const add = (coordinate: string, reason: string | null | undefined): void => {
    if (typeof reason === 'string') deprecated.set(coordinate, reason);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isEnumType(type))
      for (const value of type.getValues()) add(`${type.name}.${value.name}`, value.deprecationReason);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        add(`${type.name}.${field.name}`, field.deprecationReason);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      add(`${type.name}.${field.name}`, field.deprecationReason);
      for (const argument of field.args)
        add(`${type.name}.${field.name}.${argument.name}`, argument.deprecationReason);
    }
  }
  return deprecated;
}
