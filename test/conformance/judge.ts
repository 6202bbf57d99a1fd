import {
  execute,
  type ExecutionResult,
  getOperationAST,
  type GraphQLSchema,
  isObjectType,
  OperationTypeNode,
} from 'graphql';
import { argumentsWithContext, type PlacedThing, placedBelow } from './context-values.ts';
import { type Arguments, eventOf, EVENTS, type GraphData, isThing, type Thing } from './graph-data.ts';
import type { RandomOperation } from './random-operation.ts';
import type { OnEffect } from './strict-subgraph.ts';

export interface JudgeSchemas {
  /** What clients see. */
  readonly api: GraphQLSchema;
  /** With what is hidden from them: fields may require it. */
  readonly complete: GraphQLSchema;
}

/**
 * What the whole graph would answer if it were one schema with all the data: graphql-js alone decides. One answer,
 * or one for each event of a subscription.
 */
export async function judge(
  schemas: JudgeSchemas,
  data: GraphData,
  operation: RandomOperation,
  onEffect: OnEffect,
): Promise<ExecutionResult[]> {
  if (!isSubscription(operation)) return [await judgeOnce(schemas, data, operation, onEffect, undefined)];
  const events: ExecutionResult[] = [];
  for (let number = 0; number < EVENTS; number++)
    events.push(await judgeOnce(schemas, data, operation, onEffect, eventOf(number)));
  return events;
}

export function isSubscription({ document, operationName }: RandomOperation): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
}

async function judgeOnce(
  { api, complete }: JudgeSchemas,
  data: GraphData,
  operation: RandomOperation,
  onEffect: OnEffect,
  rootValue: Thing | undefined,
): Promise<ExecutionResult> {
  return execute({
    schema: api,
    document: operation.document,
    variableValues: operation.variables,
    operationName: operation.operationName,
    rootValue,
    fieldResolver(source: unknown, args: Arguments, _, info) {
      const { parentType, fieldName } = info;
      const owner: PlacedThing = isThing(source)
        ? source
        : { uid: parentType.name, typename: parentType.name };
      if (parentType === api.getMutationType()) onEffect(fieldName, args);
      if (isObjectType(parentType) && data.requirementFails(complete, owner, fieldName))
        throw new Error('a required field failed');
      const all = argumentsWithContext(complete, data, owner, fieldName, args);
      return placedBelow(owner, data.value(api, owner, fieldName, info.returnType, all));
    },
    typeResolver: (value) => (isThing(value) ? value.typename : undefined),
  });
}
