import { describe, expect, test } from 'vitest';
import { answer, type Asked, grpcBackend, xmlBackend } from './backends.ts';
import { graphOf, json, keep } from './kept.ts';

const idsOf = (asked: Asked) => (asked.query.get('ids') ?? '').split(',');

/** Lists things by the ids that the client gives, and loads each thing by its id. */
const THINGS = (url: string, batch = '') => /* GraphQL */ `
  extend schema @source(name: "api", http: { baseURL: "${url}" })
  type Query {
    list(ids: [ID!]!): [Thing!]! @connect(source: "api", http: { POST: "/list", body: "$args.ids" }, selection: "id: $")
  }
  type Thing @key(fields: "id")
    @connect(source: "api", http: { GET: "/things?ids={$batch.id->joinNotNull(',')}" } ${batch}, selection: "id name") {
    id: ID!
    name: String
  }
`;

/** `/list` gives back what it got; `/things` is up to the test. */
const things = (handler: (ids: string[], asked: Asked) => unknown) =>
  json((asked) => (asked.url === '/list' ? JSON.parse(asked.body) : handler(idsOf(asked), asked)));

const LIST = 'query ($ids: [ID!]!) { list(ids: $ids) { id name } }';
const named = (ids: readonly string[]) => ids.map((id) => ({ id, name: `n${id}` }));

