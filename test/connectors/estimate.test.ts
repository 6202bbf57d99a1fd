import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { grpcBackend } from './backends.ts';
import { graphOf, keep, source } from './kept.ts';

const SDL = /* GraphQL */ `
  ${source('http://127.0.0.1:1')}
  type Query {
    page(first: Int = 20): Page!
      @connect(source: "api", http: { GET: "/users?n={$args.first}" }, selection: "nodes { id } total")
    user(id: ID!): User @grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", request: "id: $args.id")
  }
  type Page {
    nodes: [User!]!
    total: Int
  }
  type User
    @key(fields: "id")
    @grpc(
      upstream: "grpc"
      method: "shop.v1.Shop/BatchGetUsers"
      request: "ids: $batch.id"
      selection: "$.users"
      batch: { maxSize: 100 }
    ) {
    id: ID!
    displayName: String
    tags: [String!]
    badge: String
      @grpc(
        upstream: "grpc"
        method: "shop.v1.Shop/FindBadge"
        request: "userId: $this.id"
        selection: "$.text"
      )
    manager: User
  }
`;

async function estimates(query: string, variables = {}, entities?: number) {
  const grpc = await keep(grpcBackend({}));
  const { runtime } = graphOf({ sdl: SDL, backends: { grpc } });
  const document = parse(query);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const fetch = {
    subgraph: 'shop',
    kind: operation.operation,
    operation: query,
    document,
    operationName: undefined,
    variableNames: [],
    entities: entities !== undefined,
  };
  return runtime
    .estimateCalls(fetch, entities ?? 1, 50, variables)
    .map(({ at, operation: name, asked, calls }) => `${at}: ${name} ${calls} for ${asked}`);
}

test('an argument bounds the next list, wherever that is; what has no batch form counts one by one', async () => {
  expect(
    await estimates('query ($n: Int) { page(first: $n) { nodes { id displayName badge } } }', { n: 250 }),
  ).toEqual([
    'page: GET /users 1 for 1',
    'page.nodes: shop.v1.Shop/BatchGetUsers 3 for 250',
    'page.nodes.badge: shop.v1.Shop/FindBadge 250 for 250',
  ]);
});

test('defaults bound lists, too', async () => {
  expect(await estimates('{ page { nodes { displayName } } }')).toContain(
    'page.nodes: shop.v1.Shop/BatchGetUsers 1 for 20',
  );
});

test('what another subgraph asks for is counted by the number of entities', async () => {
  const query =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { displayName tags } } }';
  expect(await estimates(query, {}, 201)).toEqual(['displayName,tags: shop.v1.Shop/BatchGetUsers 3 for 201']);
});

test('what the gateway needs for itself has no name', async () => {
  expect(await estimates('{ user(id: "1") { id } }')).toEqual(['user: shop.v1.Shop/GetUser 1 for 1']);
});
