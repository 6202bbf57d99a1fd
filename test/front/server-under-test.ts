import type { GraphQLSchema } from 'graphql';
import { createFront } from '../../gateway/front/front.ts';
import type { FrontOptions } from '../../gateway/front/front.ts';
import { startHttpServer } from '../../gateway/http/server.ts';
import type { HttpLimits } from '../../gateway/http/server.ts';
import { createLog } from '../../gateway/observe/log.ts';
import { createMetrics } from '../../gateway/observe/metrics.ts';
import { createAnswerErrors } from '../../gateway/policies/inbound/answer-errors.ts';
import { createBodyLimit } from '../../gateway/policies/inbound/body-limit.ts';
import { createCors } from '../../gateway/policies/inbound/cors.ts';
import { createDeadline } from '../../gateway/policies/inbound/deadline.ts';
import { createInboundObserve } from '../../gateway/policies/inbound/observe.ts';
import { createRequestHandler } from '../../gateway/request.ts';
import type { RequestParts } from '../../gateway/request.ts';
import { graphUnderTest } from './graph-under-test.ts';

type Limits = HttpLimits & { readonly bodyBytes: number };

export interface ServerOptions {
  readonly schema: GraphQLSchema;
  readonly front?: Partial<FrontOptions>;
  readonly request?: Partial<RequestParts>;
  readonly http?: Partial<Limits>;
  readonly deadlineMs?: number;
  readonly origins?: readonly string[];
}

/** The whole front half on a real socket, with all inbound policies, over a graph that graphql-js executes. */
export async function serverUnderTest(options: ServerOptions) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)) });
  const metrics = createMetrics({ processMetrics: false });
  const graph = graphUnderTest(options.schema);
  const front = await createFront({ snapshots: graph, operationPolicies: [], log, ...options.front });
  const limits: Limits = {
    bodyBytes: 100_000,
    headerBytes: 16_384,
    headersTimeoutMs: 5000,
    requestTimeoutMs: 10_000,
    ...options.http,
  };
  const handler = createRequestHandler({
    inboundPolicies: [
      createInboundObserve({ log, metrics }),
      createAnswerErrors({ log }),
      createCors({ origins: options.origins ?? [] }),
      createDeadline(options.deadlineMs === undefined ? {} : { timeoutMs: options.deadlineMs }),
      createBodyLimit(limits),
    ],
    front,
    ready: () => ({ ready: true }),
    ...options.request,
  });
  const failures: unknown[] = [];
  const server = await startHttpServer({
    port: 0,
    host: '127.0.0.1',
    handler,
    limits,
    onError: (error) => failures.push(error),
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    port: server.port,
    graph,
    front,
    metrics,
    lines,
    failures,
    post: (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async query(query: string, variables?: Record<string, unknown>) {
      const response = await this.post({ query, variables });
      return (await response.json()) as GraphQLAnswer;
    },
    async [Symbol.asyncDispose]() {
      await front.close();
      await server.close({ graceMs: 0 });
    },
  };
}

export interface GraphQLAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: {
    readonly message: string;
    readonly locations?: readonly { readonly line: number; readonly column: number }[];
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
}
