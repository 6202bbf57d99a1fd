// The backend of the `posts` workload: 100 posts by 10 authors over JSON REST, answers built beforehand.
import { createServer } from 'node:http';
import { serve } from './serve.ts';

const POSTS = 100;
const USERS = 10;

const posts = Array.from({ length: POSTS }, (_, at) => ({
  userId: (at % USERS) + 1,
  id: at + 1,
  title: `Post ${at + 1}: what a gateway should not cost`,
  body: 'quia et suscipit suscipit recusandae consequuntur expedita et cum reprehenderit molestiae ut ut quas totam',
}));
const users = Array.from({ length: USERS }, (_, at) => ({
  id: at + 1,
  name: `Author ${at + 1}`,
  username: `author${at + 1}`,
  email: `author${at + 1}@example.com`,
  phone: '1-770-736-8031',
  website: 'example.com',
}));

const json = { 'content-type': 'application/json' };
const allPosts = Buffer.from(JSON.stringify(posts));
/** By the query string, as asked. Filled on first use: ten ids in one order are one entry. */
const answers = new Map<string, { readonly body: Buffer; readonly keys: number }>();
const calls: Record<string, number> = {};
const keys: Record<string, number> = {};

function usersOf(query: string): Buffer {
  let answer = answers.get(query);
  if (answer === undefined) {
    const ids = new Set(new URLSearchParams(query).get('ids')?.split(',').map(Number));
    const body = Buffer.from(JSON.stringify(users.filter(({ id }) => ids.has(id))));
    answers.set(query, (answer = { body, keys: ids.size }));
  }
  keys['GET /users'] = (keys['GET /users'] ?? 0) + answer.keys;
  return answer.body;
}

function count(operation: string): void {
  calls[operation] = (calls[operation] ?? 0) + 1;
}

serve(
  createServer((request, response) => {
    const url = request.url!;
    if (url === '/posts') {
      count('GET /posts');
      response.writeHead(200, { ...json, 'content-length': allPosts.length }).end(allPosts);
    } else if (url.startsWith('/users?')) {
      count('GET /users');
      const answer = usersOf(url.slice(7));
      response.writeHead(200, { ...json, 'content-length': answer.length }).end(answer);
    } else if (url === '/counters') {
      response.writeHead(200, json).end(JSON.stringify({ calls, keys }));
    } else if (url === '/counters/reset') {
      for (const operation of Object.keys(calls)) delete calls[operation];
      for (const operation of Object.keys(keys)) delete keys[operation];
      response.writeHead(204).end();
    } else {
      response.writeHead(404).end();
    }
  }),
);
