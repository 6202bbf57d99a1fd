// Apollo Server with two federated subgraphs, run by Sluice in place of @apollo/gateway.
//   node examples/drop-in/server.ts
// Everything that is imported from @apollo/gateway is used as it is; only `ApolloGateway` has gone.
import { IntrospectAndCompose, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { SluiceGateway } from '../../gateway/drop-in/sluice-gateway.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const USERS = [
  { id: '1', name: 'Ada' },
  { id: '2', name: 'Alan' },
];

const accounts = await startSubgraph(
  `${LINK}
  type Query { me: User }
  type User @key(fields: "id") { id: ID! name: String! }`,
  {
    Query: { me: (_: unknown, __: unknown, { userId }: SubgraphContext) => userById(userId) },
    User: { __resolveReference: ({ id }: { id: string }) => userById(id) },
  },
);

const reviews = await startSubgraph(
  `${LINK}
  type Query { reviews: [Review!]! }
  type Review { stars: Int! text: String! author: User! }
  type User @key(fields: "id") { id: ID! reviews: [Review!]! }`,
  {
    Query: { reviews: () => REVIEWS },
    User: {
      reviews: ({ id }: { id: string }) => REVIEWS.filter(({ author }) => author.id === id),
    },
  },
);

const REVIEWS = [
  { stars: 5, text: 'Runs well.', author: { id: '1' } },
  { stars: 4, text: 'Halts.', author: { id: '2' } },
];

interface GatewayContext {
  readonly userId: string;
}

/** Tells each subgraph who asks. */
class UserDataSource extends RemoteGraphQLDataSource<GatewayContext> {
  override willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource<GatewayContext>['willSendRequest']>>[0]): void {
    request.http?.headers.set('user-id', context.userId ?? '');
  }
}

const gateway = new SluiceGateway({
  supergraphSdl: new IntrospectAndCompose({
    subgraphs: [
      { name: 'accounts', url: accounts },
      { name: 'reviews', url: reviews },
    ],
  }),
  buildService: ({ url }) => new UserDataSource({ url: url! }),
});

const server = new ApolloServer<GatewayContext>({ gateway });
const { url } = await startStandaloneServer(server, {
  listen: { port: Number(process.env['PORT'] ?? 4000), host: '127.0.0.1' },
  context: async ({ req }) => ({ userId: String(req.headers['user-id'] ?? '1') }),
});
console.log(`Ready at ${url}
Try: curl ${url} -H 'content-type: application/json' -d '{"query":"{ me { name reviews { stars text } } }"}'`);

// What follows is the rest of the world: two subgraphs, as they run anywhere.

interface SubgraphContext {
  readonly userId: string;
}

function userById(id: string) {
  return USERS.find((user) => user.id === id);
}

async function startSubgraph(
  sdl: string,
  resolvers: Record<string, Record<string, unknown>>,
): Promise<string> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  const subgraph = new ApolloServer<SubgraphContext>({ schema });
  const started = await startStandaloneServer(subgraph, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ userId: String(req.headers['user-id'] ?? '') }),
  });
  return started.url;
}
