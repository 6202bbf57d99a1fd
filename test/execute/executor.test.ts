import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requestContext } from './subgraph-server.ts';
import { LOG } from './shop.ts';
import { runOn, type ShopGateway, startShop } from './shop-gateway.ts';

let shop: ShopGateway;

beforeAll(async () => {
  shop = await startShop();
});

afterEach(() => {
  for (const subgraph of shop.subgraphs.values()) subgraph.answerWith = undefined;
  shop.takeRequests();
});

afterAll(() => shop.close());

describe('entities', () => {
  it('are joined over two hops, each subgraph asked once', async () => {
    const { data } = await shop.run('{ me { reviews { product { title } } } }');
    expect(data).toEqual({
      me: { reviews: [{ product: { title: 'Notes' } }, { product: { title: 'Stool' } }] },
    });
    expect(shop.takeRequests()).toEqual({ accounts: 1, reviews: 1, products: 1 });
  });

  it('that occur several times in a list are asked for once', async () => {
    await shop.run('{ latestReviews { author { name } } }');
    const [request] = shop.subgraphs.get('accounts')?.requests ?? [];
    expect(request?.variables?.['representations']).toEqual([
      { __typename: 'User', username: 'ada' },
      { __typename: 'User', username: 'alan' },
      { __typename: 'User', username: 'grace' },
    ]);
  });

  it('get what @requires names from the other subgraphs first', async () => {
    expect((await shop.run('{ me { byline } }')).data).toEqual({ me: { byline: 'Ada, born 1815' } });
  });

  it('are not asked for what @provides gives already', async () => {
    const { data } = await shop.run('{ topProducts(first: 1) { ... on Book { seller { name } } } }');
    expect(data).toEqual({ topProducts: [{ seller: { name: 'Ada' } }] });
    expect(shop.takeRequests()).toEqual({ products: 1 });
  });

  it('are found by composite and nested keys', async () => {
    expect((await shop.run('{ tenant { title score capacity } }')).data).toEqual({
      tenant: { title: 'Europe', score: 42, capacity: 99 },
    });
  });

  it('inside nested lists keep their places, empty lists included', async () => {
    expect((await shop.run('{ me { matrix { reviews { id } } } }')).data).toEqual({
      me: {
        matrix: [
          [{ reviews: [{ id: 'r1' }, { id: 'r3' }] }, { reviews: [{ id: 'r2' }] }],
          [],
          [{ reviews: [{ id: 'r4' }] }],
        ],
      },
    });
  });

  it('of an @interfaceObject get their concrete type from the subgraph that knows it', async () => {
    expect(
      (await shop.run('{ anyRated { rating __typename ... on Chair { legs } ... on Book { pages } } }')).data,
    ).toEqual({
      anyRated: [
        { rating: 1, __typename: 'Chair', legs: 3 },
        { rating: 4.5, __typename: 'Book', pages: 300 },
      ],
    });
  });
});

describe('response keys', () => {
  it('may be those of key fields and required fields', async () => {
    expect((await shop.run('{ me { id: name username: id name: email born: role byline } }')).data).toEqual({
      me: { id: 'Ada', username: 'u1', name: 'ada@example.org', born: 'ADMIN', byline: 'Ada, born 1815' },
    });
  });

  it('may be names that every JavaScript object has', async () => {
    const { data } = await shop.run('{ me { constructor: name __proto__: email toString: id } }');
    expect(JSON.stringify(data)).toBe(
      '{"me":{"constructor":"Ada","__proto__":"ada@example.org","toString":"u1"}}',
    );
  });

  it('of the same field are fetched once, with different arguments apart', async () => {
    const { data } = await shop.run(
      '{ a: me { x: name } b: me { y: name profile { one: bio(length: 1) two: bio(length: 2) } } }',
    );
    expect(data).toEqual({ a: { x: 'Ada' }, b: { y: 'Ada', profile: { one: 'A', two: 'Ad' } } });
    expect(shop.subgraphs.get('accounts')?.requests).toHaveLength(1);
    expect(shop.subgraphs.get('accounts')?.requests[0]?.query.match(/\bme\b/g)).toHaveLength(1);
  });

  it('stand in the order of the query', async () => {
    const { data } = await shop.run(
      '{ topProducts(first: 1) { rating upc reviews { stars id } title } __typename me { name id } }',
    );
    expect(JSON.stringify(data)).toBe(
      '{"topProducts":[{"rating":4.5,"upc":"p1","reviews":[{"stars":5,"id":"r1"},{"stars":4,"id":"r4"}],"title":"Notes"}],"__typename":"Query","me":{"name":"Ada","id":"u1"}}',
    );
  });
});

