import type { GraphQLOutputType } from 'graphql';
import { getNamedType, getNullableType, isObjectType } from 'graphql';
import type { Mapping } from './mapping/mapping.ts';
import type { Connector, ConnectorModel } from './model.ts';

/** The type of the connector's field without its `!`; undefined for a connector on a type. */
export function nullableOutput(
  { typeName, fieldName }: Connector,
  { schema }: ConnectorModel,
): GraphQLOutputType | undefined {
  const type = schema.getType(typeName);
  const field = fieldName !== undefined && isObjectType(type) ? type.getFields()[fieldName] : undefined;
  return field && getNullableType(field.type);
}

/** The named type that the connector gives. */
export function outputTypeName(connector: Connector, model: ConnectorModel): string {
  const output = nullableOutput(connector, model);
  return output ? getNamedType(output).name : connector.typeName;
}

/** The `@mapping` of the type that the connector gives. */
export function typeMapping(connector: Connector, model: ConnectorModel): Mapping | undefined {
  return model.typeMappings.get(outputTypeName(connector, model))?.byDialect.get(connector.dialect);
}
