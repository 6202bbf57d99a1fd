import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SnapshotSource } from '../../gateway/front/snapshot.ts';
import { createCoalesceRequests } from '../../gateway/policies/operation/coalesce-requests.ts';
import { type GatedGraph, gatedGraph } from '../execute/gated-graph.ts';
import { readEvents, readMultipart } from './parts-reader.ts';
import { serverUnderTest, type ServerOptions } from './server-under-test.ts';

function library(options: Parameters<typeof gatedGraph>[1] = {}): GatedGraph {
  const books = ['b1', 'b2', 'b3'].map((id) => ({ id, title: `Title ${id}` }));
  return gatedGraph(
    {
      books: {
        sdl: `type Query { book: Book books: [Book!]! } type Mutation { write: Book }
          type Book @key(fields: "id") { id: ID! title: String }`,
        resolvers: {
          Query: { book: () => books[0], books: () => books },
          Mutation: { write: () => books[1] },
          Book: { __resolveReference: ({ id }: { id: string }) => books.find((book) => book.id === id) },
        },
      },
      shelves: {
        sdl: 'type Book @key(fields: "id") { id: ID! shelf: String lost: String! }',
        resolvers: {
          Book: {
            __resolveReference: (book: object) => book,
            shelf: ({ id }: { id: string }) => `shelf of ${id}`,
            lost: () => {
              throw new Error('it is lost');
            },
          },
        },
      },
    },
    options,
  );
}

