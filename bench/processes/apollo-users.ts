// A plain Apollo subgraph in front of the users service: grpc-js, a DataLoader, a field mask from the query.
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { serveSubgraph, wantedFields } from './apollo-subgraph.ts';
import { grpcClient } from './grpc-client.ts';
import { setting } from './serve.ts';

interface User {
  readonly id: string;
  readonly displayName: string;
}
interface Page {
  readonly users: readonly User[];
  readonly totalSize: number;
}
interface Context {
  readonly users: DataLoader<string, User | null>;
}
interface PageArguments {
  readonly first: number;
  readonly after?: string;
}

const call = grpcClient(setting('USERS_ADDRESS'), 'users/v1/users.proto', 'users.v1.UserService');
const SOURCES: Readonly<Record<string, string>> = { name: 'display_name', email: 'email', phone: 'phone' };

async function loadUsers(ids: readonly string[]): Promise<(User | null)[]> {
  const { users } = await call<Page>('batchGetUsers', { ids });
  const byId = new Map(users.map((user) => [user.id, user]));
  return ids.map((id) => byId.get(id) ?? null);
}

function mask(fields: ReadonlySet<string>): { readonly paths: readonly string[] } {
  return { paths: ['id', ...[...fields].flatMap((name) => SOURCES[name] ?? [])] };
}

await serveSubgraph(
  'peer-users.graphql',
  {
    Query: {
      user: (_: unknown, { id }: { id: string }, { users }: Context) => users.load(id),
      users: async (_: unknown, { first, after }: PageArguments, __: Context, info: GraphQLResolveInfo) => {
        const readMask = mask(wantedFields(info, 'nodes'));
        const page = await call<Page>('listUsers', { pageSize: first, afterId: after ?? '', readMask });
        return { nodes: page.users, totalCount: page.totalSize };
      },
    },
    User: {
      __resolveReference: ({ id }: User, { users }: Context) => users.load(id),
      name: (user: User) => user.displayName,
    },
  },
  (): Context => ({ users: new DataLoader(loadUsers) }),
);