describe('a batch that the author declares with $batch', () => {
  test('asks once for all keys, and finds answers by key, in whatever order they come', async () => {
    const api = await things((ids) => named(ids).reverse());
    const graph = graphOf({ sdl: THINGS(api.url) });
    const { data, errors } = await graph.run(LIST, { ids: ['1', '2', '3'] });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ list: named(['1', '2', '3']) });
    expect(api.asked.map((a) => a.url)).toEqual(['/list', '/things?ids=1%2C2%2C3']);
  });

  test('asks once for a key that stands at many places, and counts what it spared', async () => {
    const api = await things((ids) => named(ids));
    const graph = graphOf({ sdl: THINGS(api.url) });
    const tally = { backendCalls: 0, keysAsked: 0, keysDeduplicated: 0 };
    await graph.run(LIST, { ids: ['1', '1', '2', '1'] }, { tally });
    expect(api.asked.at(-1)!.url).toBe('/things?ids=1%2C2');
    // One of the five is the list itself.
    expect(tally).toEqual({ backendCalls: 2, keysAsked: 5, keysDeduplicated: 2 });
    expect(graph.batches).toEqual([{ operation: 'GET /things', keys: 2, duplicates: 2 }]);
  });

  test('is split at batch.maxSize, and a part that fails faults only its own keys', async () => {
    const api = await things((ids) => (ids.includes('3') ? answer({ status: 503, body: {} }) : named(ids)));
    const graph = graphOf({ sdl: THINGS(api.url, ', batch: { maxSize: 2 }') });
    const { data, errors } = await graph.run(LIST, { ids: ['1', '2', '3', '4', '5'] });
    expect(api.asked.slice(1).map(idsOf)).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(data).toEqual({
      list: [...named(['1', '2']), { id: '3', name: null }, { id: '4', name: null }, ...named(['5'])],
    });
    expect(errors?.map((e) => [e.path, e.extensions?.['code']])).toEqual([
      [['list', 2, 'name'], 'UPSTREAM_UNAVAILABLE'],
      [['list', 3, 'name'], 'UPSTREAM_UNAVAILABLE'],
    ]);
  });

  test("is split at the upstream's maxBatchSize where the connector says nothing", async () => {
    const api = await things((ids) => named(ids));
    const graph = graphOf({ sdl: THINGS(api.url), facts: { 'shop.api': { maxBatchSize: 3 } } });
    await graph.run(LIST, { ids: ['1', '2', '3', '4'] });
    expect(api.asked.slice(1).map(idsOf)).toEqual([['1', '2', '3'], ['4']]);
  });

  test('gives null for a key that the backend does not know', async () => {
    const api = await things((ids) => named(ids.filter((id) => id !== '2')));
    const { data, errors } = await graphOf({ sdl: THINGS(api.url) }).run(LIST, { ids: ['1', '2'] });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      list: [
        { id: '1', name: 'n1' },
        { id: '2', name: null },
      ],
    });
  });

  test.each<[string, (ids: string[]) => unknown, string]>([
    ['an answer twice', (ids) => [...named(ids), ...named(['1'])], 'with the key "1" more than once'],
    ['an answer with another key', () => named(['1', '9']), 'with the key "9", which was not asked for'],
    ['an answer without a key', () => [...named(['1']), { name: 'x' }], 'with an entry that has no key'],
    ['an answer that is null', () => [...named(['1']), null], 'with an entry that has no key'],
    ['an answer that is a list', () => [...named(['1']), named(['2'])], 'with an entry that has no key'],
  ])('names %s, and takes no answer that it cannot trust', async (_, handler, message) => {
    const api = await things(handler);
    const { errors } = await graphOf({ sdl: THINGS(api.url) }).run(LIST, { ids: ['1', '2'] });
    expect(errors).toHaveLength(1);
    expect(errors![0]).toMatchObject({
      message: `The service "shop.api" answered a batch of Thing ${message}.`,
      extensions: { code: 'UPSTREAM_KEY_MISMATCH', service: 'shop.api' },
    });
  });

  test('never mixes up keys that hold the separator', async () => {
    const api = await things((ids) => named([...new Set(ids)]));
    const graph = graphOf({ sdl: THINGS(api.url) });
    const one = await graph.run(LIST, { ids: ['a,b'] });
    expect(one.data).toEqual({ list: [{ id: 'a,b', name: null }] });
    expect(one.errors![0]!.extensions!['code']).toBe('UPSTREAM_KEY_MISMATCH');
    const more = await graph.run(LIST, { ids: ['a,b', 'a', 'c'] });
    expect(more.data).toEqual({
      list: [
        { id: 'a,b', name: null },
        { id: 'a', name: 'na' },
        { id: 'c', name: 'nc' },
      ],
    });
    expect(more.errors).toHaveLength(1);
  });

  test.each([
    '__proto__',
    'constructor',
    'toString',
    'a b',
    '"',
    "it's",
    '../../x',
    '?x=1#y',
    'ä\u0000',
    '\r\nx: y',
    '',
    '☃',
  ])('takes %j for a key like any other', async (id) => {
    const api = await things(() => named([id, 'other']));
    const { data, errors } = await graphOf({ sdl: THINGS(api.url) }).run(LIST, { ids: [id, 'other'] });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ list: named([id, 'other']) });
    expect(api.asked.at(-1)!.query.get('ids')).toBe(`${id},other`);
    expect(api.asked.at(-1)!.url.startsWith('/things?ids=')).toBe(true);
  });

  test('a key that no URL can hold is found out by its answer', async () => {
    const api = await things((ids) => named(ids));
    const { errors } = await graphOf({ sdl: THINGS(api.url) }).run(LIST, { ids: ['\ud800'] });
    expect(errors![0]!.extensions!['code']).toBe('UPSTREAM_KEY_MISMATCH');
  });

  test('takes 100,000 keys in batches of 500', async () => {
    const api = await things((ids) => named(ids));
    const ids = Array.from({ length: 100_000 }, (_, i) => String(i));
    const { data, errors } = await graphOf({ sdl: THINGS(api.url) }).run(LIST, { ids });
    expect(errors).toBeUndefined();
    expect((data as { list: unknown[] }).list).toHaveLength(100_000);
    expect(api.asked).toHaveLength(1 + 200);
  });

  test.each<[string, unknown]>([
    ['an object', { x: 1 }],
    ['a text', 'sorry'],
    ['a number', 7],
    ['a deep list', [[[[[]]]]]],
    ['a list of texts', ['a', 'b']],
  ])('answers %s with a named error, and never with data', async (_, body) => {
    const api = await things(() => body);
    const { data, errors } = await graphOf({ sdl: THINGS(api.url) }).run(LIST, { ids: ['1', '2'] });
    expect((data as { list: { name: unknown }[] }).list.map((t) => t.name)).toEqual([null, null]);
    expect(errors?.map((e) => e.extensions?.['code'])).toEqual([
      'UPSTREAM_KEY_MISMATCH',
      'UPSTREAM_KEY_MISMATCH',
    ]);
  });

  test('two operations share no answers', async () => {
    const api = await things((ids) => named(ids));
    const graph = graphOf({ sdl: THINGS(api.url) });
    await Promise.all([graph.run(LIST, { ids: ['1'] }), graph.run(LIST, { ids: ['1'] })]);
    expect(api.asked.filter((a) => a.url === '/things?ids=1')).toHaveLength(2);
  });

  test('two places that select different fields of the same things make one call', async () => {
    const api = await things((ids) => named(ids));
    const graph = graphOf({ sdl: THINGS(api.url) });
    const { data } = await graph.run(
      '{ a: list(ids: ["1", "2"]) { id other: name } b: list(ids: ["1", "2"]) { name id: name } }',
    );
    expect(data).toEqual({
      a: [
        { id: '1', other: 'n1' },
        { id: '2', other: 'n2' },
      ],
      b: [
        { name: 'n1', id: 'n1' },
        { name: 'n2', id: 'n2' },
      ],
    });
    expect(api.asked.map((a) => a.url)).toEqual(['/list', '/things?ids=1%2C2']);
  });
});