describe('@skip and @include', () => {
  const query = `query($with: Boolean!) {
    me { id name @skip(if: $with) reviews @include(if: $with) { id } ...Mail @include(if: $with) }
    topProducts(first: 1) @include(if: $with) { title }
  } fragment Mail on User { email }`;

  it('shape the answer by variables, and subgraphs that are not needed are not asked', async () => {
    expect((await shop.run(query, { with: false })).data).toEqual({ me: { id: 'u1', name: 'Ada' } });
    expect(shop.takeRequests()).toEqual({ accounts: 1 });
    expect((await shop.run(query, { with: true })).data).toEqual({
      me: { id: 'u1', reviews: [{ id: 'r1' }, { id: 'r3' }], email: 'ada@example.org' },
      topProducts: [{ title: 'Notes' }],
    });
  });

  it('may leave nothing at all', async () => {
    expect(await shop.run('query($no: Boolean!) { me @include(if: $no) { id } }', { no: false })).toEqual({
      data: {},
    });
    expect(await shop.run('{ me { id @skip(if: true) } }')).toEqual({ data: { me: {} } });
  });
});

describe('mutations', () => {
  it('run in order over all subgraphs, each as often as it is written', async () => {
    LOG.length = 0;
    const { data } = await shop.run(
      'mutation { a: log(text: "1") stock(text: "2") b: log(text: "3") c: log(text: "3") rename(id: "u1", name: "Z") { name reviews { id } } d: stock(text: "4") }',
    );
    expect(LOG).toEqual(['1', '2', '3', '3', 'rename Z', '4']);
    expect(data).toEqual({
      a: ['1'],
      stock: '1,2',
      b: ['1', '2', '3'],
      c: ['1', '2', '3', '3'],
      rename: { name: 'Z', reviews: [{ id: 'r1' }, { id: 'r3' }] },
      d: '1,2,3,3,rename Z,4',
    });
  });

  it('that are skipped by a constant do not run', async () => {
    LOG.length = 0;
    await shop.run(
      'mutation { log(text: "no") @skip(if: true) m: log(text: "yes") @skip(if: false) m: log(text: "yes") }',
    );
    expect(LOG).toEqual(['yes']);
  });
});

describe('introspection', () => {
  it('is answered by the gateway beside data, without asking a subgraph for it', async () => {
    const { data } = await shop.run(
      '{ s: __schema { queryType { name } } me { name } ...I } fragment I on Query { t: __type(name: "Note") { name kind } }',
    );
    expect(data).toEqual({
      s: { queryType: { name: 'Query' } },
      me: { name: 'Ada' },
      t: { name: 'Note', kind: 'OBJECT' },
    });
    expect(shop.takeRequests()).toEqual({ accounts: 1 });
  });

  it('takes variables', async () => {
    const query = 'query($name: String!) { __type(name: $name) { name } }';
    expect((await shop.run(query, { name: 'User' })).data).toEqual({ __type: { name: 'User' } });
    expect((await shop.run(query, { name: 'Nope' })).data).toEqual({ __type: null });
  });

  it('knows what the planner does not: `isOneOf` of the GraphQL specification of 2025', async () => {
    const { data } = await shop.run(
      '{ __type(name: "UserFilter") { ...T } } fragment T on __Type { name isOneOf }',
    );
    expect(data).toEqual({ __type: { name: 'UserFilter', isOneOf: false } });
  });

  it('does not tell what is inaccessible', async () => {
    const { data } = await shop.run('{ __type(name: "User") { fields { name } } }');
    expect(JSON.stringify(data)).not.toContain('secret');
  });
});

