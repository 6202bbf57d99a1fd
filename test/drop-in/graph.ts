import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';

export interface SubgraphRequest {
  readonly headers: IncomingHttpHeaders;
  readonly query?: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly extensions?: { readonly persistedQuery?: unknown };
}

export interface CannedAnswer {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A federated subgraph behind a real HTTP server. */
export interface HttpSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
  readonly schema: GraphQLSchema;
  readonly requests: SubgraphRequest[];
  /** Answers in place of the schema. */
  answerWith: ((request: SubgraphRequest) => CannedAnswer | undefined) | undefined;
  /** Answers with another schema from now on; composition sees it at the next poll. */
  become(definition: SubgraphDefinition): void;
  close(): Promise<void>;
}

export interface SubgraphDefinition {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires", "@shareable"])\n`;

const USERS = [
  { id: 'u1', name: 'Ada', age: 36 },
  { id: 'u2', name: 'Alan', age: null },
  { id: 'u3', name: 'Grace', age: 85 },
];

export const ACCOUNTS: SubgraphDefinition = {
  name: 'accounts',
  sdl: `${LINK}
    type Query {
      me: User
      user(id: ID!): User
      users(first: Int = 2, filter: UserFilter): [User!]!
      maybeUsers: [User]
      found(text: String!): [Found!]!
      header(name: String!): String
      teapot: String
      teapotRequired: User
      slow: String
    }
    type Mutation { rename(id: ID!, name: String!): User }
    input UserFilter { ids: [ID!], older: Int = 0 }
    union Found = User | Note
    interface Named { name: String }
    type Note implements Named { name: String text: String! author: User }
    type User implements Named @key(fields: "id") {
      id: ID! name: String age: Int
      nickname(length: Int!): String
      broken: String
      brokenRequired: String!
      lying: String!
    }
  `,
  resolvers: {
    Query: {
      me: () => USERS[0],
      user: (_: unknown, { id }: { id: string }) => USERS.find((user) => user.id === id),
      users: (_: unknown, { first, filter }: { first: number; filter?: { ids?: string[]; older: number } }) =>
        USERS.filter(
          (user) => (!filter?.ids || filter.ids.includes(user.id)) && (user.age ?? 0) >= (filter?.older ?? 0),
        ).slice(0, first),
      maybeUsers: () => [USERS[0], null, USERS[2]],
      found: (_: unknown, { text }: { text: string }) => [
        { __typename: 'User', ...USERS[1] },
        { __typename: 'Note', name: 'note', text, author: USERS[2] },
      ],
      header: (_: unknown, { name }: { name: string }, context: IncomingHttpHeaders) => context[name] ?? null,
      teapot: () => {
        throw new GraphQLError('short and stout', { extensions: { code: 'TEAPOT', handle: true } });
      },
      teapotRequired: () => USERS[0],
    },
    Mutation: { rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ id, name, age: 1 }) },
    User: {
      nickname: ({ name }: { name: string }, { length }: { length: number }) => name.slice(0, length),
      broken: ({ name }: { name: string }) => {
        throw new Error(`${name} is broken`);
      },
      brokenRequired: ({ name }: { name: string }) => {
        throw new Error(`${name} is broken for good`);
      },
      lying: () => 'truth',
      __resolveReference: ({ id }: { id: string }) => USERS.find((user) => user.id === id),
    },
  },
};

const PRODUCTS = [
  { upc: 'p1', title: 'Table', price: 100, weight: 7, seller: { id: 'u1' } },
  { upc: 'p2', title: 'Chair', price: 40, weight: 3, seller: { id: 'u2' } },
  { upc: 'p3', title: 'Lamp', price: 15, weight: 1, seller: { id: 'u1' } },
];

export const CATALOGUE: SubgraphDefinition = {
  name: 'catalogue',
  sdl: `${LINK}
    type Query { products(first: Int): [Product!]! product(upc: ID!): Product seller: User }
    type Product @key(fields: "upc") { upc: ID! title: String price: Int weight: Int seller: User }
    type User @key(fields: "id") { id: ID! sells: [Product!] }
  `,
  resolvers: {
    Query: {
      products: (_: unknown, { first }: { first?: number }) => PRODUCTS.slice(0, first ?? 3),
      product: (_: unknown, { upc }: { upc: string }) => PRODUCTS.find((product) => product.upc === upc),
      seller: () => ({ id: 'u2' }),
    },
    Product: {
      __resolveReference: ({ upc }: { upc: string }) => PRODUCTS.find((product) => product.upc === upc),
    },
    User: {
      sells: ({ id }: { id: string }) => PRODUCTS.filter(({ seller }) => seller.id === id),
      __resolveReference: ({ id }: { id: string }) => ({ id }),
    },
  },
};