describe('batch: { items, key, many } on a field', () => {
  const POSTS = (url: string) => /* GraphQL */ `
    extend schema @source(name: "api", http: { baseURL: "${url}" })
    type Query { users: [User!]! @connect(source: "api", http: { GET: "/users" }, selection: "id") }
    type User {
      id: ID!
      posts(tag: String): [Post!]!
        @connect(
          source: "api"
          http: { GET: "/posts?ids={$batch.id->joinNotNull(',')}&tag={$args.tag}" }
          batch: { items: "$.posts", key: "author", many: true }
          selection: "title by: author"
        )
    }
    type Post { title: String! by: ID! }
  `;
  const posts = (answered: unknown) =>
    json((asked) => (asked.url === '/users' ? [{ id: 1 }, { id: 2 }, { id: 3 }] : { posts: answered }));

  test('gives each parent its own answers, none where there are none', async () => {
    const api = await posts([
      { title: 'a', author: 2 },
      { title: 'b', author: 1 },
      { title: 'c', author: 2 },
    ]);
    const { data, errors } = await graphOf({ sdl: POSTS(api.url) }).run('{ users { posts { title by } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      users: [
        { posts: [{ title: 'b', by: '1' }] },
        {
          posts: [
            { title: 'a', by: '2' },
            { title: 'c', by: '2' },
          ],
        },
        { posts: [] },
      ],
    });
  });

  test('the same field with other arguments is another call', async () => {
    const api = await posts([]);
    await graphOf({ sdl: POSTS(api.url) }).run(
      '{ users { x: posts(tag: "x") { title } y: posts(tag: "y") { title } z: posts(tag: "x") { by } } }',
    );
    expect(api.asked.map((a) => a.url)).toEqual([
      '/users',
      '/posts?ids=1%2C2%2C3&tag=x',
      '/posts?ids=1%2C2%2C3&tag=y',
    ]);
  });

  test('an answer for nobody makes the whole batch untrustworthy', async () => {
    const api = await posts([
      { title: 'a', author: 2 },
      { title: 'b', author: 'x' },
    ]);
    const { errors } = await graphOf({ sdl: POSTS(api.url) }).run('{ users { posts { title } } }');
    expect(errors?.[0]?.message).toBe(
      'The service "shop.api" answered a batch of User.posts with the key "x", which was not asked for.',
    );
  });
});