describe('variables', () => {
  it('are all checked before anything is asked, and every problem is told', async () => {
    const result = await shop.run(
      'query($id: ID!, $first: Int, $filter: UserFilter) { user(id: $id) { id } users(first: $first, filter: $filter) { id } }',
      {
        first: 'many',
        filter: { role: 'KING', rank: 1 },
      },
    );
    expect(result).not.toHaveProperty('data');
    expect(result.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(
      Array(4).fill('BAD_USER_INPUT'),
    );
    const messages = result.errors?.map(({ message }) => message).join('\n');
    expect(messages).toContain('"$id" of required type "ID!" was not provided');
    expect(messages).toContain('Int cannot represent non-integer value: "many"');
    expect(messages).toContain('at "filter.role"');
    expect(messages).toContain('"rank" is not defined');
    expect(shop.takeRequests()).toEqual({});
  });

  it('that the client calls "representations" do not collide with those of the gateway', async () => {
    const query = 'query($representations: ID!) { user(id: $representations) { name reviews { id } } }';
    expect((await shop.run(query, { representations: 'u2' })).data).toEqual({
      user: { name: 'Alan', reviews: [{ id: 'r2' }] },
    });
    const inHop =
      'query($representations: Int!) { topProducts(first: 1) { reviews(first: $representations) { id } } }';
    expect((await shop.run(inHop, { representations: 1 })).data).toEqual({
      topProducts: [{ reviews: [{ id: 'r1' }] }],
    });
  });

  it('left out are not sent, so that the subgraph takes its own default; null is sent', async () => {
    const query = 'query($flag: Boolean) { echo(flag: $flag) }';
    expect((await shop.run(query)).data).toEqual({ echo: '{"words":["a","b"],"flag":true}' });
    expect((await shop.run(query, { flag: null })).data).toEqual({ echo: '{"words":["a","b"],"flag":null}' });
  });
});

describe('several operations in one document', () => {
  const query = 'query A { me { id } } query B { me { ...N } } fragment N on User { name }';

  it('are told apart by their names', async () => {
    expect((await shop.run(query, {}, 'A')).data).toEqual({ me: { id: 'u1' } });
    expect((await shop.run(query, {}, 'B')).data).toEqual({ me: { name: 'Ada' } });
  });

  it('need a name that exists', async () => {
    await expect(shop.run(query)).rejects.toMatchObject({ code: 'OPERATION_RESOLUTION_FAILURE' });
    await expect(shop.run(query, {}, 'C')).rejects.toThrow('no operation "C"');
  });
});

describe('errors of a subgraph', () => {
  it("come at the client's own path, with aliases and list positions, and null only their field", async () => {
    const { data, errors } = await shop.run('{ u: me { grid: matrix { oops: failing n: name } } }');
    expect(data).toEqual({
      u: {
        grid: [
          [
            { oops: null, n: 'Ada' },
            { oops: null, n: 'Alan' },
          ],
          [],
          [{ oops: null, n: 'Grace' }],
        ],
      },
    });
    expect(errors).toEqual(
      [
        ['failing of Ada', 0, 0],
        ['failing of Alan', 0, 1],
        ['failing of Grace', 2, 0],
      ].map(([message, row, column]) => ({
        message,
        path: ['u', 'grid', row, column, 'oops'],
        extensions: { code: 'SUBGRAPH_ERROR', service: 'accounts', subgraph: 'accounts' },
      })),
    );
  });

  it('in an entity come at every place of the entity', async () => {
    const { data, errors } = await shop.run('{ latestReviews(first: 3) { a: author { f: failing } } }');
    expect(data).toEqual({ latestReviews: [{ a: { f: null } }, { a: { f: null } }, { a: { f: null } }] });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      ['failing of Ada', ['latestReviews', 0, 'a', 'f']],
      ['failing of Alan', ['latestReviews', 1, 'a', 'f']],
      ['failing of Ada', ['latestReviews', 2, 'a', 'f']],
    ]);
  });

  it('keep the code and extensions that the subgraph gave', async () => {
    const { data, errors } = await shop.run('{ b: broken { id } me { id } }');
    expect(data).toEqual({ b: null, me: { id: 'u1' } });
    expect(errors).toEqual([
      {
        message: 'no such user today',
        path: ['b'],
        extensions: { code: 'TEAPOT', hint: 'ask later', service: 'accounts', subgraph: 'accounts' },
      },
    ]);
  });

  it('propagate null to the nearest nullable field, the path staying at the field that failed', async () => {
    const { data, errors } = await shop.run(
      '{ list: maybeUsers { id } one: user(id: "u2") { bad: failingNonNull } }',
    );
    expect(data).toEqual({ list: [{ id: 'u1' }, null, { id: 'u3' }], one: null });
    expect(errors).toMatchObject([{ message: 'non-null failed', path: ['one', 'bad'] }]);
  });

  it('propagate through entities, lists and non-null positions up to the root', async () => {
    const nullable = await shop.run('{ me { x: friends { y: failingNonNull } } }');
    expect(nullable.data).toEqual({ me: null });
    expect(nullable.errors).toMatchObject([{ path: ['me', 'x', 0, 'y'] }]);

    const whole = await shop.run(
      '{ latestReviews(first: 2) { a: author { bad: failingNonNull } } me { id } }',
    );
    expect(whole.data).toBeNull();
    expect(whole.errors).toMatchObject([
      { message: 'non-null failed', path: ['latestReviews', 1, 'a', 'bad'] },
    ]);
  });

  it('are capped, the last entry saying how many more there were', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `f${index}: failing`).join(' ');
    const { errors } = await shop.run(`{ me { friends { friends { ${many} } } } }`);
    expect(errors).toHaveLength(101);
    expect(errors?.at(-1)).toMatchObject({
      message: '20 more errors; only the first 100 are told.',
      extensions: { omittedErrors: 20 },
    });
  });
});