/** The front with a real engine behind it. */
async function served(graph: GatedGraph, options: Partial<ServerOptions> = {}) {
  let held = 0;
  const snapshots: SnapshotSource = {
    current: () => graph.snapshot,
    onChange: () => () => undefined,
    retain: () => void held++,
    release: () => void held--,
    evicted: () => new AbortController().signal,
  };
  const server = await serverUnderTest({
    schema: graph.snapshot.schema,
    ...options,
    front: { snapshots, ...options.front },
  });
  return {
    server,
    held: () => held,
    ask: (query: string, accept: string, more: object = {}, signal?: AbortSignal) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: JSON.stringify({ query, ...more }),
        ...(signal ? { signal } : {}),
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const DEFERRED = '{ book { title ... @defer(label: "where") { shelf } } }';
const STREAMED = '{ books @stream(initialCount: 1) { id ... @defer { shelf } } }';
const APOLLO_3 =
  'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9';
const APOLLO_4 =
  'multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json,application/json;q=0.9';

async function all<Value>(payloads: AsyncIterable<Value>): Promise<Value[]> {
  return Array.fromAsync(payloads);
}

describe('an answer in parts', () => {
  test('as of 2022 has paths and labels; the first part is there before the deferred fetch has an answer', async () => {
    const graph = library();
    await using gateway = await served(graph);
    graph.shut('shelf');
    const payloads = readMultipart(await gateway.ask(DEFERRED, APOLLO_3));
    expect((await payloads.next()).value).toEqual({ data: { book: { title: 'Title b1' } }, hasNext: true });
    await graph.arrived('shelf');
    graph.open('shelf');
    expect(await all(payloads)).toEqual([
      {
        incremental: [{ data: { shelf: 'shelf of b1' }, path: ['book'], label: 'where' }],
        hasNext: false,
      },
    ]);
  });

  test('as of GraphQL 17 has ids', async () => {
    const graph = library();
    await using gateway = await served(graph);
    graph.shut('shelf');
    const payloads = readMultipart(await gateway.ask(DEFERRED, APOLLO_4));
    expect((await payloads.next()).value).toEqual({
      data: { book: { title: 'Title b1' } },
      pending: [{ id: '0', path: ['book'], label: 'where' }],
      hasNext: true,
    });
    graph.open('shelf');
    expect(await all(payloads)).toEqual([
      {
        incremental: [{ id: '0', data: { shelf: 'shelf of b1' } }],
        completed: [{ id: '0' }],
        hasNext: false,
      },
    ]);
  });

  test('of a list has its further items, in both formats', async () => {
    await using gateway = await served(library());
    const [first, items, shelves] = await all(readMultipart(await gateway.ask(STREAMED, APOLLO_3)));
    expect(first).toEqual({ data: { books: [{ id: 'b1' }] }, hasNext: true });
    expect([items, shelves].flatMap((payload) => payload?.['incremental'])).toEqual(
      expect.arrayContaining([
        { items: [{ id: 'b2' }, { id: 'b3' }], path: ['books', 1] },
        { data: { shelf: 'shelf of b1' }, path: ['books', 0] },
        { data: { shelf: 'shelf of b3' }, path: ['books', 2] },
      ]),
    );
    const newer = await all(readMultipart(await gateway.ask(STREAMED, APOLLO_4)));
    expect(newer[0]).toEqual({
      data: { books: [{ id: 'b1' }] },
      pending: expect.arrayContaining([
        { id: '0', path: ['books', 0] },
        { id: '1', path: ['books'] },
      ]),
      hasNext: true,
    });
    expect(newer.flatMap((payload) => payload['incremental'] ?? [])).toContainEqual({
      id: '1',
      items: [{ id: 'b2' }, { id: 'b3' }],
    });
  });

  test.each([
    [
      'text/event-stream',
      { incremental: [{ data: { shelf: 'shelf of b1' }, path: ['book'], label: 'where' }] },
    ],
    ['text/event-stream;incrementalSpec=v0.2', { completed: [{ id: '0' }] }],
  ])('comes as events with %s', async (accept, last) => {
    const graph = library();
    await using gateway = await served(graph);
    graph.shut('shelf');
    const payloads = readEvents(await gateway.ask(DEFERRED, accept));
    expect((await payloads.next()).value).toMatchObject({
      data: { book: { title: 'Title b1' } },
      hasNext: true,
    });
    graph.open('shelf');
    expect(await all(payloads)).toEqual([expect.objectContaining({ ...last, hasNext: false })]);
  });

  test.each([
    'application/json',
    '*/*',
    'multipart/mixed;deferSpec=19990101, application/json',
    'multipart/mixed;deferSpec=20220824;q=0, application/json',
  ])('is one piece for a client that says %s', async (accept) => {
    const graph = library();
    await using gateway = await served(graph);
    const response = await gateway.ask(DEFERRED, accept);
    expect(response.headers.get('content-type')).toContain('json');
    expect(await response.json()).toEqual({ data: { book: { title: 'Title b1', shelf: 'shelf of b1' } } });
  });

  test('is in the format of 2022 for a client that names none', async () => {
    await using gateway = await served(library());
    const response = await gateway.ask(DEFERRED, 'application/json, multipart/mixed');
    expect(await all(readMultipart(response))).toHaveLength(2);
  });

  test('is one piece where nothing is deferred, whatever the client can read', async () => {
    await using gateway = await served(library());
    const text = 'query ($later: Boolean = false) { book { title ... @defer(if: $later) { shelf } } }';
    for (const query of ['{ book { title } }', text]) {
      const response = await gateway.ask(query, APOLLO_3);
      expect(response.headers.get('content-type')).toContain('json');
      expect(await response.json()).toMatchObject({ data: { book: { title: 'Title b1' } } });
    }
    const parts = await gateway.ask(text, APOLLO_3, { variables: { later: true } });
    expect(await all(readMultipart(parts))).toHaveLength(2);
  });

  test('of a mutation comes over POST, and never over GET', async () => {
    await using gateway = await served(library());
    const query = 'mutation { write { title ... @defer { shelf } } }';
    expect(await all(readMultipart(await gateway.ask(query, APOLLO_4)))).toHaveLength(2);
    const url = `${gateway.server.url}/graphql?query=${encodeURIComponent(query)}`;
    const got = await fetch(url, { headers: { accept: APOLLO_4, 'apollo-require-preflight': '1' } });
    expect(got.status).toBe(405);
  });

  test('comes over GET, but not for what a foreign page could send', async () => {
    await using gateway = await served(library());
    const url = `${gateway.server.url}/graphql?query=${encodeURIComponent(DEFERRED)}`;
    const good = await fetch(url, { headers: { accept: APOLLO_3, 'apollo-require-preflight': '1' } });
    expect(await all(readMultipart(good))).toHaveLength(2);
    const forged = await fetch(url, { headers: { accept: APOLLO_3 } });
    expect([forged.status, await forged.text()]).toEqual([400, expect.stringContaining('CSRF')]);
  });

  test('is asked for by its hash alone once the gateway knows it', async () => {
    await using gateway = await served(library());
    const sha256Hash = createHash('sha256').update(DEFERRED).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const hashOnly = () =>
      fetch(`${gateway.server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: APOLLO_4 },
        body: JSON.stringify({ extensions }),
      });
    expect(await (await hashOnly()).json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    expect(await all(readMultipart(await gateway.ask(DEFERRED, APOLLO_4, { extensions })))).toHaveLength(2);
    expect(await all(readMultipart(await hashOnly()))).toHaveLength(2);
  });

  test('is never shared with another request', async () => {
    const graph = library();
    const changes = { count: 0 };
    const policy = createCoalesceRequests({ headers: 'all', changes, window: 'run' });
    await using gateway = await served(graph, { front: { operationPolicies: [policy] } });
    graph.shut('title');
    const asked = [APOLLO_3, APOLLO_3, 'application/json'].map((accept) => gateway.ask(DEFERRED, accept));
    while (graph.requests.length < 3) await new Promise((resolve) => setImmediate(resolve));
    graph.open('title');
    const [one, other, whole] = await Promise.all(asked);
    expect(await all(readMultipart(one!))).toHaveLength(2);
    expect(await all(readMultipart(other!))).toHaveLength(2);
    expect(await whole!.json()).toMatchObject({ data: { book: { shelf: 'shelf of b1' } } });
  });
});

describe('a failure', () => {
  const FAILING = '{ book { title ... @defer { lost } } }';

  test('of a part is told in it, and to the log', async () => {
    await using gateway = await served(library());
    const error = {
      message: 'it is lost',
      path: ['book', 'lost'],
      extensions: expect.objectContaining({ code: 'SUBGRAPH_ERROR', subgraph: 'shelves' }),
    };
    const [, older] = await all(readMultipart(await gateway.ask(FAILING, APOLLO_3)));
    expect(older).toEqual({ incremental: [{ data: null, path: ['book'], errors: [error] }], hasNext: false });
    const [, newer] = await all(readMultipart(await gateway.ask(FAILING, APOLLO_4)));
    expect(newer).toEqual({ completed: [{ id: '0', errors: [error] }], hasNext: false });
    const entries = gateway.server.lines.filter((line) => line['message'] === 'request');
    expect(entries).toMatchObject([
      { outcome: 'SUBGRAPH_ERROR', operationType: 'query', status: 200 },
      { outcome: 'SUBGRAPH_ERROR' },
    ]);
  });

  test('of the whole request is answered as ever', async () => {
    await using gateway = await served(library());
    for (const [query, code] of [
      ['{ book { nothing ... @defer { shelf } } }', 'GRAPHQL_VALIDATION_FAILED'],
      ['mutation { ... @defer { write { title } } }', 'GRAPHQL_VALIDATION_FAILED'],
      ['{ book { title @stream } }', 'GRAPHQL_VALIDATION_FAILED'],
      [
        'query A { book { ... @defer { title } } } query B { book { title } }',
        'OPERATION_RESOLUTION_FAILURE',
      ],
      ['query ($v: Int!) { books @stream(initialCount: $v) { id } }', 'BAD_USER_INPUT'],
    ]) {
      const response = await gateway.ask(query!, APOLLO_4);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
    }
  });

  test('of the deadline ends the answer in order', async () => {
    const graph = library();
    await using gateway = await served(graph, { deadlineMs: 50 });
    graph.shut('shelf');
    const payloads = await all(readMultipart(await gateway.ask(DEFERRED, APOLLO_4)));
    expect(payloads.at(-1)).toMatchObject({ hasNext: false });
    expect(JSON.stringify(payloads.at(-1))).toContain('DEADLINE_EXCEEDED');
  });
});

test('a client that leaves ends what is under way, and lets the schema go', async () => {
  const graph = library();
  await using gateway = await served(graph);
  graph.shut('shelf');
  for (const accept of [APOLLO_3, 'text/event-stream']) {
    graph.requests.length = 0;
    const client = new AbortController();
    const response = await gateway.ask(DEFERRED, accept, {}, client.signal);
    const payloads = accept === APOLLO_3 ? readMultipart(response) : readEvents(response);
    await payloads.next();
    const request = await graph.arrived('shelf');
    expect(gateway.held()).toBe(1);
    const aborted = new Promise<void>((resolve) => {
      if (request.signal.aborted) resolve();
      else request.signal.addEventListener('abort', () => resolve());
    });
    client.abort();
    await aborted;
    while (gateway.held() > 0) await new Promise((resolve) => setImmediate(resolve));
  }
});

test('deferred fragments and streamed lists of an operation have a limit, counted wherever they are spread', async () => {
  await using gateway = await served(library(), { front: { limits: { deferred: 3 } } });
  const query = `{ a: book { ...F } b: book { ...F } } fragment F on Book { ... @defer { title } ... @defer { shelf } }`;
  const response = await gateway.ask(query, APOLLO_3);
  expect(await response.json()).toMatchObject({
    errors: [
      {
        message: expect.stringMatching(/4 deferred fragments and streamed lists.*limits\.operationDeferred/s),
        extensions: { code: 'OPERATION_TOO_LARGE', limit: 'operationDeferred', maximum: 3 },
      },
    ],
  });
});
