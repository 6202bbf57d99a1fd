import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents, readMultipart } from '../front/parts-reader.ts';
import { startDemo } from './demo.ts';
import type { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo?.stop());

const QUERY = `{
  users(first: 3) {
    nodes @stream(initialCount: 1) { id orders(first: 1) { nodes { id } } ... @defer { email } }
  }
}`;

const ask = (accept: string, query = QUERY) =>
  fetch(`${demo.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  });

interface Item {
  readonly id?: string;
  readonly email?: string;
}

test('gRPC and XML backends answer in parts what they answer in one piece, in every format', async () => {
  const whole = (await (await ask('application/json')).json()) as {
    data: { users: { nodes: Item[] } };
  };
  const { nodes } = whole.data.users;
  expect(nodes).toHaveLength(3);
  for (const payloads of [
    readMultipart(await ask('multipart/mixed;deferSpec=20220824')),
    readEvents(await ask('text/event-stream')),
  ]) {
    const all = await Array.fromAsync(payloads);
    expect(all[0]).toMatchObject({ data: { users: { nodes: [{ id: nodes[0]?.id }] } }, hasNext: true });
    const parts = all.flatMap(
      (payload) => (payload['incremental'] ?? []) as { items?: Item[]; data?: Item }[],
    );
    expect(parts.flatMap(({ items }) => items?.map(({ id }) => id) ?? [])).toEqual(
      nodes.slice(1).map(({ id }) => id),
    );
    expect(new Set(parts.flatMap(({ data }) => data?.email ?? []))).toEqual(
      new Set(nodes.map(({ email }) => email)),
    );
  }
  const newer = await Array.fromAsync(readMultipart(await ask('multipart/mixed;incrementalSpec=v0.2')));
  const told = newer.flatMap((payload) => (payload['pending'] ?? []) as { id: string }[]);
  const completed = newer.flatMap((payload) => (payload['completed'] ?? []) as { id: string }[]);
  expect(completed.map(({ id }) => id).sort()).toEqual(told.map(({ id }) => id).sort());
  expect(told).toHaveLength(4);
});
