import { createHash } from 'node:crypto';
import { buildSchema, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, SluiceError } from '../../gateway/errors.ts';
import type { RequestContext } from '../../gateway/context.ts';
import type { OperationPolicy } from '../../gateway/policies/kinds.ts';
import { serverUnderTest } from './server-under-test.ts';
import type { GraphQLAnswer } from './server-under-test.ts';

/** `node` nests without end; `wait` answers when it is let go or its operation is aborted. */
function nestedSchema(fields: Record<string, (context: RequestContext) => unknown> = {}): GraphQLSchema {
  const node: GraphQLObjectType = new GraphQLObjectType({
    name: 'Node',
    fields: () => ({
      name: { type: GraphQLString, resolve: () => 'n' },
      node: { type: node, resolve: () => ({}) },
    }),
  });
  const extra = Object.entries(fields).map(([name, resolve]) => [
    name,
    {
      type: GraphQLString,
      resolve: (_root: unknown, _args: unknown, context: RequestContext) => resolve(context),
    },
  ]);
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        node: { type: node, resolve: () => ({}) },
        echo: {
          type: GraphQLString,
          args: { text: { type: GraphQLString } },
          resolve: (_root, { text }) => text as string,
        },
        ...Object.fromEntries(extra),
      },
    }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields: { go: { type: GraphQLString } } }),
  });
}

const nest = (depth: number) => `${'{ node '.repeat(depth - 1)}{ name }${' }'.repeat(depth - 1)}`;

