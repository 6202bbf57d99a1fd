import { createHash } from 'node:crypto';
import { buildSchema, GraphQLInt, GraphQLObjectType, GraphQLSchema, parse, specifiedRules } from 'graphql';
import type { ValidationRule } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { ExecutionResult } from '../../gateway/compile/executable.ts';
import { SluiceError } from '../../gateway/errors.ts';
import type { FrontOptions } from '../../gateway/front/front.ts';
import type { Followed } from '../../gateway/front/live-subscriptions.ts';
import type { ServedSnapshot } from '../../gateway/front/snapshot.ts';
import { createInboundContext } from '../../gateway/policies/kinds.ts';
import type { OperationPolicy } from '../../gateway/policies/kinds.ts';
import { requestOf } from '../policies/contexts.ts';
import { serverUnderTest } from './server-under-test.ts';

const schemaWith = (field: string): GraphQLSchema =>
  buildSchema(`type Query { hello: String ${field}: String } type Subscription { tick: Int }`);

/** A server that counts the documents it validates. */
async function countingServer(front: Partial<FrontOptions> = {}) {
  let validations = 0;
  const counting: ValidationRule = () => ({ Document: () => void validations++ });
  const documents = { rules: [counting, ...specifiedRules] };
  const server = await serverUnderTest({ schema: schemaWith('a'), front: { documents, ...front } });
  const takeValidations = () => {
    const count = validations;
    validations = 0;
    return count;
  };
  return Object.assign(server, { takeValidations });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const STREAM = { accept: 'text/event-stream' };

describe('a document', () => {
  test('is validated once for all requests, with whatever transport', async () => {
    await using server = await countingServer();
    for (let i = 0; i < 3; i++) expect(await server.query('{ hello }')).toHaveProperty('data');
    await (await server.post({ query: '{ hello }' }, STREAM)).text();
    expect(server.takeValidations()).toBe(1);
  });

  test('that was prepared for a new schema is not validated by the first request after the swap', async () => {
    await using server = await countingServer();
    await server.query('{ hello }');
    const next: ServedSnapshot = { ...server.graph.current(), schema: schemaWith('b') };
    const operation = (query: string) => ({
      document: parse(query),
      operationName: undefined,
      documentHash: sha256(query),
    });
    expect(server.front.prepare(next, operation('{ hello }'))).toBe(true);
    expect(server.front.prepare(next, operation('{ a }'))).toBe(false);
    server.takeValidations();
    server.graph.replace(next.schema);
    await server.query('{ hello }');
    expect(server.takeValidations()).toBe(0);
    await server.query('{ b }');
    expect(server.takeValidations()).toBe(1);
  });

  test('that cannot be compiled is not prepared, and that is no error', async () => {
    await using server = await countingServer();
    const next: ServedSnapshot = {
      ...server.graph.current(),
      executable() {
        throw new SluiceError('OPERATION_NOT_PLANNABLE', 'no');
      },
    };
    const operation = { document: parse('{ hello }'), operationName: undefined, documentHash: 'h' };
    expect(server.front.prepare(next, operation)).toBe(false);
  });
});

describe('an invalid document', () => {
  test.each(['{ nothing }', '{ hello'])('is answered alike, but checked once: %s', async (query) => {
    await using server = await countingServer();
    const answer = async (headers?: Record<string, string>) => {
      const response = await server.post({ query, operationName: 'Whatever' }, headers);
      const type = response.headers.get('content-type');
      return { status: response.status, type, body: await response.text() };
    };
    const first = await answer();
    server.takeValidations();
    expect(await answer()).toEqual(first);
    expect(first).toMatchObject({ status: 200, type: expect.stringContaining('application/json') });
    expect(await answer({ accept: 'application/graphql-response+json' })).toEqual({
      status: 400,
      type: 'application/graphql-response+json; charset=utf-8',
      body: first.body,
    });
    const { errors } = JSON.parse(first.body) as ExecutionResult;
    const stream = await (await server.post({ query }, STREAM)).text();
    expect(stream).toContain(`data: ${JSON.stringify({ errors })}\n`);
    expect(server.takeValidations()).toBe(0);
    expect(server.graph.compiled).toEqual([]);
  });

  test('is told to metrics and log by its code', async () => {
    await using server = await countingServer();
    await server.query('{ nothing }');
    await server.query('{ nothing }');
    const outcomes = server.lines
      .filter(({ message }) => message === 'request')
      .map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED']);
  });

  test('never becomes a persisted query', async () => {
    await using server = await countingServer();
    const query = '{ nothing }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
    await server.post({ query, extensions });
    expect(await (await server.post({ extensions })).json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });
});

describe('the snapshot of an operation', () => {
  test.each([
    ['a query', '{ hello }'],
    ['an invalid document', '{ nothing }'],
    ['an operation that is not there', 'query A { hello } query B { hello }'],
    ['a subscription that needs a stream', 'subscription { tick }'],
  ])('is held while it runs, and let go after it: %s', async (_, query) => {
    let held = 0;
    const look: OperationPolicy = {
      name: 'look',
      wrap: (next) => (input, context) => {
        held = server.graph.held();
        return next(input, context);
      },
    };
    await using server = await countingServer({ operationPolicies: [look] });
    await server.query(query);
    expect(server.graph.held()).toBe(0);
    expect(held).toBe(query === '{ hello }' ? 1 : 0);
  });

  test('is let go when the operation fails as a whole', async () => {
    const fail: OperationPolicy = { name: 'fail', wrap: () => () => Promise.reject(new Error('no')) };
    await using server = await countingServer({ operationPolicies: [fail] });
    expect((await server.query('{ hello }')).errors).toHaveLength(1);
    expect(server.graph.held()).toBe(0);
  });

  test('is held by an event stream until that has ended', async () => {
    const letGo = Promise.withResolvers<void>();
    const wait: OperationPolicy = {
      name: 'wait',
      wrap: (next) => (input, context) => letGo.promise.then(() => next(input, context)),
    };
    await using server = await countingServer({ operationPolicies: [wait] });
    const response = await server.post({ query: '{ hello }' }, STREAM);
    expect(server.graph.held()).toBe(1);
    letGo.resolve();
    expect(await response.text()).toContain('event: complete');
    expect(server.graph.held()).toBe(0);
  });

  test.each(['before', 'after'])(
    'is let go when the client leaves before the stream is read: %s it was opened',
    async (when) => {
      await using server = await countingServer();
      const client = new AbortController();
      const leave = () => client.abort(new SluiceError('REQUEST_CANCELLED', 'gone'));
      if (when === 'before') leave();
      const request = requestOf({
        headers: { 'content-type': 'application/json', ...STREAM },
        signal: client.signal,
        readBody: () => Promise.resolve(Buffer.from('{"query":"{ hello }"}')),
      });
      await server.front.handle(request, createInboundContext(request));
      expect(server.graph.held()).toBe(when === 'before' ? 0 : 1);
      leave();
      expect(server.graph.held()).toBe(0);
    },
  );

  test('goes in spite of an event stream when its time is over: the stream is told, and ends', async () => {
    const aborted = Promise.withResolvers<unknown>();
    const never: OperationPolicy = {
      name: 'never',
      wrap:
        () =>
        (_, { signal }) =>
          new Promise(() => signal.addEventListener('abort', () => aborted.resolve(signal.reason))),
    };
    await using server = await countingServer({ operationPolicies: [never] });
    const response = await server.post({ query: '{ hello }' }, STREAM);
    const text = response.text();
    server.graph.evict(new SluiceError('SHUTTING_DOWN', 'The schema of this gateway has changed.'));
    expect(await text).toMatch(/"code":"SHUTTING_DOWN".*\n\nevent: complete/s);
    expect(await aborted.promise).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(server.graph.held()).toBe(0);
  });

  test('has operation policies of its own, made once', async () => {
    const made: unknown[] = [];
    const ran: unknown[] = [];
    const operationPolicies = ({ generation }: ServedSnapshot): OperationPolicy[] => {
      made.push(generation);
      return [
        {
          name: 'see',
          wrap: (next) => (input, context) => {
            ran.push(generation);
            return next(input, context);
          },
        },
      ];
    };
    await using server = await countingServer({ operationPolicies });
    await server.query('{ hello }');
    await server.query('{ hello }');
    server.graph.replace(schemaWith('b'));
    await server.query('{ hello }');
    expect([made, ran]).toEqual([
      [1, 2],
      [1, 1, 2],
    ]);
  });
});

describe('subscriptions at a change of the schema', () => {
  /** Each subscription field has a source that says nothing until the test does. */
  function schemaOf(fields: Readonly<Record<string, string>>) {
    const feeds: ((event: number) => void)[] = [];
    const subscribe = async function* (): AsyncGenerator<number> {
      for (;;) yield await new Promise<number>((resolve) => feeds.push(resolve));
    };
    const type = new GraphQLObjectType({
      name: 'Subscription',
      fields: mapValues(fields, (description) => ({ type: GraphQLInt, description, subscribe })),
    });
    const query = new GraphQLObjectType({ name: 'Query', fields: { hello: { type: GraphQLInt } } });
    return { schema: new GraphQLSchema({ query, subscription: type }), feeds };
  }
  const mapValues = <From, To>(object: Readonly<Record<string, From>>, change: (value: From) => To) =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

  test('are told of together, once each of them has carried on, moved or ended', async () => {
    const followed: Followed[] = [];
    const fates: string[] = [];
    const first = schemaOf({ kept: 'a', moved: 'a', lost: 'a' });
    const next = schemaOf({ kept: 'a', moved: 'b' });
    await using server = await serverUnderTest({
      schema: first.schema,
      front: { onFollowed: (figures) => followed.push(figures), onFate: (fate) => fates.push(fate) },
    });
    const old = server.graph.current();
    const open = async (field: string) => server.post({ query: `subscription { ${field} }` }, STREAM);
    const kept = [await open('kept'), await open('kept')];
    const [moved, lost] = [await open('moved'), await open('lost')];
    await expect.poll(() => first.feeds.length).toBe(4);

    server.graph.replace(next.schema);
    await expect.poll(() => fates).toEqual(['carriedOn', 'carriedOn']);
    await expect.poll(() => next.feeds.length).toBe(1);
    next.feeds[0]!(7);
    await expect.poll(() => fates).toContain('moved');
    expect(followed).toEqual([]);
    server.graph.evict(new SluiceError('SHUTTING_DOWN', 'The schema of this gateway has changed.'), old);
    expect(followed).toEqual([{ generation: 2, carriedOn: 2, moved: 1, ended: 1 }]);
    expect(await lost.text()).toMatch(/"code":"SUBSCRIPTION_SCHEMA_RELOAD".*\n\nevent: complete/s);
    // A client that leaves lets go of what it held; the others hold the new graph.
    expect(server.graph.held()).toBe(3);
    await server.front.close();
    expect(await moved.text()).toContain('data: {"data":{"moved":7}}');
    await Promise.all(kept.map((response) => response.text()));
    expect(server.graph.held()).toBe(0);
  });

  test('that begin after it, or end before they are decided, are none of it', async () => {
    const followed: Followed[] = [];
    const first = schemaOf({ kept: 'a', lost: 'a' });
    await using server = await serverUnderTest({
      schema: first.schema,
      front: { onFollowed: (figures) => followed.push(figures) },
    });
    const client = new AbortController();
    await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...STREAM },
      body: '{"query":"subscription { lost }"}',
      signal: client.signal,
    });
    await server.post({ query: 'subscription { kept }' }, STREAM);
    await expect.poll(() => first.feeds.length).toBe(2);
    server.graph.replace(schemaOf({ kept: 'a' }).schema);
    await server.post({ query: 'subscription { kept }' }, STREAM);
    client.abort();
    await expect.poll(() => followed).toEqual([{ generation: 2, carriedOn: 1, moved: 0, ended: 0 }]);
    expect(server.graph.held()).toBe(2);
  });

  test('follow it however many they are, with requests in between', async () => {
    const followed: Followed[] = [];
    const first = schemaOf({ kept: 'a' });
    await using server = await serverUnderTest({
      schema: first.schema,
      front: { onFollowed: (figures) => followed.push(figures) },
    });
    const many = 300;
    await Promise.all(
      Array.from({ length: many }, (_, n) => server.post({ query: `subscription S${n} { kept }` }, STREAM)),
    );
    await expect.poll(() => first.feeds.length).toBe(many);
    server.graph.replace(schemaOf({ kept: 'a' }).schema);
    expect(await server.query('{ hello }')).toEqual({ data: { hello: null } });
    server.graph.replace(schemaOf({ kept: 'a' }).schema);
    await expect.poll(() => followed.at(-1)?.carriedOn).toBe(many);
    expect(server.graph.held()).toBe(many);
  });
});

test('a result that several requests share is written to by nobody', async () => {
  const shared: ExecutionResult = deepFreeze({
    data: { hello: null },
    errors: [
      { message: 'a', path: ['hello'], extensions: { code: 'NOT_FOUND', service: 's' } },
      { message: 'b', extensions: { code: 'TEAPOT', stacktrace: ['x'], deep: { list: [1] } } },
    ],
    extensions: { cost: { a: 1 } },
  });
  const share: OperationPolicy = { name: 'share', wrap: () => () => Promise.resolve(shared) };
  await using server = await countingServer({
    operationPolicies: [share],
    sharedData: new WeakSet([shared.data!]),
  });
  const told = {
    ...shared,
    errors: [shared.errors![0], { message: 'b', extensions: { code: 'TEAPOT', deep: { list: [1] } } }],
  };
  for (let i = 0; i < 3; i++) expect(await server.query('{ hello }')).toEqual(told);
  const stream = await (await server.post({ query: '{ hello }' }, STREAM)).text();
  expect(JSON.parse(/^data: (.+)$/m.exec(stream)![1]!)).toEqual(told);
});

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
