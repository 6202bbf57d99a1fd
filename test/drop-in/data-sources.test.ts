process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  ApolloGateway,
  type GraphQLDataSource,
  type GraphQLDataSourceProcessOptions,
  LocalGraphQLDataSource,
  RemoteGraphQLDataSource,
} from '@apollo/gateway';
import { GraphQLError, print } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SluiceGateway } from '../../gateway/drop-in/sluice-gateway.ts';
import type { SluiceGatewayOptions } from '../../gateway/drop-in/sluice-gateway.ts';
import {
  ACCOUNTS,
  CATALOGUE,
  GRAPH,
  type HttpSubgraph,
  schemaOf,
  startSubgraph,
  supergraphOf,
} from './graph.ts';
import { type ClientContext, recordingLogger, serve, type ServedGateway } from './served.ts';

let subgraphs: HttpSubgraph[];
let accounts: HttpSubgraph;
let supergraphSdl: string;
const running: ServedGateway[] = [];

beforeAll(async () => {
  subgraphs = await Promise.all(GRAPH.map(startSubgraph));
  accounts = subgraphs[0]!;
  supergraphSdl = supergraphOf(subgraphs);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.stop()));
  for (const subgraph of subgraphs) {
    subgraph.answerWith = undefined;
    subgraph.requests.length = 0;
  }
});

afterAll(() => Promise.all(subgraphs.map((subgraph) => subgraph.close())));

async function start(options: Partial<SluiceGatewayOptions>): Promise<ServedGateway> {
  const gateway = await serve(new SluiceGateway({ supergraphSdl, ...options }));
  running.push(gateway);
  return gateway;
}

type Hooks = Pick<
  RemoteGraphQLDataSource<ClientContext>,
  'willSendRequest' | 'didReceiveResponse' | 'didEncounterError'
>;

const remote =
  (hooks: Partial<Hooks>, apq = false) =>
  ({ url }: { url?: string }): GraphQLDataSource =>
    new RemoteGraphQLDataSource<ClientContext>({ url: url!, apq, ...hooks }) as GraphQLDataSource;