describe('an operation', () => {
  test('keeps unicode in text, variables and answers', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    const text = 'Zoë 🧭 \u2028 "日本"';
    const answer = await server.query('query($text: String) { echo(text: $text) }', { text });
    expect(answer).toEqual({ data: { echo: text } });
  });

  test('is chosen by name, and two of one document never share an executable', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    const query = 'query A { echo(text: "a") } query B { echo(text: "b") }';
    const run = async (operationName?: string) =>
      (await (await server.post({ query, operationName })).json()) as GraphQLAnswer;
    expect((await run('A')).data).toEqual({ echo: 'a' });
    expect((await run('B')).data).toEqual({ echo: 'b' });
    expect(server.graph.compiled.map(({ name }) => name)).toEqual(['A', 'B']);
    expect((await run()).errors?.[0]?.extensions['code']).toBe('OPERATION_RESOLUTION_FAILURE');
    expect((await run('C')).errors?.[0]?.message).toContain('"C"');
  });

  test('is compiled under the SHA-256 of its text', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    await server.query('{ echo }');
    const hash = createHash('sha256').update('{ echo }').digest('hex');
    expect(server.graph.compiled).toEqual([{ name: undefined, hash }]);
  });

  test('carries request id, headers, deadline and fresh loaders to its executable', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema(), deadlineMs: 5000 });
    const before = Date.now();
    await server.post({ query: '{ echo }' }, { 'x-request-id': 'abc-1', 'x-tenant': 't' });
    await server.post({ query: '{ echo }' });
    const [first, second] = server.graph.contexts;
    expect(first).toMatchObject({ requestId: 'abc-1', identity: '' });
    expect(first?.headers['x-tenant']).toBe('t');
    expect(first?.deadlineAt).toBeGreaterThanOrEqual(before + 5000);
    expect(first?.loaders).not.toBe(second?.loaders);
  });

  test('goes through the operation policies, first listed outermost', async () => {
    const order: string[] = [];
    const policy = (name: string): OperationPolicy => ({
      name,
      wrap: (next) => async (input, context) => {
        order.push(`${name} in`);
        const result = await next(input, context);
        order.push(`${name} out`);
        return result;
      },
    });
    await using server = await serverUnderTest({
      schema: nestedSchema(),
      front: { operationPolicies: [policy('a'), policy('b')] },
    });
    await server.query('{ echo }');
    expect(order).toEqual(['a in', 'b in', 'b out', 'a out']);
  });

  test('is aborted when its client disconnects', async () => {
    const aborted = Promise.withResolvers<unknown>();
    const client = new AbortController();
    const schema = nestedSchema({
      wait: ({ signal }) =>
        new Promise<string>((resolve) => {
          signal.addEventListener('abort', () => {
            aborted.resolve(signal.reason);
            resolve('aborted');
          });
          client.abort();
        }),
    });
    await using server = await serverUnderTest({ schema });
    const request = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ wait }"}',
      signal: client.signal,
    });
    await expect(request).rejects.toThrow();
    expect(await aborted.promise).toMatchObject({ code: 'REQUEST_CANCELLED' });
  });

  test('is aborted at its deadline and answers for itself', async () => {
    const schema = nestedSchema({
      wait: ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    await using server = await serverUnderTest({ schema, deadlineMs: 20 });
    const answer = await server.query('{ wait echo(text: "kept") }');
    expect(answer.data).toEqual({ wait: null, echo: 'kept' });
    expect(answer.errors).toMatchObject([{ path: ['wait'], extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  });
});

describe('limits', () => {
  test('refuse a query that is too deep, with code, limit and number, before it is compiled', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema(), front: { limits: { depth: 5 } } });
    expect(await server.query(nest(5))).toMatchObject({ data: { node: {} } });
    const refused = await server.post({ query: nest(6) });
    expect(refused.status).toBe(400);
    const { errors } = (await refused.json()) as GraphQLAnswer;
    expect(errors).toMatchObject([
      { extensions: { code: 'OPERATION_TOO_DEEP', limit: 'operationDepth', maximum: 5 } },
    ]);
    expect(errors?.[0]?.message).toContain('6 levels deep; the limit of this gateway is 5');
    expect(server.graph.compiled).toHaveLength(1);
  });

  test('count fragments where they are spread', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema(), front: { limits: { depth: 4 } } });
    const query =
      '{ node { ...A } } fragment A on Node { node { ...B } } fragment B on Node { node { node { name } } }';
    expect((await server.query(query)).errors?.[0]?.extensions['code']).toBe('OPERATION_TOO_DEEP');
  });

  test('refuse a token bomb', async () => {
    await using server = await serverUnderTest({
      schema: nestedSchema(),
      front: { limits: { tokens: 1000 } },
    });
    const { errors } = await server.query(`{ ${'echo '.repeat(5000)} }`);
    expect(errors).toMatchObject([
      { extensions: { code: 'OPERATION_TOO_LARGE', limit: 'operationTokens', maximum: 1000 } },
    ]);
  });

  test('refuse nesting that would exhaust the stack, and stay alive', async () => {
    await using server = await serverUnderTest({
      schema: nestedSchema(),
      front: { limits: { tokens: 100_000 } },
    });
    for (const query of [
      `${'{node'.repeat(8000)}${'}'.repeat(8000)}`,
      `{ echo(text: ${'['.repeat(20_000)}) }`,
    ]) {
      const { errors } = await server.query(query);
      expect(errors?.[0]?.extensions['code']).toBe('OPERATION_TOO_DEEP');
    }
    expect(await server.query('{ echo(text: "alive") }')).toEqual({ data: { echo: 'alive' } });
  });

  test('refuse fragments that double with each level', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema(), front: { limits: { depth: 100 } } });
    const levels = Array.from(
      { length: 40 },
      (_, level) =>
        `fragment F${level} on Node { a: node { ...F${level + 1} } b: node { ...F${level + 1} } }`,
    );
    const query = `{ node { ...F0 } } ${levels.join(' ')} fragment F40 on Node { name }`;
    const { errors } = await server.query(query);
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'operationFields' } }]);
  });

  test('refuse too many root fields and too many aliases', async () => {
    await using server = await serverUnderTest({
      schema: nestedSchema(),
      front: { limits: { rootFields: 3, aliases: 2 } },
    });
    expect((await server.query('{ echo node { name } a: echo b: echo }')).errors).toMatchObject([
      { extensions: { code: 'OPERATION_TOO_LARGE', limit: 'operationRootFields' } },
    ]);
    expect((await server.query('{ node { a: name b: name c: name } }')).errors).toMatchObject([
      { extensions: { code: 'OPERATION_TOO_LARGE', limit: 'operationAliases' } },
    ]);
  });

  test('leave the introspection query of GraphiQL alone', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    await using server = await serverUnderTest({ schema: nestedSchema() });
    expect((await server.query(getIntrospectionQuery())).errors).toBeUndefined();
  });
});

