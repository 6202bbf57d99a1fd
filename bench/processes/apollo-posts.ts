// A plain Apollo subgraph in front of the backend of the `posts` workload: undici, and a DataLoader for authors.
import DataLoader from 'dataloader';
import { Pool } from 'undici';
import { serveSubgraph } from './apollo-subgraph.ts';
import { setting } from './serve.ts';

interface User {
  readonly id: number;
  readonly name: string;
}
interface Post {
  readonly userId: number;
}
interface Context {
  readonly users: DataLoader<number, User | null>;
}

const pool = new Pool(setting('BACKEND_URL'), { connections: 128 });

async function get<T>(path: string): Promise<T> {
  const { body } = await pool.request({ method: 'GET', path });
  return (await body.json()) as T;
}

async function loadUsers(ids: readonly number[]): Promise<(User | null)[]> {
  const users = await get<readonly User[]>(`/users?ids=${ids.join(',')}`);
  const byId = new Map(users.map((user) => [user.id, user]));
  return ids.map((id) => byId.get(id) ?? null);
}

await serveSubgraph(
  'peer-posts.graphql',
  {
    Query: { posts: () => get<readonly Post[]>('/posts') },
    Post: { user: ({ userId }: Post, _: unknown, { users }: Context) => users.load(userId) },
  },
  (): Context => ({ users: new DataLoader(loadUsers) }),
);
