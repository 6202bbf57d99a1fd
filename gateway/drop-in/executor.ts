import {
  getVariableValues,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import type { Executable, ExecutionResult } from '../compile/executable.ts';
import { SluiceError } from '../errors.ts';
import { carried, type ToldError, toldError } from './downstream-error.ts';
import { contextOf, type GatewayExecutor, type GatewayResult, type IncomingRequest } from './incoming.ts';

export interface ServedSnapshot {
  readonly schema: GraphQLSchema;
  executable(
    document: IncomingRequest['document'],
    operationName: string | undefined,
    documentHash?: string,
  ): Executable;
}

/**
 * Runs what Apollo Server has parsed and validated, on the snapshot whose schema it was validated
 * against, and tells errors in the form of ApolloGateway's.
 */
export function createExecutor(
  snapshotOf: (schema: GraphQLSchema) => ServedSnapshot,
  onExecutable: (executable: Executable) => void,
): GatewayExecutor {
  return async (incoming) => {
    if (incoming.operation?.operation === OperationTypeNode.SUBSCRIPTION)
      return { errors: [noSubscriptions()] };
    const snapshot = snapshotOf(incoming.schema);
    let executable: Executable;
    try {
      const { document, operationName, queryHash } = incoming;
      executable = snapshot.executable(document, operationName ?? undefined, queryHash || undefined);
    } catch (error) {
      // Anything else is a fault of the gateway, which Apollo Server tells as such.
      if (error instanceof SluiceError) return { errors: [refusal(error)] };
      throw error;
    }
    onExecutable(executable);
    const context = contextOf(incoming);
    const result = await executable.run(incoming.request.variables, context);
    if (result.data === undefined) return { errors: variableErrors(snapshot.schema, incoming, result) };
    if (result.errors === undefined && context.told.length === 0) return { data: result.data };
    return withErrors(result.data, result.errors ?? [], context.told);
  };
}

function refusal(error: SluiceError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, ...error.extensions },
  });
}

function noSubscriptions(): GraphQLError {
  return refusal(
    new SluiceError('OPERATION_NOT_PLANNABLE', 'Execution of subscriptions not supported by gateway'),
  );
}

/** In the words of graphql-js, by which Apollo Server knows them as the client's fault. */
function variableErrors(
  schema: GraphQLSchema,
  incoming: IncomingRequest,
  result: ExecutionResult,
): readonly GraphQLError[] {
  const definitions = incoming.operation.variableDefinitions ?? [];
  const { errors } = getVariableValues(schema, definitions, incoming.request.variables ?? {});
  return errors ?? (result.errors ?? []).map(toGraphQLError);
}

/**
 * A value that does not fit its type is an error of its own only if nothing else explains it; ApolloGateway
 * and Apollo Router tell it under `extensions.valueCompletion`, where clients do not stumble over it.
 */
function withErrors(
  data: ExecutionResult['data'],
  formatted: readonly GraphQLFormattedError[],
  told: readonly ToldError[],
): GatewayResult {
  const errors: GraphQLError[] = [];
  const valueCompletion: GraphQLFormattedError[] = [];
  const placed = new Map<ToldError, Set<string>>();
  for (const entry of formatted) {
    const downstream = carried(entry);
    if (downstream?.kind === 'thrown') {
      // Whatever was thrown: Apollo Server makes a GraphQLError of it.
      errors.push(downstream.error as GraphQLError);
    } else if (downstream) {
      const path = downstream.atEntity ? entry.path?.slice(0, -1) : entry.path;
      if (isNew(placed, downstream, JSON.stringify(path))) errors.push(toldError(downstream, path));
    } else if (entry.extensions?.['code'] === 'UPSTREAM_BAD_RESPONSE') valueCompletion.push(entry);
    else errors.push(toGraphQLError(entry));
  }
  // The engine, as graphql-js, stops where null propagates: what failed below has no place in the answer.
  for (const error of told) if (!placed.has(error)) errors.push(toldError(error, undefined));
  if (errors.length > 0) return { data: data ?? null, errors };
  return { data: data ?? null, extensions: { valueCompletion } };
}

/** One failed entity stands at each of its fields; it is told once per place. */
function isNew(placed: Map<ToldError, Set<string>>, error: ToldError, path: string): boolean {
  const paths = placed.get(error);
  if (!paths) {
    placed.set(error, new Set([path]));
    return true;
  }
  if (paths.has(path)) return false;
  paths.add(path);
  return true;
}

function toGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, {
    ...(path === undefined ? {} : { path }),
    ...(extensions === undefined ? {} : { extensions }),
  });
}