describe('a batch form that is recognised', () => {
  const USERS = /* GraphQL */ `
    type Query {
      user(id: ID!): User @grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", request: "id: $args.id")
    }
    type User {
      id: ID!
      displayName: String!
      nickname: String
      points: ID
    }
  `;
  const users = () =>
    keep(
      grpcBackend({
        GetUser: ({ id }) =>
          id === 'none'
            ? Object.assign(new Error('no such user'), { code: 5 })
            : { id, display_name: `n${String(id)}` },
        BatchGetUsers: ({ ids }) => ({
          users: (ids as string[])
            .filter((id) => id !== 'none')
            .map((id) => ({ id, display_name: `n${id}` })),
        }),
      }),
    );

  test('GetUser for one, BatchGetUsers for many', async () => {
    const backend = await users();
    const graph = graphOf({ sdl: USERS, backends: { grpc: backend } });
    expect((await graph.run('{ user(id: "1") { id displayName } }')).data).toEqual({
      user: { id: '1', displayName: 'n1' },
    });
    expect(
      (await graph.run('{ a: user(id: "1") { displayName } b: user(id: "2") { displayName } }')).data,
    ).toEqual({
      a: { displayName: 'n1' },
      b: { displayName: 'n2' },
    });
    expect(backend.asked.map((a) => a.method)).toEqual(['GetUser', 'BatchGetUsers']);
  });

  test('a key that is not there fails as the single call would', async () => {
    const backend = await users();
    const graph = graphOf({ sdl: USERS, backends: { grpc: backend } });
    const single = await graph.run('{ a: user(id: "none") { id } }');
    const batched = await graph.run('{ a: user(id: "none") { id } b: user(id: "1") { id } }');
    expect(single.errors?.map((e) => e.extensions?.['code'])).toEqual(['NOT_FOUND']);
    expect(batched.errors?.map((e) => [e.path, e.extensions?.['code']])).toEqual([[['a'], 'NOT_FOUND']]);
    expect(batched.data).toEqual({ a: null, b: { id: '1' } });
  });

  test('asks for the union of what is selected, with the key always in it', async () => {
    const backend = await users();
    const graph = graphOf({ sdl: USERS, backends: { grpc: backend } });
    await graph.run(
      '{ a: user(id: "1") { displayName } b: user(id: "2") { nickname } c: user(id: "1") { points } }',
    );
    expect(backend.asked.map((a) => a.method)).toEqual(['BatchGetUsers']);
    const { ids, read_mask: mask } = backend.asked[0]!.message as {
      ids: string[];
      read_mask: { paths: string[] };
    };
    expect(ids).toEqual(['1', '2']);
    expect(mask.paths.toSorted()).toEqual(['display_name', 'id', 'nickname', 'points']);
  });

  test('an argument that is left out is a call of its own, not a key', async () => {
    const backend = await users();
    const graph = graphOf({
      sdl: USERS.replace('user(id: ID!)', 'user(id: ID)'),
      backends: { grpc: backend },
    });
    const { errors } = await graph.run(
      '{ a: user { id } b: user(id: "2") { id } c: user(id: "3") { id } d: user(id: null) { id } }',
    );
    expect(errors).toBeUndefined();
    expect(
      backend.asked.map((a) => `${a.method} ${JSON.stringify(a.message['id'] ?? a.message['ids'])}`).sort(),
    ).toEqual(['BatchGetUsers ["2","3"]', 'GetUser ""', 'GetUser ""']);
  });

  const ROUTES = (url: string, more = '') => /* GraphQL */ `
    extend schema @source(name: "api", http: { baseURL: "${url}" })
    type Query {
      thing(id: ID!): Thing @connect(source: "api", http: { GET: "/things/{$args.id}" ${more} }, selection: "id name")
      things(ids: [ID!]!): [Thing!]!
        @connect(source: "api", http: { GET: "/things?ids={$args.ids->joinNotNull(',')}" }, selection: "id name")
    }
    type Thing { id: ID! name: String }
  `;
  const routes = () =>
    json((asked) => {
      if (asked.url.startsWith('/things?')) return named(idsOf(asked));
      return named([decodeURIComponent(asked.url.split(/[/?]/)[2]!)])[0];
    });

  test('/x/{id} for one, /x?ids= for many', async () => {
    const api = await routes();
    const graph = graphOf({ sdl: ROUTES(api.url) });
    await graph.run('{ a: thing(id: "1") { id } }');
    const { data } = await graph.run('{ a: thing(id: "1") { name } b: thing(id: "2") { name } }');
    expect(data).toEqual({ a: { name: 'n1' }, b: { name: 'n2' } });
    expect(api.asked.map((a) => a.url)).toEqual(['/things/1', '/things?ids=1%2C2']);
  });

  test('/x/{id} beside a ?ids={$batch.id…} on the type', async () => {
    const api = await routes();
    const graph = graphOf({
      sdl: /* GraphQL */ `
        extend schema @source(name: "api", http: { baseURL: "${api.url}" })
        type Query { thing(id: ID!): Thing @connect(source: "api", http: { GET: "/things/{$args.id}" }, selection: "id name") }
        type Thing
          @key(fields: "id")
          @connect(source: "api", http: { GET: "/things?ids={$batch.id->joinNotNull(',')}" }, selection: "id name") {
          id: ID!
          name: String
        }
      `,
    });
    const { data } = await graph.run('{ a: thing(id: "1") { name } b: thing(id: "2") { name } }');
    expect(data).toEqual({ a: { name: 'n1' }, b: { name: 'n2' } });
    expect(api.asked.map((a) => a.url)).toEqual(['/things?ids=1%2C2']);
  });

  test('routes that send something more are not taken for a pair', async () => {
    const api = await routes();
    const graph = graphOf({ sdl: ROUTES(api.url, ', queryParams: "full: $(true)"') });
    await graph.run('{ a: thing(id: "1") { name } b: thing(id: "2") { name } }');
    expect(api.asked.map((a) => a.url).toSorted()).toEqual(['/things/1?full=true', '/things/2?full=true']);
  });

  test('a route that gives a list for one id is not taken for a single', async () => {
    const api = await json((asked) => named(asked.url.includes('?') ? idsOf(asked) : ['x', 'y']));
    const graph = graphOf({
      sdl: ROUTES(api.url).replace('thing(id: ID!): Thing ', 'thing(id: ID!): [Thing!] '),
    });
    const { data } = await graph.run('{ a: thing(id: "1") { id } b: thing(id: "2") { id } }');
    expect(data).toEqual({ a: [{ id: 'x' }, { id: 'y' }], b: [{ id: 'x' }, { id: 'y' }] });
  });

  test.each(['/../1', 'a/b', '?x', '#x', '%2e%2e', '..%2f'])(
    'the id %j stays one segment of the path',
    async (id) => {
      const api = await routes();
      await graphOf({ sdl: ROUTES(api.url) }).run('query ($id: ID!) { thing(id: $id) { id } }', { id });
      expect(api.asked.map((a) => a.url)).toEqual([`/things/${encodeURIComponent(id)}`]);
    },
  );

  test.each(['..', '.', ''])('the id %j, which would climb, is refused', async (id) => {
    const api = await routes();
    const { errors } = await graphOf({ sdl: ROUTES(api.url) }).run(
      'query ($id: ID!) { thing(id: $id) { id } }',
      { id },
    );
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    expect(api.asked).toEqual([]);
  });
});

