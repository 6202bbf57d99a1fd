// Floor 2: the `posts` query by hand, without GraphQL: two calls, JSON.parse, a join, JSON.stringify.
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { serve, setting } from './serve.ts';

interface Post {
  readonly title: string;
  readonly userId: number;
}
interface User {
  readonly id: number;
  readonly name: string;
}

const pool = new Pool(setting('BACKEND_URL'), { connections: 128 });

async function get<T>(path: string): Promise<T> {
  const { body } = await pool.request({ method: 'GET', path });
  return (await body.json()) as T;
}

async function answer(): Promise<string> {
  const posts = await get<readonly Post[]>('/posts');
  const ids = new Set(posts.map(({ userId }) => userId));
  const users = await get<readonly User[]>(`/users?ids=${[...ids].join(',')}`);
  const byId = new Map(users.map(({ id, name }) => [id, { name }]));
  return JSON.stringify({
    data: { posts: posts.map(({ title, userId }) => ({ title, user: byId.get(userId) })) },
  });
}

serve(
  createServer((request, response) => {
    request
      .on('end', () => {
        answer().then(
          (text) => response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(text),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
      })
      .resume();
  }),
);
