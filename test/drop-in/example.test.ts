import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningProcess, startProcess } from '../e2e/processes.ts';

let example: RunningProcess;
let url: string;

beforeAll(async () => {
  example = startProcess(['examples/drop-in/server.ts'], { env: { PORT: '0' } });
  [, url = ''] = await example.says(/Ready at (\S+)/);
});

afterAll(() => example.stop());

async function ask(headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ me { name reviews { stars author { name } } } }' }),
  });
  return response.json();
}

it('the example of the migration page runs, and its data source tells subgraphs who asks', async () => {
  expect(await ask({})).toEqual({
    data: { me: { name: 'Ada', reviews: [{ stars: 5, author: { name: 'Ada' } }] } },
  });
  expect(await ask({ 'user-id': '2' })).toEqual({
    data: { me: { name: 'Alan', reviews: [{ stars: 4, author: { name: 'Alan' } }] } },
  });
});

it('it ends when it is told to, without having complained', async () => {
  expect(await example.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  expect(example.stderr()).toBe('');
});
