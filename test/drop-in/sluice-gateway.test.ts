process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
import { ApolloGateway, IntrospectAndCompose, LocalCompose, LocalGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { parse } from 'graphql';
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
  type SubgraphDefinition,
  supergraphOf,
} from './graph.ts';
import { recordingLogger, serve, type ServedGateway } from './served.ts';

let subgraphs: HttpSubgraph[];
let supergraphSdl: string;
/** The same graph with one more field. */
let nextSdl: string;
const running: (() => Promise<void>)[] = [];

const WITH_EMAIL: SubgraphDefinition = {
  ...ACCOUNTS,
  sdl: ACCOUNTS.sdl.replace('nickname(', 'email: String nickname('),
  resolvers: {
    ...ACCOUNTS.resolvers,
    User: { ...ACCOUNTS.resolvers['User'], email: () => 'ada@example.org' },
  },
};

beforeAll(async () => {
  subgraphs = await Promise.all(GRAPH.map(startSubgraph));
  supergraphSdl = supergraphOf(subgraphs);
  nextSdl = supergraphOf(
    subgraphs.map(({ name, url, sdl }) =>
      name === 'accounts' ? { name, url, sdl: WITH_EMAIL.sdl } : { name, url, sdl },
    ),
  );
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
  for (const subgraph of subgraphs) {
    subgraph.answerWith = undefined;
    subgraph.requests.length = 0;
  }
});

afterAll(() => Promise.all(subgraphs.map((subgraph) => subgraph.close())));

async function start(options: SluiceGatewayOptions): Promise<ServedGateway & { gateway: SluiceGateway }> {
  const gateway = new SluiceGateway(options);
  const served = await serve(gateway);
  running.push(() => served.stop());
  return { ...served, gateway };
}

type Update = (supergraphSdl: string) => void;