describe('a RemoteGraphQLDataSource', () => {
  it('sends the headers that willSendRequest sets from the context, to every subgraph', async () => {
    const gateway = await start({
      buildService: remote({
        willSendRequest({ request, context }) {
          request.http?.headers.set('x-forwarded-user', String(context.user));
        },
      }),
    });
    const { body } = await gateway.ask(
      '{ header(name: "x-forwarded-user") seller { name reviews { body } } }',
      {},
      { 'x-user': 'ada' },
    );
    expect(body.data?.['header']).toBe('ada');
    const users = subgraphs.map(({ requests }) => requests.map(({ headers }) => headers['x-forwarded-user']));
    expect(users.flat().length).toBeGreaterThan(2);
    expect(new Set(users.flat())).toEqual(new Set(['ada']));
  });

  it("reads the client's own headers in willSendRequest", async () => {
    const gateway = await start({
      buildService: remote({
        willSendRequest(options) {
          if (!('incomingRequestContext' in options)) return;
          const language = options.incomingRequestContext.request.http?.headers.get('accept-language');
          if (language) options.request.http?.headers.set('x-language', language);
        },
      }),
    });
    const { body } = await gateway.ask('{ header(name: "x-language") }', {}, { 'accept-language': 'fr' });
    expect(body.data).toEqual({ header: 'fr' });
  });

  it('keeps two requests at once apart', async () => {
    const gateway = await start({
      buildService: remote({
        willSendRequest({ request, context }) {
          request.http?.headers.set('x-forwarded-user', String(context.user));
        },
      }),
    });
    const users = Array.from({ length: 20 }, (_, index) => `user ${index}`);
    const answers = await Promise.all(
      users.map((user) => gateway.ask('{ header(name: "x-forwarded-user") }', {}, { 'x-user': user })),
    );
    expect(answers.map(({ body }) => body.data?.['header'])).toEqual(users);
  });

  it('changes the context in didReceiveResponse', async () => {
    const gateway = await start({
      buildService: remote({
        didReceiveResponse({ response, context }) {
          context.notes.push(String(response.http?.headers.get('x-took')));
          return response;
        },
      }),
    });
    accounts.answerWith = () => ({ body: '{"data":{"me":{"name":"Ada"}}}', headers: { 'x-took': '7ms' } });
    await gateway.ask('{ me { name } }');
    expect(gateway.contexts.at(-1)?.notes).toEqual(['7ms']);
  });

  it('changes the answer in didReceiveResponse', async () => {
    const gateway = await start({
      buildService: remote({
        didReceiveResponse: ({ response }) => ({
          ...response,
          data: { ...response.data, me: { id: 'u7', name: 'somebody else' } },
          errors: [{ message: 'not quite', path: ['me', 'age'] }],
        }),
      }),
    });
    const { body } = await gateway.ask('{ me { name age } }');
    expect(body.data).toEqual({ me: { name: 'somebody else', age: null } });
    expect(body.errors).toMatchObject([{ message: 'not quite', path: ['me', 'age'] }]);
  });

  it('replaces the error in didEncounterError', async () => {
    const gateway = await start({
      buildService: remote({
        didEncounterError: () => {
          throw new GraphQLError('come back later', { extensions: { code: 'LATER' } });
        },
      }),
    });
    accounts.answerWith = () => ({ status: 500, body: '{}' });
    const { body } = await gateway.ask('{ me { name } products { upc } }');
    expect(body.errors).toEqual([{ message: 'come back later', extensions: { code: 'LATER' } }]);
    expect(body.data).toMatchObject({ me: null, products: [{ upc: 'p1' }, { upc: 'p2' }, { upc: 'p3' }] });
  });

  it('refuses a request in willSendRequest before it is sent', async () => {
    const gateway = await start({
      buildService: remote({
        willSendRequest() {
          throw new GraphQLError('not today', { extensions: { code: 'FORBIDDEN' } });
        },
      }),
    });
    const { body } = await gateway.ask('{ me { name } }');
    expect(body.errors).toEqual([{ message: 'not today', extensions: { code: 'FORBIDDEN' } }]);
    expect(accounts.requests).toEqual([]);
  });

  it('speaks automatic persisted queries with "apq: true"', async () => {
    const gateway = await start({ buildService: remote({}, true) });
    const { body } = await gateway.ask('{ me { name } }');
    expect(body).toEqual({ data: { me: { name: 'Ada' } } });
    expect(accounts.requests.map(({ query }) => query !== undefined)).toEqual([false, true]);
    expect(accounts.requests[0]?.extensions?.persistedQuery).toMatchObject({ version: 1 });
  });

  it('is made once for each subgraph, with its name and URL', async () => {
    const built: unknown[] = [];
    const gateway = await start({
      buildService(definition) {
        built.push(definition);
        return remote({})(definition);
      },
    });
    await gateway.ask('{ seller { name } }');
    await gateway.ask('{ seller { name } }');
    expect(built).toEqual(subgraphs.map(({ name, url }) => ({ name, url })));
  });
});

