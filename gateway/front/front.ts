import type { HTTPGraphQLResponse } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import type { RequestContext } from '../context.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { Log } from '../observe/log.ts';
import type { InboundContext, OperationInput } from '../policies/kinds.ts';
import { acceptedParts } from './accept.ts';
import { createAdmission } from './admission.ts';
import { startApollo } from './apollo.ts';
import type { FrontContext, Held } from './apollo.ts';
import { createCheckedDocuments } from './checked-documents.ts';
import type { CheckedDocumentsOptions } from './checked-documents.ts';
import { RequestHeaderMap } from './header-map.ts';
import { completeLimits } from './limits.ts';
import type { OperationLimits } from './limits.ts';
import type { Fate } from './live-subscription.ts';
import { createLiveSubscriptions } from './live-subscriptions.ts';
import type { Followed } from './live-subscriptions.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { createMultipartAnswers } from './multipart.ts';
import { composeOperationPolicies, createRequestContext } from './operation.ts';
import type { OperationPolicies } from './operation.ts';
import { createPersistedQueryCache, DEFAULT_APQ_TTL_MS } from './persisted-queries.ts';
import type { PersistedQueryOptions } from './persisted-queries.ts';
import { readJsonBody } from './request-body.ts';
import { createSharedText, NOTHING_SHARED } from './shared-text.ts';
import type { SharedData } from './shared-text.ts';
import type { ServedSnapshot, SnapshotSource } from './snapshot.ts';
import { createEventStreams } from './sse.ts';

export interface FrontOptions {
  readonly snapshots: SnapshotSource;
  readonly operationPolicies: OperationPolicies;
  readonly limits?: OperationLimits;
  /** Automatic persisted queries; `false` = refused (default: in memory). */
  readonly persistedQueries?: false | PersistedQueryOptions;
  /** Whether clients may read the schema (default true). */
  readonly introspection?: boolean;
  /** Pause between the comments that keep an idle event stream open (default 15000). */
  readonly heartbeatMs?: number;
  /** Told of each subscription what a change of the schema did to it, and of all together when that is known. */
  readonly onFate?: (fate: Fate) => void;
  readonly onFollowed?: (followed: Followed) => void;
  /** Told of each subscription that begins: the operation policies see none. */
  readonly onSubscription?: (input: OperationInput, context: RequestContext) => void;
  /** What a policy gives to several requests (default: nothing): its JSON is made once. */
  readonly sharedData?: SharedData;
  readonly documents?: Pick<CheckedDocumentsOptions, 'maxDocuments' | 'rules'>;
  readonly log: Log;
}

/** An operation that another snapshot has run. */
export interface RunBefore {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly documentHash: string;
}

/** GraphQL over HTTP, in one piece or in parts, and over server-sent events. */
export interface Front {
  /** Throws `SluiceError` for a request that is not even GraphQL. */
  handle(request: HttpRequest, context: InboundContext): Promise<HttpResponse>;
  /** Validates and compiles an operation for a snapshot that is not served yet; `false` if it does not fit. */
  prepare(snapshot: ServedSnapshot, operation: RunBefore): boolean;
  /** Ends the event streams and takes nothing new. */
  close(): Promise<void>;
}

export async function createFront(options: FrontOptions): Promise<Front> {
  const { snapshots, log, introspection = true } = options;
  const limits = completeLimits(options.limits ?? {});
  const admit = createAdmission(limits);
  const runFor = composeOperationPolicies(options.operationPolicies);
  const documents = createCheckedDocuments({ introspection, maxTokens: limits.tokens, ...options.documents });
  const apq = options.persistedQueries ?? {};
  const texts = options.sharedData ? createSharedText(options.sharedData) : NOTHING_SHARED;
  const persistedQueries =
    apq === false
      ? undefined
      : {
          cache: createPersistedQueryCache(apq, admit, log),
          ttlSeconds: Math.ceil((apq.ttlMs ?? DEFAULT_APQ_TTL_MS) / 1000),
        };
  const apollo = await startApollo({
    snapshots,
    runFor,
    documents,
    log,
    introspection,
    stringify: texts.stringify,
    persistedQueries,
  });
  const { heartbeatMs = 15_000 } = options;
  const shared = { snapshots, runFor, admit, documents, log };
  const { onSubscription, onFate = ignore, onFollowed = ignore } = options;
  const subscriptions = createLiveSubscriptions({ snapshots, documents, onFate, onFollowed });
  const streams = createEventStreams({ ...shared, subscriptions, heartbeatMs, onSubscription });
  const multipart = createMultipartAnswers({ ...shared, persistedQueries });

  return {
    async handle(request, context) {
      const { method } = request;
      if (method !== 'POST' && method !== 'GET') {
        return methodNotAllowed(
          request,
          context,
          'GraphQL is asked with POST, or with GET for queries.',
          'GET, POST',
        );
      }
      const body = method === 'POST' ? await readJsonBody(request) : undefined;
      const source = method === 'POST' ? queryOf(body) : new URLSearchParams(request.query).get('query');
      if (typeof source === 'string') admit(source);
      const { accept } = request.headers;
      const parts = acceptedParts(accept);
      if (parts.multipart !== undefined) {
        const answer = await multipart.open(request, body, context, parts.multipart);
        if (answer) return answer;
      }
      if (accept !== undefined && accept.includes('text/event-stream')) {
        return streams.open(request, body, context, parts.events);
      }

      const held: Held = { snapshot: undefined };
      const contextValue: FrontContext = {
        inbound: context,
        request: createRequestContext(request, context),
        held,
      };
      let answer: HTTPGraphQLResponse;
      try {
        answer = await apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: {
            method,
            headers: new RequestHeaderMap(request.headers),
            search: request.query,
            body,
          },
          context: async () => contextValue,
        });
      } finally {
        if (held.snapshot !== undefined) snapshots.release(held.snapshot);
      }
      const headers: Record<string, string> = { 'cache-control': 'no-store' };
      for (const [name, value] of answer.headers) headers[name] = value;
      const status = answer.status ?? 200;
      if (status >= 400 && context.outcome === 'ok') context.outcome = 'BAD_REQUEST';
      return {
        status: statusFor(status, context, headers['content-type']),
        headers,
        body: answer.body.kind === 'complete' ? texts.toSend(answer.body.string) : answer.body.asyncIterator,
      };
    },
    prepare(snapshot, { document, operationName, documentHash }) {
      if (documents.carryOver(snapshot.schema, documentHash, document)) return false;
      try {
        snapshot.executable(document, operationName, documentHash);
        return true;
      } catch {
        return false;
      }
    },
    async close() {
      multipart.close();
      streams.close();
      subscriptions.close();
      await apollo.stop();
    },
  };
}

function ignore(): void {
  // Nobody asks.
}

/** Failures of a request that is well-formed as HTTP: the specification wants 200 for them in the older media type. */
const GRAPHQL_REQUEST_ERRORS = new Set<string>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** GraphQL over HTTP, section 6.4.1: `application/json` answers 200 to a request that could be read; `application/graphql-response+json` does not. */
function statusFor(status: number, context: InboundContext, contentType: string | undefined): number {
  if (status !== 400 || !GRAPHQL_REQUEST_ERRORS.has(context.outcome)) return status;
  return contentType?.startsWith('application/json') === true ? 200 : status;
}

function queryOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;
}