describe('a subgraph that is dead', () => {
  it('nulls its own part, and the rest answers', async () => {
    shop.subgraphs.get('reviews')!.answerWith = () => 'destroy';
    const { data, errors } = await shop.run(
      '{ me { name byline } topProducts(first: 2) { title r: rating } }',
    );
    expect(data).toEqual({
      me: { name: 'Ada', byline: null },
      topProducts: [
        { title: 'Notes', r: null },
        { title: 'Stool', r: null },
      ],
    });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['me', 'byline'],
      ['topProducts', 0, 'r'],
      ['topProducts', 1, 'r'],
    ]);
    for (const error of errors ?? []) {
      expect(error.message).toBe('The service "reviews" cannot be reached.');
      expect(error.extensions).toEqual({
        code: 'UPSTREAM_UNAVAILABLE',
        service: 'reviews',
        subgraph: 'reviews',
      });
    }
  });

  it('fails what depends on it with its own error, and is not asked in vain', async () => {
    shop.subgraphs.get('accounts')!.answerWith = () => 'destroy';
    const { data, errors } = await shop.run('{ latestReviews(first: 1) { body author { byline } } }');
    expect(data).toEqual({ latestReviews: [{ body: 'Loved it', author: { byline: null } }] });
    expect(errors).toMatchObject([
      {
        message: 'The service "accounts" cannot be reached.',
        path: ['latestReviews', 0, 'author', 'byline'],
      },
    ]);
    expect(shop.takeRequests()).toEqual({ accounts: 1, reviews: 1 });
  });

  it('nulls the whole answer only where a non-null root field is its', async () => {
    shop.subgraphs.get('products')!.answerWith = () => 'destroy';
    const { data, errors } = await shop.run('{ me { id } topProducts { upc } }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['topProducts'] }]);
  });

  it('that should have told the concrete type fails the whole object', async () => {
    shop.subgraphs.get('products')!.answerWith = () => 'destroy';
    const { errors } = await shop.run('{ anyRated { rating __typename } }');
    expect(errors).toMatchObject([{ path: ['anyRated', 0], extensions: { subgraph: 'products' } }]);
  });
});