const federation = (imports: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [${imports
    .split(' ')
    .map((name) => `"${name}"`)
    .join(', ')}])`;

const UNENFORCED: readonly [feature: string, sdl: string][] = [
  ['authenticated', `${federation('@authenticated')} type Query { s: String @authenticated }`],
  [
    'requiresScopes',
    `${federation('@requiresScopes')} type Query { s: String @requiresScopes(scopes: [["a"]]) }`,
  ],
  ['policy', `${federation('@policy')} type Query { s: String @policy(policies: [["a"]]) }`],
  [
    'connect',
    `${federation('@key')}
    extend schema @link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@connect", "@source"])
      @source(name: "s", http: { baseURL: "http://h" })
    type Query { s: String @connect(source: "s", http: { GET: "/a" }, selection: "$") }`,
  ],
];

/** A manager as users write them. */
function ownManager() {
  const manager = {
    update: undefined as Update | undefined,
    cleaned: 0,
    async initialize({ update }: { update: Update }) {
      manager.update = update;
      return {
        supergraphSdl,
        cleanup: async () => {
          manager.cleaned += 1;
        },
      };
    },
  };
  return manager;
}

const ASKED_OF_USER = '{ __type(name: "User") { fields { name } } }';
const fieldNames = async (gateway: ServedGateway): Promise<string[]> => {
  const { body } = await gateway.ask(ASKED_OF_USER);
  const type = body.data?.['__type'] as { fields: { name: string }[] } | undefined;
  return (type?.fields ?? []).map(({ name }) => name);
};

describe('a supergraph manager', () => {
  it('changes the schema that is served', async () => {
    const manager = ownManager();
    const gateway = await start({ supergraphSdl: manager });
    expect(gateway.gateway.supergraphManager).toBe(manager);
    expect(await fieldNames(gateway)).not.toContain('email');
    manager.update!(nextSdl);
    expect(await fieldNames(gateway)).toContain('email');
  });

  it('may be a function', async () => {
    const gateway = await start({ supergraphSdl: async () => ({ supergraphSdl }) });
    expect((await gateway.ask('{ me { name } }')).body).toEqual({ data: { me: { name: 'Ada' } } });
  });

  it('changes the schema under concurrent requests, and none of them fails', async () => {
    const manager = ownManager();
    const gateway = await start({ supergraphSdl: manager });
    let updates = 0;
    let isChanging = true;
    const client = async (): Promise<number> => {
      let answers = 0;
      while (isChanging) {
        const { body } = await gateway.ask(
          '{ products(first: 2) { title seller { name reviews { stars } } } }',
        );
        expect(body).toEqual({
          data: {
            products: [
              { title: 'Table', seller: { name: 'Ada', reviews: [{ stars: 3 }] } },
              { title: 'Chair', seller: { name: 'Alan', reviews: [{ stars: 3 }] } },
            ],
          },
        });
        answers += 1;
        // The schema changes between the fetches of the other clients' operations.
        if (updates < 20) {
          updates += 1;
          manager.update!(updates % 2 === 0 ? supergraphSdl : nextSdl);
        } else isChanging = false;
      }
      return answers;
    };
    const answers = await Promise.all(Array.from({ length: 6 }, client));
    expect(updates).toBe(20);
    expect(answers.every((count) => count > 0)).toBe(true);
  });

  it('finishes a request on the schema that it began with', async () => {
    const manager = ownManager();
    const gateway = await start({ supergraphSdl: manager });
    const without = supergraphOf(subgraphs.filter(({ name }) => name !== 'reviews'));
    subgraphs[1]!.answerWith = () => {
      manager.update!(without);
      subgraphs[1]!.answerWith = undefined;
      return undefined;
    };
    const query = '{ product(upc: "p1") { title rating } }';
    expect((await gateway.ask(query)).body).toEqual({ data: { product: { title: 'Table', rating: 4.5 } } });
    expect((await gateway.ask(query)).status).toBe(400);
  });

  it('runs a request on the schema that it was validated against, though another came meanwhile', async () => {
    const manager = ownManager();
    const gateway = new SluiceGateway({ supergraphSdl: manager });
    const without = supergraphOf(subgraphs.filter(({ name }) => name !== 'reviews'));
    const served = await serve(gateway, {
      plugins: [
        {
          requestDidStart: async () => ({
            didResolveOperation: async () => manager.update!(without),
          }),
        },
      ],
    });
    running.push(() => served.stop());
    const query = '{ product(upc: "p1") { title rating } }';
    expect((await served.ask(query)).body).toEqual({ data: { product: { title: 'Table', rating: 4.5 } } });
    expect((await served.ask(query)).status).toBe(400);
  });

  it('that gives the same schema again causes no reload', async () => {
    const manager = ownManager();
    const loaded: string[] = [];
    const told: unknown[] = [];
    const gateway = new SluiceGateway({
      supergraphSdl: manager,
      experimental_didUpdateSupergraph: (now, before) => told.push([now, before]),
    });
    gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => loaded.push(coreSupergraphSdl));
    await gateway.load();
    running.push(() => gateway.stop());
    const { schema } = gateway;
    manager.update!(supergraphSdl);
    expect(gateway.schema).toBe(schema);
    expect(loaded).toEqual([supergraphSdl]);
    manager.update!(nextSdl);
    expect(gateway.schema).not.toBe(schema);
    expect(loaded).toEqual([supergraphSdl, nextSdl]);
    expect(told).toMatchObject([
      [{ supergraphSdl }, undefined],
      [{ supergraphSdl: nextSdl }, { supergraphSdl, schema }],
    ]);
  });

  it.each([
    ['is no GraphQL', 'not a schema {', /cannot be parsed: Syntax Error/],
    ['is no supergraph', 'type Query { a: Int }', /not a supergraph schema/],
    ['is empty', '', /cannot be parsed/],
  ])('that gives what %s is refused, and the running schema stays', async (_, bad, message) => {
    const manager = ownManager();
    const gateway = await start({ supergraphSdl: manager });
    const { schema } = gateway.gateway;
    expect(() => manager.update!(bad)).toThrow(message);
    expect(gateway.gateway.schema).toBe(schema);
    expect((await gateway.ask('{ seller { name } }')).body).toEqual({ data: { seller: { name: 'Alan' } } });
    manager.update!(nextSdl);
    expect(await fieldNames(gateway)).toContain('email');
  });

  it.each(UNENFORCED)(
    'that gives a schema with %s, which nobody would enforce or run, is refused, as by ApolloGateway',
    async (feature, sdl) => {
      const refused = supergraphOf([
        { name: 'a', url: 'http://localhost:1', sdl },
        {
          name: 'b',
          url: 'http://localhost:2',
          sdl: `${federation('@key')} type Query { b: Int } type U @key(fields: "id") { id: ID! }`,
        },
      ]);
      await expect(new ApolloGateway({ supergraphSdl: refused }).load()).rejects.toThrow(`/${feature}/`);
      await expect(new SluiceGateway({ supergraphSdl: refused }).load()).rejects.toThrow(
        new RegExp(`relies on https://specs.apollo.dev/${feature}/v0.\\d, which neither ApolloGateway nor`),
      );
    },
  );

  it('is cleaned up once by stop, and may give no schema after it', async () => {
    const manager = ownManager();
    const gateway = new SluiceGateway({ supergraphSdl: manager });
    await gateway.load();
    await Promise.all([gateway.stop(), gateway.stop()]);
    await gateway.stop();
    expect(manager.cleaned).toBe(1);
    expect(() => manager.update!(nextSdl)).toThrow(
      "Can't call `update` callback after gateway has been stopped.",
    );
    await expect(gateway.load()).rejects.toThrow('SluiceGateway.load called in surprising state stopped');
  });

  it('is cleaned up if its first schema is a bad one', async () => {
    let cleaned = 0;
    const gateway = new SluiceGateway({
      supergraphSdl: async () => ({
        supergraphSdl: 'no',
        cleanup: async () => {
          cleaned += 1;
        },
      }),
    });
    await expect(gateway.load()).rejects.toThrow(/cannot be parsed/);
    expect(cleaned).toBe(1);
  });

  it('that fails to clean up does not keep the gateway from stopping', async () => {
    const logger = recordingLogger();
    const gateway = new SluiceGateway({
      logger,
      supergraphSdl: async () => ({ supergraphSdl, cleanup: () => Promise.reject(new Error('stuck')) }),
    });
    await gateway.load();
    await gateway.stop();
    expect(logger.lines).toContainEqual(expect.stringMatching(/^error: .*cleanup.*stuck/));
  });

  it('checks the subgraphs of a schema before it gives it', async () => {
    let check: ((sdl: string) => Promise<void>) | undefined;
    await start({
      supergraphSdl: async ({ healthCheck }) => {
        check = healthCheck;
        return { supergraphSdl };
      },
    });
    await expect(check!(nextSdl)).resolves.toBeUndefined();
    subgraphs[1]!.answerWith = () => ({ status: 500, body: '{}' });
    await expect(check!(nextSdl)).rejects.toThrow(/health check failed.*\n\[catalogue\]: .*HTTP status 500/s);
  });
});

