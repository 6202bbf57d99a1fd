import { isLeafType, isObjectType, getNamedType } from 'graphql';
import type { Problem } from '../../problem.ts';
import type { ConnectorModel } from '../model.ts';
import { didYouMean } from '../suggest.ts';

/** `resolvers.ts` speaks of types and fields that exist, and wants leaf fields of the parent. */
export function checkResolvers(model: ConnectorModel): Problem[] {
  const problems: Problem[] = [];
  const add = (message: string, fix: string) =>
    problems.push({ severity: 'error', code: 'RESOLVER_UNKNOWN_FIELD', message, fix });
  for (const [typeName, fields] of Object.entries(model.resolvers)) {
    const type = model.schema.getType(typeName);
    if (!isObjectType(type)) {
      const known = Object.values(model.schema.getTypeMap()).filter(
        (t) => isObjectType(t) && !t.name.startsWith('__'),
      );
      add(
        `The resolvers of "${model.subgraph}" speak of the type ${typeName}, which the schema has not.`,
        didYouMean(
          typeName,
          known.map((t) => t.name),
        ),
      );
      continue;
    }
    for (const [fieldName, resolver] of Object.entries(fields)) {
      const own = type.getFields();
      if (!own[fieldName])
        add(
          `The resolvers of "${model.subgraph}" speak of ${typeName}.${fieldName}, which the schema has not.`,
          didYouMean(fieldName, Object.keys(own)),
        );
      if (typeof resolver.resolve !== 'function')
        add(
          `The resolver of ${typeName}.${fieldName} has no function "resolve".`,
          'Write { requires: ["id"], resolve(parent, args, context) { … } }.',
        );
      for (const name of resolver.requires ?? []) {
        const field = own[name];
        if (!field)
          add(
            `The resolver of ${typeName}.${fieldName} requires "${name}", which ${typeName} has not.`,
            didYouMean(name, Object.keys(own)),
          );
        else if (!isLeafType(getNamedType(field.type)))
          add(
            `The resolver of ${typeName}.${fieldName} requires "${name}", which is not a leaf.`,
            'Require leaf fields only.',
          );
      }
    }
  }
  return problems;
}
