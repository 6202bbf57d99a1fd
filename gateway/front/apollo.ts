import { randomUUID } from 'node:crypto';
import { ApolloServer, HeaderMap } from '@apollo/server';
import type {
  ApolloServerOptionsWithGateway,
  ApolloServerPlugin,
  GraphQLRequestContext,
  GraphQLRequestListener,
  GraphQLResponse,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { KeyvAdapter } from '@apollo/utils.keyvadapter';
import { GraphQLError, Kind, OperationTypeNode } from 'graphql';
import type { DocumentNode, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { ERROR_CODES, SluiceError } from '../errors.ts';
import type { RequestContext } from '../context.ts';
import type { Log } from '../observe/log.ts';
import type { InboundContext } from '../policies/kinds.ts';
import type { CheckedDocuments, RefusedDocument } from './checked-documents.ts';
import { codeOf, ExecutionError, isErrorCode, maskError, requestError } from './errors.ts';
import type { RunFor } from './operation.ts';
import { unresolvedOperation } from './unresolved-operation.ts';
import type { ServedSnapshot, SnapshotSource } from './snapshot.ts';

/** The snapshot that a request holds, from when Apollo Server has chosen its schema. */
export interface Held {
  snapshot: ServedSnapshot | undefined;
}

/** What Apollo Server carries along. It makes a shallow copy of it, so it holds the contexts and is none. */
export interface FrontContext {
  readonly inbound: InboundContext;
  readonly request: RequestContext;
  readonly held: Held;
}

export interface ApolloParts {
  readonly snapshots: SnapshotSource;
  readonly runFor: RunFor;
  readonly documents: CheckedDocuments;
  readonly introspection: boolean;
  readonly stringify: (value: object) => string;
  /** The store of automatic persisted queries; absent = they are refused. */
  readonly persistedQueries: { readonly cache: KeyvAdapter; readonly ttlSeconds: number } | undefined;
  readonly log: Log;
}

type Gateway = NonNullable<ApolloServerOptionsWithGateway<FrontContext>['gateway']>;
type GatewayExecutor = Awaited<ReturnType<Gateway['load']>>['executor'];

/** Apollo Server as the front: persisted queries, CSRF guard, error format. Documents, their validation and execution are ours. */
export async function startApollo(parts: ApolloParts): Promise<ApolloServer<FrontContext>> {
  const { log } = parts;
  /** Which request an internal error belongs to, from where it is seen to where it is formatted. */
  const errorIds = new WeakMap<object, string>();
  const snapshotOf = new WeakMap<GraphQLSchema, ServedSnapshot>();
  const server = new ApolloServer<FrontContext>({
    gateway: createGateway(parts.snapshots, snapshotOf, parts.runFor),
    // Its own store would be lost with every schema, and serialises each document to know its size.
    documentStore: null,
    nodeEnv: 'production',
    introspection: parts.introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    ...(parts.persistedQueries === undefined
      ? { persistedQueries: false }
      : {
          persistedQueries: { cache: parts.persistedQueries.cache, ttl: parts.persistedQueries.ttlSeconds },
        }),
    stringifyResult: (value) => parts.stringify(value),
    logger: apolloLog(log),
    formatError: (formatted, error) => {
      const original = error instanceof GraphQLError ? error : new GraphQLError(formatted.message);
      return maskError(formatted, codeOf(original), errorIds.get(original) ?? randomUUID());
    },
    plugins: [
      // One listener for all requests, because Apollo Server waits for each of several.
      holdSnapshot(parts.snapshots, snapshotOf, {
        ...checkDocuments(parts.documents),
        ...recordOutcome(log, errorIds),
      }),
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
function createGateway(
  snapshots: SnapshotSource,
  snapshotOf: WeakMap<GraphQLSchema, ServedSnapshot>,
  runFor: RunFor,
): Gateway {
  let stopListening = () => {};
  return {
    onSchemaLoadOrUpdate(callback) {
      // Apollo Server keeps its first schema for ever, and with it would go the whole first graph. A request that has got
      // its schema and not yet its snapshot is one change old at most.
      let latest: WeakRef<GraphQLSchema> | undefined;
      let previous: WeakRef<GraphQLSchema> | undefined;
      const publish = () => {
        const snapshot = snapshots.current();
        if (snapshot.schema !== latest?.deref()) {
          const forgotten = previous?.deref();
          if (forgotten) snapshotOf.delete(forgotten);
          [previous, latest] = [latest, new WeakRef(snapshot.schema)];
        }
        snapshotOf.set(snapshot.schema, snapshot);
        callback({ apiSchema: snapshot.schema, coreSupergraphSdl: '' });
      };
      publish();
      stopListening = snapshots.onChange(publish);
      return stopListening;
    },
    load: async () => ({ executor: createExecutor(runFor) }),
    stop: async () => stopListening(),
  };
}

function createExecutor(runFor: RunFor): GatewayExecutor {
  return async ({ document, request, operation, operationName, queryHash, context }) => {
    const { inbound, request: requestContext, held } = context as unknown as FrontContext;
    if (operation === undefined)
      return { errors: [requestError(unresolvedOperation(request.operationName))] };
    inbound.operationType = operation.operation;
    inbound.operationName = operationName ?? undefined;
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw requestError(subscriptionNeedsStream());
    const { snapshot } = held;
    if (snapshot === undefined) throw new Error('Apollo Server runs a schema that no snapshot has.');
    try {
      const name = operationName ?? undefined;
      const executable = snapshot.executable(document, name, queryHash);
      const result = await runFor(snapshot)(
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

/** Holds the snapshot of the schema that Apollo Server has chosen, in the same turn; the front lets go of it. */
function holdSnapshot(
  snapshots: SnapshotSource,
  snapshotOf: WeakMap<GraphQLSchema, ServedSnapshot>,
  listener: GraphQLRequestListener<FrontContext>,
): ApolloServerPlugin<FrontContext> {
  return {
    async requestDidStart({ schema, contextValue: { held } }) {
      held.snapshot = snapshotOf.get(schema);
      if (held.snapshot !== undefined) snapshots.retain(held.snapshot);
      return listener;
    },
  };
}

/**
 * Gives Apollo Server documents that are parsed and validated already, and the answers to those that are not valid:
 * it looks for a document in its context before it parses, and asks for a response before it executes.
 */
function checkDocuments(documents: CheckedDocuments): GraphQLRequestListener<FrontContext> {
  const refusals = new WeakMap<DocumentNode, RefusedDocument>();
  return {
    async didResolveSource(context) {
      const checked = documents.check(context.schema, context.queryHash, context.source);
      if ('kind' in checked) {
        setDocument(context, checked);
        return;
      }
      const nothing: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };
      refusals.set(nothing, checked);
      setDocument(context, nothing);
      // What is not valid is not worth keeping among the persisted queries.
      context.metrics.persistedQueryRegister = false;
      context.contextValue.inbound.outcome = checked.code;
    },
    async responseForOperation({ document }) {
      if (document.definitions.length > 0) return null;
      const refused = refusals.get(document);
      return refused === undefined ? null : refusal(refused);
    },
  };
}

function setDocument(context: GraphQLRequestContext<FrontContext>, document: DocumentNode): void {
  (context as { document?: DocumentNode }).document = document;
}

function refusal({ code, errors }: RefusedDocument): GraphQLResponse {
  return {
    http: { status: ERROR_CODES[code].httpStatus, headers: new HeaderMap() },
    body: { kind: 'single', singleResult: { errors } },
  };
}

/** Tells log and metrics how an operation ended, and logs what the client may not see. */
function recordOutcome(log: Log, errorIds: WeakMap<object, string>): GraphQLRequestListener<FrontContext> {
  return {
    async didEncounterErrors({ errors, contextValue }) {
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