describe('listeners', () => {
  it('that throw are logged, and the schema changes all the same', async () => {
    const logger = recordingLogger();
    const manager = ownManager();
    const gateway = new SluiceGateway({ supergraphSdl: manager, logger });
    const stopListening = gateway.onSchemaLoadOrUpdate(() => {
      throw new Error('cannot take it');
    });
    await gateway.load();
    running.push(() => gateway.stop());
    expect(gateway.schema).toBeDefined();
    expect(logger.lines.filter((line) => line.includes('cannot take it'))).toHaveLength(1);
    stopListening();
    manager.update!(nextSdl);
    expect(logger.lines.filter((line) => line.includes('cannot take it'))).toHaveLength(1);
  });

  it('may not stop the gateway or give it another schema', async () => {
    const manager = ownManager();
    const gateway = new SluiceGateway({ supergraphSdl: manager });
    const failures: unknown[] = [];
    let stopping: Promise<void> | undefined;
    gateway.onSchemaLoadOrUpdate(() => {
      stopping = gateway.stop();
      try {
        manager.update!(nextSdl);
      } catch (error) {
        failures.push(error);
      }
    });
    await gateway.load();
    await expect(stopping).rejects.toThrow(/inside a schema change listener/);
    expect(failures).toMatchObject([
      { message: expect.stringContaining('while supergraph update is in progress') },
    ]);
    await gateway.stop();
  });
});