export const REVIEWS: SubgraphDefinition = {
  name: 'reviews',
  sdl: `${LINK}
    type Query { latest: [Review!]! }
    type Review { stars: Int! body: String author: User product: Product }
    type Product @key(fields: "upc") {
      upc: ID! price: Int @external weight: Int @external
      reviews: [Review!]
      shipping: Int @requires(fields: "price weight")
      rating: Float
      ratingRequired: Float!
    }
    type User @key(fields: "id") { id: ID! reviews: [Review!] }
  `,
  resolvers: {
    Query: {
      latest: () => [
        { stars: 5, body: 'fine', author: { id: 'u1' }, product: { upc: 'p1' } },
        { stars: 1, body: null, author: { id: 'u9' }, product: { upc: 'p2' } },
      ],
    },
    Product: {
      __resolveReference: async ({
        upc,
        price,
        weight,
      }: {
        upc: string;
        price?: number;
        weight?: number;
      }) => {
        if (upc === 'p3') throw new GraphQLError('no reviews of lamps', { extensions: { lamp: true } });
        return { upc, price, weight };
      },
      reviews: ({ upc }: { upc: string }) => [{ stars: upc === 'p1' ? 5 : 1, author: { id: 'u2' } }],
      shipping: ({ price, weight }: { price: number; weight: number }) => price + weight,
      rating: ({ upc }: { upc: string }) => {
        if (upc === 'p2') throw new Error('no rating of chairs');
        return 4.5;
      },
      ratingRequired: ({ upc }: { upc: string }) => {
        if (upc === 'p2') throw new Error('no required rating of chairs');
        return 4.5;
      },
    },
    User: { reviews: ({ id }: { id: string }) => [{ stars: 3, body: `by ${id}`, author: { id } }] },
  },
};

export const GRAPH = [ACCOUNTS, CATALOGUE, REVIEWS];

export function schemaOf(definition: SubgraphDefinition): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(definition.sdl), resolvers: definition.resolvers as never }]);
}

export async function startSubgraph(definition: SubgraphDefinition): Promise<HttpSubgraph> {
  let schema = schemaOf(definition);
  const requests: SubgraphRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Omit<SubgraphRequest, 'headers'>;
      const asked: SubgraphRequest = { ...body, headers: request.headers };
      requests.push(asked);
      const canned = running.answerWith?.(asked);
      void Promise.resolve(canned ?? answer(schema, asked)).then(({ status, type, headers, body }) => {
        response
          .writeHead(status ?? 200, { 'content-type': type ?? 'application/json', ...headers })
          .end(body);
      });
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const running: HttpSubgraph = {
    name: definition.name,
    sdl: definition.sdl,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    schema,
    requests,
    answerWith: undefined,
    become(next) {
      schema = schemaOf(next);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return running;
}

/** Strict: what is not valid against the subgraph's own schema is refused. */
async function answer(schema: GraphQLSchema, request: SubgraphRequest): Promise<CannedAnswer> {
  return { body: JSON.stringify(await run(schema, request)) };
}

function run(schema: GraphQLSchema, request: SubgraphRequest): unknown {
  if (request.query === undefined) return { errors: [{ message: 'PersistedQueryNotFound' }] };
  const document = parse(request.query);
  const invalid = validate(schema, document);
  if (invalid.length > 0) return { errors: invalid.map((error) => error.toJSON()) };
  return execute({
    schema,
    document,
    variableValues: request.variables,
    operationName: request.operationName,
    contextValue: request.headers,
  });
}

export function supergraphOf(
  subgraphs: readonly { readonly name: string; readonly sdl: string; readonly url?: string }[],
): string {
  const composed = composeSupergraph(subgraphs);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  return composed.supergraphSdl;
}
