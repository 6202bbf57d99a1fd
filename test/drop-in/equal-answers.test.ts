process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SluiceGateway } from '../../gateway/drop-in/sluice-gateway.ts';
import { randomOperations } from '../execute/random-operations.ts';
import { type CannedAnswer, GRAPH, type HttpSubgraph, startSubgraph, supergraphOf } from './graph.ts';
import { type Answer, serve, type ServedGateway } from './served.ts';

let subgraphs: HttpSubgraph[];
let apollo: ServedGateway;
let gateway: SluiceGateway;
let sluice: ServedGateway;

beforeAll(async () => {
  subgraphs = await Promise.all(GRAPH.map(startSubgraph));
  const options = {
    supergraphSdl: supergraphOf(subgraphs),
    buildService: ({ url }: { url?: string }) => new RemoteGraphQLDataSource({ url: url! }),
  };
  apollo = await serve(new ApolloGateway(options));
  gateway = new SluiceGateway(options);
  sluice = await serve(gateway);
});

afterAll(async () => {
  await Promise.all([apollo?.stop(), sluice?.stop()]);
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
});

afterEach(() => {
  for (const subgraph of subgraphs) subgraph.answerWith = undefined;
});

/** The order of errors is that in which they happened; it says nothing. */
function comparable({ status, cacheControl, body }: Answer): unknown {
  const errors = body.errors?.map((error) => JSON.stringify(sortKeys(error))).sort();
  // Which words a value that does not fit is told in is no promise; that it is, and that data is null, are.
  const extensions = body.extensions && Object.keys(body.extensions);
  return { status, cacheControl, data: JSON.stringify(body.data), errors, extensions };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

async function both(query: string, variables?: Record<string, unknown>): Promise<Answer> {
  const theirs = await apollo.ask(query, variables);
  const ours = await sluice.ask(query, variables);
  expect(comparable(ours)).toEqual(comparable(theirs));
  return ours;
}

const PLAIN: readonly [string, Record<string, unknown>?][] = [
  ['{ me { id name age } }'],
  ['{ __typename me { __typename } }'],
  ['{ a: me { n: name } b: me { i: id n: age } }'],
  [
    '{ products(first: 2) { title seller { name reviews { body author { name } } } reviews { stars author { name } } } }',
  ],
  ['{ products(first: 2) { upc shipping seller { name sells { title price } } } }'],
  ['query ($id: ID!) { user(id: $id) { name sells { title } } }', { id: 'u1' }],
  ['query ($id: ID!) { user(id: $id) { name sells { title } } }', { id: 'nobody' }],
  ['query ($n: Int = 1) { users(first: $n) { name } }'],
  ['query ($n: Int) { users(first: $n) { name } }'],
  ['query ($f: UserFilter) { users(filter: $f) { name } }', { f: { ids: 'u3' } }],
  [
    'query ($f: UserFilter) { users(first: 3, filter: $f) { name } }',
    { f: { ids: ['u1', 'u3'], older: 50 } },
  ],
  [
    'query ($a: Boolean!) { me { id @include(if: $a) name @skip(if: $a) reviews @include(if: $a) { body } } }',
    { a: true },
  ],
  [
    'query ($a: Boolean!) { me { id @include(if: $a) name @skip(if: $a) reviews @include(if: $a) { body } } }',
    { a: false },
  ],
  [
    '{ found(text: "t") { __typename ... on Named { name } ... on User { id reviews { body } } ... on Note { text author { name sells { title } } } } }',
  ],
  ['{ maybeUsers { name reviews { stars } } }'],
  ['{ me { three: nickname(length: 3) two: nickname(length: 2) } }'],
  [
    'fragment U on User { id name ...R } fragment R on User { reviews { stars } } { me { ...U } seller { ...U } }',
  ],
  [
    'mutation { a: rename(id: "u1", name: "A") { name sells { title } } b: rename(id: "u2", name: "B") { name reviews { body } } }',
  ],
  [
    '{ __schema { queryType { name } types { name kind fields { name } } directives { name args { name } } } }',
  ],
  ['{ __type(name: "User") { fields { name type { name ofType { name } } } } me { id } }'],
];

const FAULTY: readonly [string, Record<string, unknown>?][] = [
  // Refused before anything is asked.
  ['{ nothing }'],
  ['{ me { id }'],
  ['query ($id: ID!) { user(id: $id) { name } }'],
  ['query ($id: ID!) { user(id: $id) { name } }', { id: { not: 'an id' } }],
  ['query ($f: UserFilter) { users(filter: $f) { name } }', { f: { ids: [null], junk: 1 } }],
  ['query ($n: Int) { users(first: $n) { name } }', { n: 'many' }],
  // Told by subgraphs.
  ['{ teapot me { name } }'],
  ['{ hot: teapot cold: teapot }'],
  ['{ me { name broken } }'],
  ['{ me { name brokenRequired } }'],
  ['{ users { name b: broken } }'],
  ['{ users { name brokenRequired } }'],
  ['{ maybeUsers { name brokenRequired } }'],
  ['{ seller { name broken } }'],
  ['{ seller { id name brokenRequired } }'],
  ['{ products { title seller { name broken } } }'],
  ['{ products { title seller { name brokenRequired } } }'],
  ['{ products { title reviews { stars } rating } }'],
  ['{ products(first: 2) { title rating } }'],
  ['{ products(first: 2) { title ratingRequired } }'],
  ['{ product(upc: "p2") { title ratingRequired reviews { stars } } }'],
  ['{ lamp: product(upc: "p3") { title r: rating reviews { stars author { name } } } }'],
  ['{ products { title seller { name reviews { body } } reviews { stars author { name } } } }'],
  ['{ products(first: 2) { upc shipping seller { sells { title shipping } } } }'],
  ['{ latest { stars author { id name } product { title rating } } }'],
  ['mutation { rename(id: "u1", name: "A") { name broken } }'],
];

describe('the same options give the same answers as ApolloGateway', () => {
  it.each(PLAIN)('%s %j', async (query, variables) => {
    const { body } = await both(query, variables);
    expect(body.errors).toBeUndefined();
    expect(body.data).toBeDefined();
  });

  it.each(FAULTY)('in failure, too: %s %j', async (query, variables) => {
    const { body } = await both(query, variables);
    expect(body.errors?.length).toBeGreaterThan(0);
  });
});

describe('operations made at random', () => {
  it('have the same data, and every error that ApolloGateway tells', async () => {
    const seed = Number(process.env['SLUICE_SEED'] ?? 20261121);
    const messages = ({ body }: Answer): string[] =>
      [
        ...new Set(
          (body.errors ?? []).map(({ message, extensions }) =>
            JSON.stringify([message, sortKeys(extensions)]),
          ),
        ),
      ].sort();
    const places = ({ body }: Answer): string[] =>
      (body.errors ?? []).flatMap(({ message, path }) => (path ? [JSON.stringify([message, path])] : []));
    let failures = 0;
    for (const query of randomOperations(gateway.schema!, seed, 60)) {
      const theirs = await apollo.ask(query);
      const ours = await sluice.ask(query);
      const about = `SLUICE_SEED=${seed}: ${query}`;
      expect(JSON.stringify(ours.body.data), about).toBe(JSON.stringify(theirs.body.data));
      expect(messages(ours), about).toEqual(messages(theirs));
      expect(places(theirs), about).toEqual(expect.arrayContaining(places(ours)));
      if (theirs.body.errors) failures += 1;
    }
    expect(failures).toBeGreaterThan(10);
  });
});

const json = (body: unknown, more: Partial<CannedAnswer> = {}): CannedAnswer => ({
  body: JSON.stringify(body),
  ...more,
});

/** What a broken subgraph may say to any request, and what is asked. */
const BROKEN_ANSWERS: readonly [string, CannedAnswer][] = [
  ['HTTP 500 with text', { status: 500, type: 'text/plain', body: 'out of order' }],
  ['HTTP 503 with a result', json({ data: null, errors: [{ message: 'busy' }] }, { status: 503 })],
  ['HTTP 401', json({ why: 'no token' }, { status: 401 })],
  ['HTTP 403', json({ why: 'not you' }, { status: 403 })],
  ['a page', { type: 'text/html', body: '<html>' }],
  ['JSON cut short', { body: '{"data":{' }],
  ['JSON that is no object', json('no')],
  ['nothing', json({})],
  ['null data', json({ data: null })],
  [
    'null data with an error',
    json({ data: null, errors: [{ message: 'gone', extensions: { code: 'GONE', a: 1 } }] }),
  ],
  ['an error without data', json({ errors: [{ message: 'gone' }] })],
  ['an error without a message', json({ errors: [{ extensions: { code: 'MUTE' } }] })],
  ['too few entities', json({ data: { _entities: [] } })],
  ['entities that are no list', json({ data: { _entities: 'all' } })],
  [
    'two errors',
    json({
      errors: [
        { message: 'one' },
        { message: 'two', extensions: { serviceName: 'liar', subgraph: 's', service: 't' } },
      ],
    }),
  ],
];

describe('a subgraph that fails leaves what ApolloGateway leaves', () => {
  it.each(BROKEN_ANSWERS)('%s', async (_, canned) => {
    subgraphs[0]!.answerWith = () => canned;
    await both('{ me { name } products { title } }');
    await both('{ products(first: 2) { title seller { id name age } } }');
    await both('{ users { name } }');
    await both('mutation { rename(id: "u1", name: "A") { name } }');
  });

  it('a value that is null against its type is null for the client, too, and told in the extensions', async () => {
    subgraphs[0]!.answerWith = () => json({ data: { me: { id: 'u1', name: 'Ada', lying: null } } });
    const { body } = await both('{ me { name lying } products { title } }');
    expect(body.data?.['me']).toBeNull();
    expect(body.errors).toBeUndefined();
    expect(body.extensions?.['valueCompletion']).toMatchObject([{ path: ['me', 'lying'] }]);
  });

  it('a step that needs what a failed one should have given is left out', async () => {
    subgraphs[1]!.answerWith = () => ({ status: 500, type: 'text/plain', body: 'out of order' });
    subgraphs[2]!.requests.length = 0;
    const { body } = await both('{ latest { product { title shipping } } }');
    expect(body.data).toEqual({
      latest: [{ product: { title: null, shipping: null } }, { product: { title: null, shipping: null } }],
    });
  });
});

describe('where ApolloGateway is at fault, the answer is a better one', () => {
  it("a request that does not say which operation it means is the client's fault", async () => {
    const query = 'query A { me { id } } query B { me { id } }';
    expect((await apollo.ask(query)).status).toBe(500);
    const { status, body } = await sluice.ask(query);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }]);
  });

  it('an error of all entities has no path, and not one that the client cannot follow', async () => {
    const errors = [{ message: 'all gone', path: ['_entities'] }];
    subgraphs[0]!.answerWith = () => json({ data: null, errors });
    const query = '{ products { seller { name } } }';
    expect((await apollo.ask(query)).body.errors?.[0]?.path).toEqual([
      'products',
      '@',
      'seller',
      '_entities',
    ]);
    const { body } = await sluice.ask(query);
    expect(body.errors).toEqual([
      { message: 'all gone', extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'accounts' } },
    ]);
  });

  it('errors that are no list are told as what they are', async () => {
    subgraphs[0]!.answerWith = () => json({ data: {}, errors: 'many' });
    const theirs = await apollo.ask('{ me { name } products { title } }');
    const ours = await sluice.ask('{ me { name } products { title } }');
    expect(theirs.body.errors).toMatchObject([{ message: 'response.errors.map is not a function' }]);
    expect(ours.body.errors).toMatchObject([{ message: 'Expected "errors" in response to be an array' }]);
    expect(ours.body.data).toEqual(theirs.body.data);
  });

  it('an entity that stands at several places is asked for once', async () => {
    const count = async (gateway: ServedGateway): Promise<unknown> => {
      subgraphs[0]!.requests.length = 0;
      await gateway.ask('{ products { seller { name } } }');
      return subgraphs[0]!.requests[0]?.variables?.['representations'];
    };
    expect(await count(apollo)).toHaveLength(3);
    expect(await count(sluice)).toHaveLength(2);
  });
});

describe('how long an answer may be cached', () => {
  const cached = (cacheControl: string) => (): CannedAnswer =>
    json({ data: { me: { id: 'u1', name: 'Ada' } } }, { headers: { 'cache-control': cacheControl } });

  it.each(['max-age=60', 'max-age=60, private', 'public, max-age="30"', 'no-store', 'private'])(
    'is said by the subgraph: %s',
    async (cacheControl) => {
      subgraphs[0]!.answerWith = cached(cacheControl);
      await both('{ me { id name } }');
    },
  );
});