describe("Apollo's own managers are used as they are", () => {
  const polling = (subgraph: HttpSubgraph, token: string): IntrospectAndCompose =>
    new IntrospectAndCompose({
      subgraphs: [{ name: subgraph.name, url: subgraph.url }],
      introspectionHeaders: { 'x-token': token },
      pollIntervalInMs: 10,
    });

  /** Counts how often a subgraph was asked for its schema, by the token that came along. */
  function pollsOf(subgraph: HttpSubgraph) {
    const counts = new Map<unknown, number>();
    const waiting = new Set<() => void>();
    subgraph.answerWith = ({ headers }) => {
      counts.set(headers['x-token'], (counts.get(headers['x-token']) ?? 0) + 1);
      for (const check of waiting) check();
      return undefined;
    };
    const count = (token: string): number => counts.get(token) ?? 0;
    const reach = (token: string, wanted: number): Promise<void> =>
      new Promise((resolve) => {
        waiting.add(() => {
          if (count(token) >= wanted) resolve();
        });
      });
    return { count, reach };
  }

  const endpoints = (): { name: string; url: string }[] => subgraphs.map(({ name, url }) => ({ name, url }));

  it('IntrospectAndCompose, with its headers', async () => {
    const gateway = await start({
      supergraphSdl: new IntrospectAndCompose({
        subgraphs: endpoints(),
        introspectionHeaders: { 'x-token': 'secret' },
        subgraphHealthCheck: true,
      }),
    });
    expect(subgraphs.map(({ requests }) => requests[0]?.headers['x-token'])).toEqual([
      'secret',
      'secret',
      'secret',
    ]);
    const { body } = await gateway.ask('{ seller { name reviews { body } } }');
    expect(body).toEqual({ data: { seller: { name: 'Alan', reviews: [{ body: 'by u2' }] } } });
  });

  it('IntrospectAndCompose, polling: a subgraph that changes is served anew', async () => {
    const accounts = await startSubgraph(ACCOUNTS);
    const gateway = new SluiceGateway({ supergraphSdl: polling(accounts, 'one') });
    const changed = new Promise<void>((resolve) => {
      gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
        if (coreSupergraphSdl.includes('email')) resolve();
      });
    });
    const served = await serve(gateway);
    running.push(
      () => served.stop(),
      () => accounts.close(),
    );
    accounts.become(WITH_EMAIL);
    await changed;
    expect((await served.ask('{ me { email } }')).body).toEqual({
      data: { me: { email: 'ada@example.org' } },
    });
  });

  it('IntrospectAndCompose, polling: stop ends it', async () => {
    const accounts = await startSubgraph(ACCOUNTS);
    running.push(() => accounts.close());
    const stopped = await start({ supergraphSdl: polling(accounts, 'stopped') });
    const polls = pollsOf(accounts);
    await polls.reach('stopped', 2);
    await stopped.stop();
    const before = polls.count('stopped');
    await start({ supergraphSdl: polling(accounts, 'running') });
    await polls.reach('running', 5);
    expect(polls.count('stopped')).toBe(before);
  });

  it('IntrospectAndCompose with a subgraph down at start: neither gateway starts, and both say which', async () => {
    subgraphs[1]!.answerWith = () => ({ status: 503, body: '{}' });
    const message = /Couldn't load service definitions for "catalogue" at/;
    for (const gateway of [
      new ApolloGateway({ supergraphSdl: new IntrospectAndCompose({ subgraphs: endpoints() }) }),
      new SluiceGateway({ supergraphSdl: new IntrospectAndCompose({ subgraphs: endpoints() }) }),
    ]) {
      const server = new ApolloServer({ gateway, logger: recordingLogger() });
      await expect(server.start()).rejects.toThrow(message);
      await gateway.stop();
    }
  });

  it('IntrospectAndCompose with a subgraph down later: the schema stays', async () => {
    const accounts = await startSubgraph(ACCOUNTS);
    const logger = recordingLogger();
    const failed = new Promise<void>((resolve) => {
      logger.error = (message) => {
        logger.lines.push(String(message));
        resolve();
      };
    });
    const gateway = await start({
      supergraphSdl: new IntrospectAndCompose({
        subgraphs: [{ name: 'accounts', url: accounts.url }],
        pollIntervalInMs: 10,
        logger,
      }),
    });
    running.push(() => accounts.close());
    accounts.answerWith = ({ query }) =>
      query?.includes('_service') ? { status: 503, body: '{}' } : undefined;
    await failed;
    expect(logger.lines[0]).toContain('IntrospectAndCompose failed to update supergraph');
    expect((await gateway.ask('{ me { name } }')).body).toEqual({ data: { me: { name: 'Ada' } } });
  });

  it('LocalCompose with LocalGraphQLDataSource: a graph without a network', async () => {
    const definitions = [ACCOUNTS, CATALOGUE];
    const built: string[] = [];
    const gateway = await start({
      supergraphSdl: new LocalCompose({
        localServiceList: definitions.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl) })),
      }),
      buildService({ name }) {
        built.push(name);
        return new LocalGraphQLDataSource(
          schemaOf(definitions.find((definition) => definition.name === name)!),
        );
      },
    });
    const { body } = await gateway.ask('{ seller { name sells { title } } }');
    expect(body).toEqual({ data: { seller: { name: 'Alan', sells: [{ title: 'Chair' }] } } });
    expect(built).toEqual(['accounts', 'catalogue']);
    expect(subgraphs.flatMap(({ requests }) => requests)).toEqual([]);
  });
});

