import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { describe, expect, test } from 'vitest';
import { serverUnderTest } from './server-under-test.ts';

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'text/event-stream' };

function counterSchema(source: (signal: AbortSignal) => AsyncIterable<number>): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: { hello: { type: GraphQLString, resolve: () => 'wörld' } },
    }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields: { go: { type: GraphQLInt } } }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        count: {
          type: GraphQLInt,
          subscribe: (_root, _args, context: { signal: AbortSignal }) => source(context.signal),
        },
      },
    }),
  });
}

async function* countTo(limit: number): AsyncIterable<number> {
  for (let value = 1; value <= limit; value++) yield value;
}

/** Never yields; ends when its reader leaves. */
function silence(left: () => void): AsyncIterable<number> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => {}),
      return: async () => {
        left();
        return { done: true, value: undefined };
      },
    }),
  };
}

const subscription = JSON.stringify({ query: 'subscription { count }' });

/** Events as [event, data], comments left out. */
function events(text: string): [string, unknown][] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event:'))
    .map((block) => {
      const [event = '', data = ''] = block
        .split('\n')
        .map((line) => line.slice(line.indexOf(':') + 1).trim());
      return [event, data === '' ? undefined : JSON.parse(data)];
    });
}

describe('an event stream', () => {
  test('sends one `next` per result and `complete` at the end', async () => {
    await using server = await serverUnderTest({ schema: counterSchema(() => countTo(3)) });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: subscription,
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(events(await response.text())).toEqual([
      ['next', { data: { count: 1 } }],
      ['next', { data: { count: 2 } }],
      ['next', { data: { count: 3 } }],
      ['complete', undefined],
    ]);
  });

  test('is told to whoever counts what clients use', async () => {
    const begun: unknown[] = [];
    await using server = await serverUnderTest({
      schema: counterSchema(() => countTo(1)),
      front: {
        onSubscription: ({ operationName }, { headers }) =>
          begun.push([operationName, headers['x-client-name']]),
      },
    });
    const ask = (query: string) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { ...JSON_HEADERS, 'x-client-name': 'shop' },
        body: JSON.stringify({ query }),
      });
    await (await ask('subscription Ticks { count }')).text();
    await (await ask('{ hello }')).text();
    expect(begun).toEqual([['Ticks', 'shop']]);
  });

  test('answers a query with one result, over POST and GET', async () => {
    await using server = await serverUnderTest({ schema: counterSchema(() => countTo(0)) });
    const expected = [
      ['next', { data: { hello: 'wörld' } }],
      ['complete', undefined],
    ];
    const posted = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: '{"query":"{ hello }"}',
    });
    expect(events(await posted.text())).toEqual(expected);
    const got = await fetch(`${server.url}/graphql?query={hello}`, {
      headers: { accept: 'text/event-stream', 'apollo-require-preflight': '1' },
    });
    expect(events(await got.text())).toEqual(expected);
  });

  test('tells errors of the document as a result, so that EventSource clients can read them', async () => {
    await using server = await serverUnderTest({ schema: counterSchema(() => countTo(0)) });
    for (const [query, code] of [
      ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription {', 'GRAPHQL_PARSE_FAILED'],
      ['query A { hello } query B { hello }', 'OPERATION_RESOLUTION_FAILURE'],
    ]) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: JSON_HEADERS,
        body: JSON.stringify({ query }),
      });
      const [[event, result] = [], last] = events(await response.text());
      expect(event).toBe('next');
      expect(result).toMatchObject({ errors: [{ extensions: { code } }] });
      expect(last).toEqual(['complete', undefined]);
    }
  });

  test('closes its source when the client leaves', async () => {
    const left = Promise.withResolvers<void>();
    await using server = await serverUnderTest({ schema: counterSchema(() => silence(left.resolve)) });
    const client = new AbortController();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: subscription,
      signal: client.signal,
    });
    await response.body!.getReader().read();
    client.abort();
    await left.promise;
    expect(server.graph.contexts[0]?.signal.reason).toMatchObject({ code: 'REQUEST_CANCELLED' });
  });

  test('keeps an idle connection open with comments', async () => {
    await using server = await serverUnderTest({
      schema: counterSchema(() => silence(() => {})),
      front: { heartbeatMs: 5 },
    });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: subscription,
    });
    const reader = response.body!.getReader();
    let text = '';
    while (text.length < 12) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).toMatch(/^(?::\n\n)+$/);
    await reader.cancel();
  });

  test('outlives the deadline of ordinary operations', async () => {
    async function* slow(): AsyncIterable<number> {
      yield 1;
      await new Promise((resolve) => setTimeout(resolve, 80));
      yield 2;
    }
    await using server = await serverUnderTest({ schema: counterSchema(slow), deadlineMs: 20 });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: subscription,
    });
    expect(events(await response.text()).map(([event]) => event)).toEqual(['next', 'next', 'complete']);
  });

  test('whose source fails ends with a masked error and `complete`', async () => {
    async function* broken(): AsyncIterable<number> {
      yield 1;
      throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
    }
    await using server = await serverUnderTest({ schema: counterSchema(broken) });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...JSON_HEADERS, 'x-request-id': 'abc' },
      body: subscription,
    });
    const text = await response.text();
    expect(text).not.toContain('10.0.0.7');
    expect(events(text)).toEqual([
      ['next', { data: { count: 1 } }],
      [
        'next',
        {
          data: null,
          errors: [
            { message: 'Internal server error.', extensions: { code: 'INTERNAL_SERVER_ERROR', id: 'abc' } },
          ],
        },
      ],
      ['complete', undefined],
    ]);
    expect(JSON.stringify(server.lines)).toContain('10.0.0.7');
  });

  test('is completed when the gateway shuts down', async () => {
    await using server = await serverUnderTest({ schema: counterSchema(() => silence(() => {})) });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: subscription,
    });
    const text = response.text();
    await server.front.close();
    expect(events(await text)).toEqual([['complete', undefined]]);
  });

  test('aborts its operation however it ends: a source that waits for an event hears nothing else', async () => {
    const aborted = Promise.withResolvers<string>();
    async function* waiting(signal: AbortSignal): AsyncIterable<number> {
      yield 1;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted.resolve(String((signal.reason as { code: unknown }).code));
    }
    await using server = await serverUnderTest({ schema: counterSchema(waiting) });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: subscription,
    });
    const text = response.text();
    await server.front.close();
    expect(events(await text).at(-1)).toEqual(['complete', undefined]);
    expect(await aborted.promise).toBe('REQUEST_CANCELLED');
  });

  test('is refused to a foreign page and given to our own (CSRF)', async () => {
    await using server = await serverUnderTest({ schema: counterSchema(() => countTo(1)) });
    const ask = (headers: Record<string, string>) =>
      fetch(`${server.url}/graphql?query=subscription{count}`, {
        headers: { accept: 'text/event-stream', ...headers },
      });
    expect((await ask({})).status).toBe(400);
    expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(400);
    expect((await ask({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('does not run mutations over GET', async () => {
    await using server = await serverUnderTest({ schema: counterSchema(() => countTo(1)) });
    const response = await fetch(`${server.url}/graphql?query=mutation{go}`, {
      headers: { accept: 'text/event-stream', 'apollo-require-preflight': '1' },
    });
    expect(response.status).toBe(405);
    expect(server.graph.compiled).toEqual([]);
  });
});