describe('keys of several parts', () => {
  const SEATS = /* GraphQL */ `
    type Query {
      seats: [Seat!]! @connect(source: "api", http: { GET: "/seats" }, selection: "org { id: org_id } number")
    }
    type Org @mapping(selection: "id: org_id") {
      id: ID!
    }
    type Seat
      @key(fields: "org { id } number")
      @grpc(
        upstream: "grpc"
        method: "shop.v1.Shop/FindSeats"
        request: "keys: $batch->map({ orgId: @.org.id, number: @.number })"
        batch: { items: "$.seats", key: "org { id } number" }
        selection: "org { id } number holder"
      ) {
      org: Org!
      number: Int!
      holder: String
    }
  `;
  const seats = async () => {
    const api = await json(() => [
      { org: { org_id: 'a' }, number: 1 },
      { org: { org_id: 'b' }, number: 1 },
      { org: { org_id: 'a' }, number: 2 },
    ]);
    const grpc = await keep(
      grpcBackend({
        FindSeats: ({ keys }) => ({
          seats: (keys as { org_id: string; number: number }[])
            .map(({ org_id, number }) => ({ org: { id: org_id }, number, holder: `${org_id}${number}` }))
            .reverse(),
        }),
      }),
    );
    return { api, grpc, source: `extend schema @source(name: "api", http: { baseURL: "${api.url}" })\n` };
  };

  test('are matched part by part', async () => {
    const { grpc, source } = await seats();
    const graph = graphOf({ sdl: source + SEATS, backends: { grpc } });
    const { data, errors } = await graph.run('{ seats { holder } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ seats: [{ holder: 'a1' }, { holder: 'b1' }, { holder: 'a2' }] });
    expect(grpc.asked).toHaveLength(1);
  });

  test('are read through the mapping of a nested type', async () => {
    const { grpc, source } = await seats();
    const graph = graphOf({
      sdl:
        source +
        SEATS.replace('org { id: org_id } number', 'org number').replace(
          'selection: "org number"',
          'selection: "org: org { id: org_id } number"',
        ),
      backends: { grpc },
    });
    const { data, errors } = await graph.run('{ seats { holder org { id } } }');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      seats: [{ org: { id: 'a' }, holder: 'a1' }, { holder: 'b1' }, { holder: 'a2' }],
    });
  });
});

test('an XML list of one, and of none, is a batch of one and of none', async () => {
  const xml = await keep(
    xmlBackend(({ query }) => {
      const ids = (query.get('ids') ?? '').split(',').filter((id) => id !== '7');
      return `<things>${ids.map((id) => `<thing id="${id}"><name>n${id}</name></thing>`).join('')}</things>`;
    }),
  );
  const api = await json(({ query }) => (query.get('n') ?? '').split(',').map((id) => ({ id })));
  const graph = graphOf({
    sdl: /* GraphQL */ `
      extend schema @source(name: "api", http: { baseURL: "${api.url}" })
      type Query { list(n: String!): [Thing!]! @connect(source: "api", http: { GET: "/list?n={$args.n}" }, selection: "id") }
      type Thing
        @key(fields: "id")
        @xml(upstream: "xml", GET: "/t?ids={$batch.id->joinNotNull(',')}", selection: "$.things.thing { id: @id name }") {
        id: ID!
        name: String
      }
    `,
    backends: { xml },
  });
  expect((await graph.run('{ list(n: "007") { name } }')).data).toEqual({ list: [{ name: 'n007' }] });
  expect((await graph.run('{ list(n: "7") { name } }')).data).toEqual({ list: [{ name: null }] });
  expect((await graph.run('{ list(n: "7,8") { name } }')).data).toEqual({
    list: [{ name: null }, { name: 'n8' }],
  });
});