describe('garbage of a subgraph', () => {
  const garbage: [string, { status?: number; body: string }, RegExp][] = [
    ['an empty object', { body: '{}' }, /gave neither data nor errors/],
    ['a list', { body: '[1]' }, /no GraphQL response/],
    ['null', { body: 'null' }, /no GraphQL response/],
    ['data of a wrong type', { body: '{"data":7}' }, /"data" that is no object/],
    ['errors of a wrong type', { body: '{"data":{},"errors":"many"}' }, /no list of errors/],
    ['an error status without errors', { status: 502, body: '{"oops":1}' }, /HTTP status 502/],
    ['no entities', { body: '{"data":{}}' }, /no list of entities/],
    ['too few entities', { body: '{"data":{"_entities":[]}}' }, /gave 0 entities where 1 were asked for/],
    ['entities of a wrong type', { body: '{"data":{"_entities":[7]}}' }, /else than an object for an entity/],
  ];

  it.each(garbage)('is an error of its fields: %s', async (_, canned, message) => {
    shop.subgraphs.get('reviews')!.answerWith = () => canned;
    const { data, errors } = await shop.run('{ me { name byline } }');
    expect(data).toEqual({ me: { name: 'Ada', byline: null } });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      path: ['me', 'byline'],
      extensions: { code: 'UPSTREAM_BAD_RESPONSE', subgraph: 'reviews' },
    });
    expect(errors?.[0]?.message).toMatch(message);
  });

  it('is found in each value: wrong leaf, unknown enum value, list and object mixed up', async () => {
    shop.subgraphs.get('accounts')!.answerWith = () => ({
      body: JSON.stringify({
        data: {
          me: {
            __typename: 'User',
            name: { a: 1 },
            born: 'then',
            role: 'KING',
            id: 7,
            email: 5,
            profile: 'p',
          },
        },
      }),
    });
    const { data, errors } = await shop.run('{ me { id name born role email } }');
    expect(data).toEqual({ me: { id: '7', name: null, born: null, role: null, email: '5' } });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      ['The subgraph "accounts" gave a value that is no String for User.name.', ['me', 'name']],
      ['The subgraph "accounts" gave a value that is no Int for User.born.', ['me', 'born']],
      ['The subgraph "accounts" gave a value that is no Role for User.role.', ['me', 'role']],
    ]);
    const nested = await shop.run('{ me { id profile { language } } }');
    expect(nested.data).toEqual({ me: null });
    expect(nested.errors).toMatchObject([
      { path: ['me', 'profile'], message: expect.stringContaining('else than an object') },
    ]);
  });

  it('without a value for a non-null field names field and subgraph', async () => {
    shop.subgraphs.get('accounts')!.answerWith = () => ({ body: '{"data":{"me":{"name":"Ada"}}}' });
    const { data, errors } = await shop.run('{ me { u: id name } }');
    expect(data).toEqual({ me: null });
    expect(errors).toEqual([
      {
        message: 'The subgraph "accounts" returned no value for non-null field User.id.',
        path: ['me', 'u'],
        extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'accounts', subgraph: 'accounts' },
      },
    ]);
  });

  it('with errors but no data fails each field with its own error', async () => {
    shop.subgraphs.get('accounts')!.answerWith = () => ({
      body: '{"data":null,"errors":[{"message":"deep","path":["me","name"]},{"message":"elsewhere","path":["echo"]}]}',
    });
    const { data, errors } = await shop.run('{ m: me { n: name } echo tenant { title } }');
    expect(data).toEqual({ m: null, echo: null, tenant: null });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      // The subgraph was asked for `echo` under another name: a place that it made up.
      ['elsewhere', undefined],
      ['deep', ['m', 'n']],
      ['The subgraph "accounts" gave no data, because another field failed.', ['echo']],
      ['The subgraph "accounts" gave no data, because another field failed.', ['tenant']],
    ]);
  });

  it('errors without a path are told without one, the data kept', async () => {
    shop.subgraphs.get('accounts')!.answerWith = () => ({
      body: '{"data":{"me":{"name":"Ada"}},"errors":[{"message":"beware"}]}',
    });
    expect(await shop.run('{ me { name } }')).toEqual({
      data: { me: { name: 'Ada' } },
      errors: [
        {
          message: 'beware',
          extensions: { code: 'SUBGRAPH_ERROR', service: 'accounts', subgraph: 'accounts' },
        },
      ],
    });
  });
});

describe('a client that is gone', () => {
  it('stops the operation: nothing more is asked', async () => {
    const controller = new AbortController();
    const context = requestContext(controller.signal);
    shop.subgraphs.get('accounts')!.answerWith = () => {
      controller.abort();
      return undefined;
    };
    const { errors } = await runOn(shop.snapshot, '{ me { reviews { id } } }', {}, context);
    expect(errors).toHaveLength(1);
    expect(shop.takeRequests()).toEqual({ accounts: 1 });
  });
});
