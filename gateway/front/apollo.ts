import { randomUUID } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import type { ApolloServerOptionsWithGateway, ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { KeyvAdapter } from '@apollo/utils.keyvadapter';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { ERROR_CODES, SluiceError } from '../errors.ts';
import type { RequestContext } from '../context.ts';
import type { Log } from '../observe/log.ts';
import type { InboundContext } from '../policies/kinds.ts';
import { codeOf, ExecutionError, isErrorCode, maskError, requestError } from './errors.ts';
import type { RunOperation } from './operation.ts';
import { unresolvedOperation } from './unresolved-operation.ts';
import type { ServedSnapshot, SnapshotSource } from './snapshot.ts';

/** What Apollo Server carries along. It makes a shallow copy of it, so it holds the two contexts and is neither. */
export interface FrontContext {
  readonly inbound: InboundContext;
  readonly request: RequestContext;
}

export interface ApolloParts {
  readonly snapshots: SnapshotSource;
  readonly run: RunOperation;
  readonly maxTokens: number;
  readonly introspection: boolean;
  /** The store of automatic persisted queries; absent = they are refused. */
  readonly persistedQueries: { readonly cache: KeyvAdapter; readonly ttlSeconds: number } | undefined;
  readonly log: Log;
}

type Gateway = NonNullable<ApolloServerOptionsWithGateway<FrontContext>['gateway']>;
type GatewayExecutor = Awaited<ReturnType<Gateway['load']>>['executor'];

/** Apollo Server as the front: parsing, validation, persisted queries, CSRF guard, error format. Execution is ours. */
export async function startApollo(parts: ApolloParts): Promise<ApolloServer<FrontContext>> {
  const { log } = parts;
  /** Which request an internal error belongs to, from where it is seen to where it is formatted. */
  const errorIds = new WeakMap<object, string>();
  const server = new ApolloServer<FrontContext>({
    gateway: createGateway(parts.snapshots, parts.run),
    nodeEnv: 'production',
    introspection: parts.introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: parts.maxTokens },
    ...(parts.persistedQueries === undefined
      ? { persistedQueries: false }
      : {
          persistedQueries: { cache: parts.persistedQueries.cache, ttl: parts.persistedQueries.ttlSeconds },
        }),
    stringifyResult: (value) => JSON.stringify(value),
    logger: apolloLog(log),
    formatError: (formatted, error) => {
      const original = error instanceof GraphQLError ? error : new GraphQLError(formatted.message);
      return maskError(formatted, codeOf(original), errorIds.get(original) ?? randomUUID());
    },
    plugins: [
      recordOutcome(log, errorIds),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await server.start();
  return server;
}

/** The bridge to the running graph: a new snapshot is a new schema for the next request, and an operation runs on the snapshot it was validated against. */
function createGateway(snapshots: SnapshotSource, run: RunOperation): Gateway {
  const snapshotOf = new WeakMap<GraphQLSchema, ServedSnapshot>();
  let stopListening = () => {};
  return {
    onSchemaLoadOrUpdate(callback) {
      const publish = () => {
        const snapshot = snapshots.current();
        snapshotOf.set(snapshot.schema, snapshot);
        callback({ apiSchema: snapshot.schema, coreSupergraphSdl: '' });
      };
      publish();
      stopListening = snapshots.onChange(publish);
      return stopListening;
    },
    load: async () => ({ executor: createExecutor(snapshotOf, run) }),
    stop: async () => stopListening(),
  };
}

function createExecutor(
  snapshotOf: WeakMap<GraphQLSchema, ServedSnapshot>,
  run: RunOperation,
): GatewayExecutor {
  return async ({ schema, document, request, operation, operationName, queryHash, context }) => {
    const { inbound, request: requestContext } = context as unknown as FrontContext;
    if (operation === undefined)
      return { errors: [requestError(unresolvedOperation(request.operationName))] };
    inbound.operationType = operation.operation;
    inbound.operationName = operationName ?? undefined;
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw requestError(subscriptionNeedsStream());
    const snapshot = snapshotOf.get(schema);
    if (snapshot === undefined) throw new Error('Apollo Server runs a schema that no snapshot has.');
    try {
      const name = operationName ?? undefined;
      const executable = snapshot.executable(document, name, queryHash);
      const result = await run(
        { executable, document, operationName: name, documentHash: queryHash, variables: request.variables },
        requestContext,
      );
      if (result.errors === undefined) return result as { data: Record<string, unknown> };
      // Without data the request as a whole has failed, and the first error's code decides the status.
      const failed = result.data === undefined;
      return { ...result, errors: result.errors.map((error) => toGraphQLError(error, failed)) };
    } catch (error) {
      throw error instanceof GraphQLError ? error : requestError(SluiceError.from(error));
    }
  };
}

function toGraphQLError(error: GraphQLFormattedError, failed: boolean): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const code = error.extensions?.['code'];
  if (!failed || !isErrorCode(code)) return new ExecutionError(error);
  return new ExecutionError(error, { status: ERROR_CODES[code].httpStatus });
}

function subscriptionNeedsStream(): SluiceError {
  return new SluiceError(
    'BAD_REQUEST',
    'Subscriptions are sent as server-sent events. Send `accept: text/event-stream`.',
  );
}

/** Tells log and metrics how an operation ended, and logs what the client may not see. */
function recordOutcome(log: Log, errorIds: WeakMap<object, string>): ApolloServerPlugin<FrontContext> {
  const listener = {
    async didEncounterErrors({
      errors,
      contextValue,
    }: {
      readonly errors: readonly GraphQLError[];
      readonly contextValue: FrontContext;
    }) {
      const { inbound } = contextValue;
      for (const error of errors) {
        const code = codeOf(error);
        if (inbound.outcome === 'ok') inbound.outcome = code;
        if (ERROR_CODES[code].family !== 'internal') continue;
        errorIds.set(error, inbound.requestId);
        const cause = error.originalError?.cause ?? error.originalError ?? error;
        log.error({ requestId: inbound.requestId, path: error.path, error: cause }, 'internal error');
      }
    },
  };
  return { requestDidStart: async () => listener };
}

function apolloLog(log: Log) {
  const part = { part: 'apollo-server' };
  return {
    debug: (message: unknown) => log.debug(part, String(message)),
    info: (message: unknown) => log.info(part, String(message)),
    warn: (message: unknown) => log.warn(part, String(message)),
    error: (message: unknown) => log.error(part, String(message)),
  };
}
