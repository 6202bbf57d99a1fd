import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { Log } from '../observe/log.ts';
import type { InboundContext, OperationPolicy } from '../policies/kinds.ts';
import { composePolicies } from '../policies/policy.ts';
import { createAdmission } from './admission.ts';
import { startApollo } from './apollo.ts';
import type { FrontContext } from './apollo.ts';
import { RequestHeaderMap } from './header-map.ts';
import { completeLimits } from './limits.ts';
import type { OperationLimits } from './limits.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { createRequestContext, runExecutable } from './operation.ts';
import { createPersistedQueryCache, DEFAULT_APQ_TTL_MS } from './persisted-queries.ts';
import type { PersistedQueryOptions } from './persisted-queries.ts';
import { readJsonBody } from './request-body.ts';
import type { SnapshotSource } from './snapshot.ts';
import { createEventStreams } from './sse.ts';

export interface FrontOptions {
  readonly snapshots: SnapshotSource;
  /** First listed = outermost. */
  readonly operationPolicies: readonly OperationPolicy[];
  readonly limits?: OperationLimits;
  /** Automatic persisted queries; `false` = refused (default: in memory). */
  readonly persistedQueries?: false | PersistedQueryOptions;
  /** Whether clients may read the schema (default true). */
  readonly introspection?: boolean;
  /** Pause between the comments that keep an idle event stream open (default 15000). */
  readonly heartbeatMs?: number;
  readonly log: Log;
}

/** GraphQL over HTTP and over server-sent events. */
export interface Front {
  /** Throws `SluiceError` for a request that is not even GraphQL. */
  handle(request: HttpRequest, context: InboundContext): Promise<HttpResponse>;
  /** Ends the event streams and takes nothing new. */
  close(): Promise<void>;
}

export async function createFront(options: FrontOptions): Promise<Front> {
  const { snapshots, log, introspection = true } = options;
  const limits = completeLimits(options.limits ?? {});
  const admit = createAdmission(limits);
  const run = composePolicies(options.operationPolicies, runExecutable);
  const apq = options.persistedQueries ?? {};
  const apollo = await startApollo({
    snapshots,
    run,
    log,
    introspection,
    maxTokens: limits.tokens,
    persistedQueries:
      apq === false
        ? undefined
        : {
            cache: createPersistedQueryCache(apq, admit, log),
            ttlSeconds: Math.ceil((apq.ttlMs ?? DEFAULT_APQ_TTL_MS) / 1000),
          },
  });
  const { heartbeatMs = 15_000 } = options;
  const streams = createEventStreams({ snapshots, run, admit, introspection, heartbeatMs, log });

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
      if (accept !== undefined && accept.includes('text/event-stream')) {
        return streams.open(request, body, context);
      }

      const contextValue: FrontContext = {
        inbound: context,
        request: createRequestContext(request, context),
      };
      const answer = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method,
          headers: new RequestHeaderMap(request.headers),
          search: request.query,
          body,
        },
        context: async () => contextValue,
      });
      const headers: Record<string, string> = { 'cache-control': 'no-store' };
      for (const [name, value] of answer.headers) headers[name] = value;
      const status = answer.status ?? 200;
      if (status >= 400 && context.outcome === 'ok') context.outcome = 'BAD_REQUEST';
      return {
        status: statusFor(status, context, headers['content-type']),
        headers,
        body: answer.body.kind === 'complete' ? answer.body.string : answer.body.asyncIterator,
      };
    },
    async close() {
      streams.close();
      await apollo.stop();
    },
  };
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
