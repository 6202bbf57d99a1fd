import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
// The copy of graphql-js that @apollo/subgraph uses: vitest would otherwise take another one.
import { execute, type GraphQLSchema, parse, validate } from 'graphql/index.js';
import type { RequestContext } from '../../gateway/context.ts';
import { UpstreamError } from '../../gateway/errors.ts';
import { createRemoteSubgraph } from '../../gateway/execute/remote.ts';
import type { SubgraphRuntime } from '../../gateway/supergraph/subgraph.ts';

export interface SubgraphDefinition {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface SubgraphRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** A real federated subgraph over HTTP. */
export interface RunningSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
  readonly requests: SubgraphRequest[];
  /** Answers the next requests in place of the schema: a body, or a function that may destroy the socket. */
  answerWith:
    | ((request: SubgraphRequest) => { status?: number; body: string } | 'destroy' | undefined)
    | undefined;
  close(): Promise<void>;
}

export async function startSubgraph(definition: SubgraphDefinition): Promise<RunningSubgraph> {
  const schema: GraphQLSchema = buildSubgraphSchema([
    { typeDefs: parse(definition.sdl), resolvers: definition.resolvers as never },
  ]);
  const requests: SubgraphRequest[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as SubgraphRequest;
      requests.push(asked);
      const canned = running.answerWith?.(asked);
      if (canned === 'destroy') {
        request.socket.destroy();
        return;
      }
      if (canned) {
        response.writeHead(canned.status ?? 200, { 'content-type': 'application/json' }).end(canned.body);
        return;
      }
      void answer(schema, asked).then((body) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  });
  // Planning of the reference gateway may block for seconds: connections outlive that.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const running: RunningSubgraph = {
    name: definition.name,
    sdl: definition.sdl,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    answerWith: undefined,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return running;
}

/** Strict: what is not valid against the subgraph's own schema is refused. */
async function answer(schema: GraphQLSchema, request: SubgraphRequest): Promise<unknown> {
  const document = parse(request.query);
  const invalid = validate(schema, document);
  if (invalid.length > 0) return { errors: invalid.map((error) => error.toJSON()) };
  return execute({
    schema,
    document,
    variableValues: request.variables,
    operationName: request.operationName,
  });
}

/** The subgraph as the gateway's executor sees it. */
export function remoteRuntime(running: Pick<RunningSubgraph, 'name' | 'url'>): SubgraphRuntime {
  return createRemoteSubgraph({
    name: running.name,
    async call(request, context) {
      try {
        const response = await fetch(running.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: request.input.body,
          signal: context.signal,
        });
        context.tally.backendCalls += 1;
        return { data: await response.json(), status: response.status, headers: {} };
      } catch (cause) {
        throw new UpstreamError(
          'UPSTREAM_UNAVAILABLE',
          running.name,
          `The service "${running.name}" cannot be reached.`,
          { cause },
        );
      }
    },
  });
}

export function requestContext(signal: AbortSignal = new AbortController().signal): RequestContext {
  return {
    requestId: 'test',
    signal,
    deadlineAt: Date.now() + 30_000,
    headers: {},
    identity: '',
    loaders: new Map(),
    tally: { backendCalls: 0, keysAsked: 0, keysDeduplicated: 0 },
  };
}