describe('refusals', () => {
  test.each([
    ['a body that is not JSON', '{"query":', {}, 400, 'BAD_REQUEST'],
    [
      'a body of another media type',
      'query=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'text/plain, which a foreign page could send',
      '{"query":"{echo}"}',
      { 'content-type': 'text/plain' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'another charset',
      '{"query":"{echo}"}',
      { 'content-type': 'application/json; charset=latin1' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a compressed body',
      '{"query":"{echo}"}',
      { 'content-encoding': 'gzip' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a batch', '[{"query":"{echo}"}]', {}, 400, 'BAD_REQUEST'],
    ['a body beyond the limit', `{"query":"${'x'.repeat(200_000)}"}`, {}, 413, 'REQUEST_TOO_LARGE'],
    ['a subscription without an event stream', '{"query":"subscription{a}"}', {}, 400, 'BAD_REQUEST'],
  ])('%s is told what is wrong', async (_what, body, headers, status, code) => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    const response = await server.post(body, headers);
    expect(response.status).toBe(status);
    const { errors } = (await response.json()) as GraphQLAnswer;
    expect(errors?.[0]?.extensions['code']).toBe(code);
  });

  test('a body that is not UTF-8 is refused instead of being guessed', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    const body = Buffer.concat([
      Buffer.from('{"query":"{ echo(text: \\"'),
      Buffer.from([0xe9]),
      Buffer.from('\\") }"}'),
    ]);
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('not valid UTF-8');
  });

  test('a GET that a foreign page could send is blocked (CSRF), a marked one is answered', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    const url = `${server.url}/graphql?query={echo(text:"x")}`;
    expect((await fetch(url)).status).toBe(400);
    const marked = await fetch(url, { headers: { 'apollo-require-preflight': 'yes' } });
    expect(await marked.json()).toEqual({ data: { echo: 'x' } });
  });

  test('a mutation over GET is refused with 405 and the way out', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    const response = await fetch(`${server.url}/graphql?query=mutation{go}`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(server.graph.compiled).toEqual([]);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('%s is refused with 405', async (method) => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    const response = await fetch(`${server.url}/graphql`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });

  test('every error has a code of the closed set, and a syntax error its location', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    for (const body of [
      { query: '{' },
      { query: '{ nope }' },
      {},
      { query: '{ echo }', extensions: { persistedQuery: { version: 9 } } },
    ]) {
      const { errors = [] } = (await (await server.post(body)).json()) as GraphQLAnswer;
      expect(errors.length).toBeGreaterThan(0);
      for (const { extensions } of errors) expect(Object.keys(ERROR_CODES)).toContain(extensions['code']);
    }
    expect((await server.query('{\n  echo(')).errors?.[0]?.locations).toEqual([{ line: 2, column: 8 }]);
  });

  test('introspection is refused when it is switched off', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema(), front: { introspection: false } });
    const { errors } = await server.query('{ __schema { queryType { name } } }');
    expect(errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await server.query('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('errors of execution', () => {
  test('of our own keep message, code, path and facts', async () => {
    const schema = nestedSchema({
      fails: () => {
        throw new SluiceError('NOT_FOUND', 'No such user.', { extensions: { service: 'users' } });
      },
    });
    await using server = await serverUnderTest({ schema });
    expect((await server.query('{ fails }')).errors).toMatchObject([
      { message: 'No such user.', path: ['fails'], extensions: { code: 'NOT_FOUND', service: 'users' } },
    ]);
  });

  test('of unknown origin are masked with the request id and logged', async () => {
    const schema = nestedSchema({
      fails: () => {
        throw new Error('connect ECONNREFUSED 10.1.2.3:50051');
      },
    });
    await using server = await serverUnderTest({ schema });
    const response = await server.post({ query: '{ fails }' }, { 'x-request-id': 'req-7' });
    const text = await response.text();
    expect(text).not.toContain('10.1.2.3');
    expect(text).not.toContain('stack');
    expect(JSON.parse(text).errors).toMatchObject([
      {
        message: 'Internal server error.',
        path: ['fails'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', id: 'req-7' },
      },
    ]);
    const logged = server.lines.find(({ message }) => message === 'internal error');
    expect(logged).toMatchObject({ requestId: 'req-7' });
    expect(JSON.stringify(logged)).toContain('10.1.2.3');
  });

  test('of compiling have the status of their code', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    server.graph.current().executable = () => {
      throw new SluiceError('OPERATION_NOT_PLANNABLE', 'Cannot be planned.');
    };
    const response = await server.post({ query: '{ echo }' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [{ message: 'Cannot be planned.', extensions: { code: 'OPERATION_NOT_PLANNABLE' } }],
    });
  });
});

describe('automatic persisted queries', () => {
  const query = '{ echo(text: "kept") }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };

  test('are asked for once, then known by their hash, over POST and GET', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    const unknown = await server.post({ extensions });
    expect(unknown.status).toBe(200);
    expect(await unknown.json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    expect(await (await server.post({ query, extensions })).json()).toEqual({ data: { echo: 'kept' } });
    expect(await (await server.post({ extensions })).json()).toEqual({ data: { echo: 'kept' } });
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const got = await fetch(`${server.url}/graphql?${search}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(await got.json()).toEqual({ data: { echo: 'kept' } });
  });

  test('with a wrong hash are refused', async () => {
    await using server = await serverUnderTest({ schema: nestedSchema() });
    const { errors } = (await (await server.post({ query: '{ echo }', extensions })).json()) as GraphQLAnswer;
    expect(errors).toMatchObject([
      { message: 'provided sha does not match query', extensions: { code: 'BAD_REQUEST' } },
    ]);
  });

  test('beyond the limits are not known, even if the shared store has them', async () => {
    const { Keyv } = await import('keyv');
    const store = new Keyv<string>();
    await using generous = await serverUnderTest({
      schema: nestedSchema(),
      front: { persistedQueries: { store }, limits: { depth: 9 } },
    });
    const deep = nest(8);
    const hash = createHash('sha256').update(deep).digest('hex');
    const persistedQuery = { persistedQuery: { version: 1, sha256Hash: hash } };
    await generous.post({ query: deep, extensions: persistedQuery });
    expect(await (await generous.post({ extensions: persistedQuery })).json()).toHaveProperty('data.node');
    await using strict = await serverUnderTest({
      schema: nestedSchema(),
      front: { persistedQueries: { store }, limits: { depth: 3 } },
    });
    expect(await (await strict.post({ extensions: persistedQuery })).json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });

  test('can be switched off', async () => {
    await using server = await serverUnderTest({
      schema: nestedSchema(),
      front: { persistedQueries: false },
    });
    expect(await (await server.post({ extensions })).json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
    });
  });
});

describe('a new schema', () => {
  test('serves the next request, while running ones end on theirs', async () => {
    const entered = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<string>();
    const first = nestedSchema({
      wait: () => {
        entered.resolve();
        return letGo.promise;
      },
    });
    await using server = await serverUnderTest({ schema: first });
    const running = server.query('{ wait }');
    await entered.promise;
    server.graph.replace(nestedSchema({ fresh: () => 'new' }));
    expect(await server.query('{ fresh }')).toEqual({ data: { fresh: 'new' } });
    expect((await server.query('{ wait }')).errors?.[0]?.extensions['code']).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    letGo.resolve('old');
    expect(await running).toEqual({ data: { wait: 'old' } });
  });

  test('switches under concurrent requests without one wrong answer', async () => {
    const versions = [0, 1, 2, 3, 4, 5].map((version) => nestedSchema({ version: () => String(version) }));
    await using server = await serverUnderTest({ schema: versions[0]! });
    const answers: unknown[] = [];
    const ask = async () => {
      for (let round = 0; round < 20; round++)
        answers.push((await server.query('{ version }')).data?.['version']);
    };
    const asking = Promise.all([ask(), ask(), ask(), ask()]);
    for (const schema of versions.slice(1)) {
      await server.query('{ __typename }');
      server.graph.replace(schema);
    }
    await asking;
    expect(answers.filter((version) => !/^[0-5]$/.test(String(version)))).toEqual([]);
    expect((await server.query('{ version }')).data).toEqual({ version: '5' });
  });
});

test('nothing of Apollo Server phones home or shows a page', async () => {
  await using server = await serverUnderTest({ schema: buildSchema('type Query { a: Int }') });
  const response = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(response.status).toBe(400);
  expect(await response.text()).not.toContain('<');
});