describe('any data source', () => {
  /** Notes what it is asked and answers as the subgraph's schema does. */
  class Recording extends LocalGraphQLDataSource {
    readonly asked: GraphQLDataSourceProcessOptions[] = [];
    override process(options: GraphQLDataSourceProcessOptions) {
      this.asked.push(options);
      return super.process(options);
    }
  }

  it('is told what ApolloGateway tells it', async () => {
    const told = async (Gateway: typeof ApolloGateway | typeof SluiceGateway) => {
      const source = new Recording(schemaOf(CATALOGUE));
      const gateway = new Gateway({
        supergraphSdl,
        buildService: (definition) => (definition.name === 'catalogue' ? source : remote({})(definition)),
      });
      const served = await serve(gateway);
      running.push(served);
      await served.ask('query Q($n: Int) { products(first: $n) { upc } }', { n: 1 }, { 'x-user': 'ada' });
      await served.ask('{ me { sells { upc } } }', {}, { 'x-user': 'ada' });
      return source.asked.map((options) => {
        if (!('incomingRequestContext' in options)) throw new Error('an operation was expected');
        const { kind, request, incomingRequestContext: incoming, context } = options;
        const { variables } = request;
        return { kind, variables, context, same: incoming.context === context, source: incoming.source };
      });
    };
    const ours = await told(SluiceGateway);
    expect(ours).toEqual(await told(ApolloGateway));
    expect(ours).toMatchObject([
      { kind: 'incoming operation', variables: { n: 1 }, context: { user: 'ada' }, same: true },
      { variables: { representations: [{ __typename: 'User', id: 'u1' }] } },
    ]);
  });

  it('is given the document, and the path where it is the root', async () => {
    const source = new Recording(schemaOf(CATALOGUE));
    const gateway = await start({
      buildService: (definition) => (definition.name === 'catalogue' ? source : remote({})(definition)),
    });
    await gateway.ask('{ products { upc } }');
    await gateway.ask('{ me { sells { upc } } }');
    const [root, entities] = source.asked;
    if (!root || !entities || !('incomingRequestContext' in root) || !('incomingRequestContext' in entities))
      throw new Error('two operations were expected');
    expect(print(root.document!)).toContain('products');
    expect(root.pathInIncomingRequest).toEqual([]);
    expect(entities.pathInIncomingRequest).toBeUndefined();
  });

  it('may answer in the process: LocalGraphQLDataSource', async () => {
    const gateway = await start({
      buildService: (definition) =>
        definition.name === 'accounts'
          ? new LocalGraphQLDataSource(schemaOf(ACCOUNTS))
          : remote({})(definition),
    });
    const { body } = await gateway.ask('{ me { name broken } products(first: 1) { seller { name } } }');
    expect(body.data).toEqual({ me: { name: 'Ada', broken: null }, products: [{ seller: { name: 'Ada' } }] });
    expect(body.errors).toMatchObject([{ message: 'Ada is broken', path: ['me', 'broken'] }]);
    expect(accounts.requests).toEqual([]);
  });

  it.each([
    [
      'throws at once',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('may fail: it %s', async (_, process) => {
    const gateway = await start({
      buildService: (definition) => (definition.name === 'accounts' ? { process } : remote({})(definition)),
    });
    const { status, body } = await gateway.ask('{ me { name } products { upc } }');
    expect(status).toBe(200);
    expect(body.errors).toEqual([{ message: 'no', extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(body.data?.['products']).toHaveLength(3);
  });

  it('keeps the answer that it gave: a cached one is not changed', async () => {
    const answer = {
      data: { me: { id: 'u1', name: 'Ada', broken: null } },
      errors: [{ message: 'broken', path: ['me', 'broken'] }],
    };
    const before = structuredClone(answer);
    const gateway = await start({ buildService: () => ({ process: async () => answer }) });
    const first = await gateway.ask('{ me { name broken } }');
    const second = await gateway.ask('{ me { name broken } }');
    expect(answer).toEqual(before);
    expect(second).toEqual(first);
    expect(first.body.errors).toMatchObject([{ message: 'broken', path: ['me', 'broken'] }]);
  });

  it("gives formatError the subgraph's own error", async () => {
    const seen: unknown[] = [];
    const gateway = await serve(new SluiceGateway({ supergraphSdl }), {
      formatError(formatted, error) {
        seen.push(error instanceof GraphQLError ? error.originalError : error);
        return formatted;
      },
    });
    running.push(gateway);
    await gateway.ask('{ teapot }');
    expect(seen).toMatchObject([
      { message: 'short and stout', extensions: { code: 'TEAPOT', handle: true } },
    ]);
  });
});

describe('without buildService', () => {
  it('subgraphs are asked over HTTP', async () => {
    const gateway = await start({});
    const { body } = await gateway.ask('{ seller { name sells { title reviews { stars } } } }');
    expect(body).toEqual({
      data: { seller: { name: 'Alan', sells: [{ title: 'Chair', reviews: [{ stars: 1 }] }] } },
    });
  });

  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [500, 'UPSTREAM_ERROR'],
  ])('HTTP status %i is told as %s, without the address', async (status, code) => {
    accounts.answerWith = () => ({ status, body: '{"why":"because"}' });
    const gateway = await start({});
    const { body } = await gateway.ask('{ me { name } }');
    expect(body.errors).toEqual([
      {
        message: `The subgraph "accounts" answered with HTTP status ${status}.`,
        extensions: { code, service: 'accounts', response: { status, body: { why: 'because' } } },
      },
    ]);
  });

  it('a subgraph that is not there is named, and its address is not', async () => {
    const port = await unusedPort();
    const gateway = await start({
      supergraphSdl: supergraphOf([{ ...ACCOUNTS, url: `http://127.0.0.1:${port}/graphql` }]),
    });
    const { body } = await gateway.ask('{ me { name } }');
    expect(body.errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'accounts' } },
    ]);
    expect(JSON.stringify(body)).not.toContain(String(port));
  });

  it('an answer that is no JSON object is refused', async () => {
    accounts.answerWith = () => ({ type: 'text/html', body: '<html>' });
    const gateway = await start({});
    const { body } = await gateway.ask('{ me { name } }');
    expect(body.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  });

  it('plans go to the log with "debug: true"', async () => {
    const logger = recordingLogger();
    const gateway = await start({ debug: true, logger });
    await gateway.ask('{ seller { name } }');
    expect(logger.lines.find((line) => line.includes('entities accounts at seller'))).toBeDefined();
  });
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
