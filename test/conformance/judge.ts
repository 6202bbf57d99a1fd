import { type DocumentNode, execute, type ExecutionResult, type GraphQLSchema, isObjectType } from 'graphql';
import { argumentsWithContext, type PlacedThing, placedBelow } from './context-values.ts';
import { type Arguments, type GraphData, isThing } from './graph-data.ts';
import type { OnEffect } from './strict-subgraph.ts';

/** What the whole graph would answer if it were one schema with all the data: graphql-js alone decides. */
export async function judge(
  schema: GraphQLSchema,
  data: GraphData,
  operation: {
    readonly document: DocumentNode;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly operationName?: string | undefined;
  },
  onEffect: OnEffect,
): Promise<ExecutionResult> {
  return execute({
    schema,
    document: operation.document,
    variableValues: operation.variables,
    operationName: operation.operationName,
    fieldResolver(source: unknown, args: Arguments, _, info) {
      const { parentType, fieldName } = info;
      const owner: PlacedThing = isThing(source)
        ? source
        : { uid: parentType.name, typename: parentType.name };
      if (parentType === schema.getMutationType()) onEffect(fieldName, args);
      if (isObjectType(parentType) && data.requirementFails(schema, owner, fieldName))
        throw new Error('a required field failed');
      const all = argumentsWithContext(schema, data, owner, fieldName, args);
      return placedBelow(owner, data.value(schema, owner, fieldName, info.returnType, all));
    },
    typeResolver: (value) => (isThing(value) ? value.typename : undefined),
  });
}