describe('health', () => {
  it('is checked at start with "serviceHealthCheck: true"', async () => {
    const good = new SluiceGateway({ supergraphSdl, serviceHealthCheck: true });
    await good.load();
    await expect(good.serviceHealthCheck()).resolves.toBeUndefined();
    subgraphs[2]!.answerWith = () => ({ status: 500, body: '{}' });
    await expect(good.serviceHealthCheck()).rejects.toThrow(/^\[reviews\]: /);
    await good.stop();
    const bad = new SluiceGateway({ supergraphSdl, serviceHealthCheck: true });
    await expect(bad.load()).rejects.toThrow(/health check failed/);
  });
});

describe('subscriptions', () => {
  it('are refused, as by ApolloGateway, but as what they are and not as a fault of the server', async () => {
    const sdl = supergraphOf([
      { name: 'a', url: subgraphs[0]!.url, sdl: 'type Query { a: Int } type Subscription { ticks: Int }' },
    ]);
    const answers = [];
    for (const gateway of [
      new ApolloGateway({ supergraphSdl: sdl }),
      new SluiceGateway({ supergraphSdl: sdl }),
    ]) {
      const served = await serve(gateway);
      running.push(() => served.stop());
      answers.push(await served.ask('subscription { ticks }'));
    }
    const message = 'Execution of subscriptions not supported by gateway';
    expect(answers).toMatchObject([
      { status: 500, body: { errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }] } },
      { status: 400, body: { errors: [{ message, extensions: { code: 'OPERATION_NOT_PLANNABLE' } }] } },
    ]);
  });
});
