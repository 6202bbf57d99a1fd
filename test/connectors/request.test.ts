import { describe, expect, test } from 'vitest';
import type { ResolverMap } from '../../gateway/connectors/model.ts';
import { UpstreamError } from '../../gateway/errors.ts';
import { answer, type Asked, grpcBackend } from './backends.ts';
import { graphOf, json, keep, source } from './kept.ts';

const codes = (result: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  result.errors?.map((e) => e.extensions?.['code']);

describe('arguments', () => {
  const ECHO = (url: string) => /* GraphQL */ `
    ${source(url)}
    scalar JSON
    scalar BigInt
    scalar Date
    scalar Decimal
    enum Kind {
      NEW
      OLD
    }
    input Filter {
      day: Date
      kinds: [Kind!]
      more: [Filter!]
      n: Int = 3
    }
    input Must {
      n: Int!
    }
    type Query {
      echo(
        text: String
        n: Int = 5
        big: BigInt
        price: Decimal
        filter: Filter
        days: [Date!]
        must: Must
        id: ID! = "d"
      ): JSON @connect(source: "api", http: { POST: "/echo", body: "$args" }, selection: "$")
    }
  `;
  const echo = async () => {
    const api = await json(({ body }) => JSON.parse(body) as unknown);
    return { api, run: graphOf({ sdl: ECHO(api.url) }).run };
  };

  test('defaults are filled in, also inside input objects', async () => {
    const { run } = await echo();
    expect((await run('{ echo(filter: {}) }')).data).toEqual({ echo: { n: 5, filter: { n: 3 }, id: 'd' } });
  });

  test('null and missing are different things', async () => {
    const { run } = await echo();
    const query = 'query ($text: String, $n: Int) { echo(text: $text, n: $n) }';
    expect((await run(query, { text: null, n: null })).data).toEqual({
      echo: { text: null, n: null, id: 'd' },
    });
    expect((await run(query, {})).data).toEqual({ echo: { n: 5, id: 'd' } });
  });

  test('numbers of any size keep their digits', async () => {
    const { run } = await echo();
    const query = 'query ($big: BigInt, $price: Decimal) { echo(big: $big, price: $price) }';
    const given = { big: '123456789012345678901234567890', price: '0.10' };
    expect((await run(query, given)).data).toMatchObject({ echo: given });
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      'query ($d: [Date!]) { echo(days: $d) }',
      { d: ['2026-01-01', 'x'] },
      'echo(days:)[1]: "x" is not a valid Date.',
    ],
    [
      'query ($d: [Date!]) { echo(days: $d) }',
      { d: ['2026-02-30'] },
      'echo(days:)[0]: "2026-02-30" is not a valid Date.',
    ],
    [
      'query ($f: Filter) { echo(filter: $f) }',
      { f: { more: [{ day: 'soon' }] } },
      'echo(filter:).more[0].day: "soon" is not a valid Date.',
    ],
    ['query ($b: BigInt) { echo(big: $b) }', { b: 1.5 }, 'echo(big:): 1.5 is not a valid BigInt.'],
    ['query ($b: BigInt) { echo(big: $b) }', { b: [1] }, 'echo(big:): a list of 1 is not a valid BigInt.'],
    ['query ($b: BigInt) { echo(big: $b) }', { b: '' }, 'echo(big:): "" is not a valid BigInt.'],
    [
      'query ($n: Int = 1) { echo(must: { n: $n }) }',
      { n: null },
      'echo(must:): a variable is null where null is not allowed.',
    ],
    [
      'query ($id: ID = "x") { echo(id: $id) }',
      { id: null },
      'echo(id:): a variable is null where null is not allowed.',
    ],
  ])('%s with %j is the client’s mistake, and no call is made', async (query, variables, message) => {
    const { api, run } = await echo();
    const { errors } = await run(query, variables);
    expect(errors?.map((e) => [e.message, e.extensions?.['code'], e.path])).toEqual([
      [message, 'BAD_USER_INPUT', ['echo']],
    ]);
    expect(api.asked).toEqual([]);
  });
});

describe('gRPC requests', () => {
  const WRITES = /* GraphQL */ `
    type Query {
      x: String @grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", selection: "$.id")
    }
    type Mutation {
      createUser(user: UserInput!): User
        @grpc(
          upstream: "grpc"
          method: "shop.v1.Shop/CreateUser"
          request: """
          user: $args.user { id displayName email: contact?.email phone: contact?.phone status }
          """
        )
      updateUser(id: ID!, user: UserInput!): User
        @grpc(
          upstream: "grpc"
          method: "shop.v1.Shop/UpdateUser"
          request: """
          user: $args.user { id: $args.id displayName nickname email: contact?.email phone: contact?.phone }
          """
        )
    }
    enum UserStatus {
      ACTIVE
      CLOSED
    }
    input UserInput {
      id: ID
      displayName: String
      nickname: String
      contact: ContactInput
      status: UserStatus
    }
    input ContactInput @oneOf {
      email: EmailInput
      phone: PhoneInput
    }
    input EmailInput {
      address: String!
    }
    input PhoneInput {
      number: String!
    }
    type User {
      id: ID!
      displayName: String
      nickname: String
      status: UserStatus
    }
  `;
  const writes = async () => {
    const backend = await keep(
      grpcBackend({ CreateUser: ({ user }) => user, UpdateUser: ({ user }) => user }),
    );
    return { backend, run: graphOf({ sdl: WRITES, backends: { grpc: backend } }).run };
  };

  test('a @oneOf input sets the one member of the oneof, an enum finds its name in the .proto', async () => {
    const { backend, run } = await writes();
    const { data, errors } = await run(
      'mutation { createUser(user: { id: "1", status: CLOSED, contact: { phone: { number: "7" } } }) { id status } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ createUser: { id: '1', status: 'CLOSED' } });
    expect(backend.asked[0]!.message['user']).toMatchObject({
      contact: 'phone',
      phone: { number: '7' },
      status: 'USER_STATUS_CLOSED',
    });
  });

  test('the update mask names what was given, null too, and not the identifier', async () => {
    const { backend, run } = await writes();
    await run(
      'mutation { updateUser(id: "1", user: { nickname: null, displayName: "A", contact: { email: { address: "x" } } }) { id } }',
    );
    expect((backend.asked[0]!.message['update_mask'] as { paths: string[] }).paths.toSorted()).toEqual([
      'display_name',
      'email',
      'nickname',
    ]);
  });
});

describe('mutations', () => {
  const COUNTER = (url: string) => /* GraphQL */ `
    ${source(url)}
    type Query {
      count: Int @connect(source: "api", http: { GET: "/count" }, selection: "$.n")
    }
    type Mutation {
      add(n: Int): Counter @connect(source: "api", http: { POST: "/add?n={$args.n}" }, selection: "n")
    }
    type Counter {
      n: Int
      now(x: Int): Int @connect(source: "api", http: { GET: "/now?after={$this.n}" }, selection: "$.n")
    }
  `;
  test('run one after the other, are never merged, and see what they changed', async () => {
    let n = 0;
    const api = await json(({ url, query }) => {
      if (url.startsWith('/add')) n += Number(query.get('n'));
      return { n };
    });
    const { data } = await graphOf({ sdl: COUNTER(api.url) }).run(
      'mutation { a: add(n: 1) { n now } b: add(n: 1) { n now } c: add(n: 0) { n now } d: add(n: 0) { n now } }',
    );
    expect(data).toEqual({
      a: { n: 1, now: 1 },
      b: { n: 2, now: 2 },
      c: { n: 2, now: 2 },
      d: { n: 2, now: 2 },
    });
    expect(api.asked.map((a) => `${a.method} ${a.url}`)).toEqual([
      'POST /add?n=1',
      'GET /now?after=1',
      'POST /add?n=1',
      'GET /now?after=2',
      'POST /add?n=0',
      'GET /now?after=2',
      'POST /add?n=0',
      'GET /now?after=2',
    ]);
  });

  test('root types may have names of their own', async () => {
    const api = await json(({ query }) => ({ n: Number(query.get('n') ?? 7) }));
    const sdl = COUNTER(api.url)
      .replace('extend schema', 'extend schema { query: Root mutation: Changes } extend schema')
      .replace('type Query', 'type Root')
      .replace('type Mutation', 'type Changes');
    const graph = graphOf({ sdl: sdl.replace('extend schema { query', 'schema { query') });
    expect((await graph.run('{ count again: count }')).data).toEqual({ count: 7, again: 7 });
    expect(api.asked).toHaveLength(1);
    expect((await graph.run('mutation { a: add(n: 1) { n } b: add(n: 1) { n } }')).data).toEqual({
      a: { n: 1 },
      b: { n: 1 },
    });
    expect(api.asked).toHaveLength(3);
  });
});

describe('subscriptions', () => {
  const WATCH = (url: string) => /* GraphQL */ `
    ${source(url)}
    type Query {
      x: String @connect(source: "api", http: { GET: "/x" }, selection: "$.x")
    }
    type Subscription {
      user(id: ID!): User @grpc(upstream: "grpc", method: "shop.v1.Shop/WatchUser", request: "id: $args.id")
    }
    type User {
      id: ID!
      displayName: String
      score: Int @connect(source: "api", http: { GET: "/score/{$this.id}" }, selection: "$.n")
    }
  `;
  test('each message of a stream is an event, with loads of its own', async () => {
    let n = 0;
    const api = await json(() => ({ n: ++n }));
    const grpc = await keep(
      grpcBackend({
        WatchUser: ({ id }) => [
          { id, display_name: 'a' },
          { id, display_name: 'b' },
        ],
      }),
    );
    const graph = graphOf({ sdl: WATCH(api.url), backends: { grpc } });
    expect(
      (await graph.events('subscription { user(id: "1") { displayName score again: score } }')).map(
        (e) => e.data,
      ),
    ).toEqual([
      { user: { displayName: 'a', score: 1, again: 1 } },
      { user: { displayName: 'b', score: 2, again: 2 } },
    ]);
  });
});

describe('HTTP requests', () => {
  const asked = async (sdl: (url: string) => string, context = {}, config = {}) => {
    const api = await json(() => ({ x: 'x' }));
    const graph = graphOf({ sdl: sdl(api.url), config });
    const result = await graph.run('{ x(a: "a/b", list: ["1", "2"]) }', {}, context);
    return { result, url: api.asked[0]?.url, headers: api.asked[0]?.headers };
  };
  const field =
    (http: string, more = '') =>
    (url: string) =>
      /* GraphQL */ `
    ${source(url)}
    type Query { x(a: String, list: [String!]): String @connect(source: "api", http: { ${http} } selection: "$.x" ${more}) }
  `;

  test('path and queryParams are joined to the template, encoded', async () => {
    const { url } = await asked(
      field(
        'GET: "/base?q=1", path: """$(["v1", $args.a])""", queryParams: "$args { a list } none: $(null)"',
      ),
    );
    expect(url).toBe('/base/v1/a%2Fb?q=1&a=a%2Fb&list=1&list=2');
  });

  test('those of the source come first', async () => {
    const { url } = await asked(
      (base) =>
        field('GET: "/x", path: """$(["end"])""", queryParams: "a: $args.a"')(base).replace(
          `baseURL: "${base}"`,
          `baseURL: "${base}", path: """$(["v2", $config.tenant])""", queryParams: "key: $config.key"`,
        ),
      {},
      { 'shop.api': { tenant: 't 1', key: 'k&' } },
    );
    expect(url).toBe('/v2/t%201/x/end?key=k%26&a=a%2Fb');
  });

  test('a @connect without a source calls the absolute URL that it names', async () => {
    const { url, result } = await asked((base) =>
      field('GET: "/x"')(base)
        .replace('source: "api",', '')
        .replace('GET: "/x"', `GET: "${base}/abs/{$args.a}"`),
    );
    expect(result.data).toEqual({ x: 'x' });
    expect(url).toBe('/abs/a%2Fb');
  });

  test('headers are copied from the client or computed; the connector’s win; a line break cannot get in', async () => {
    const sdl = (base: string) =>
      field(
        'GET: "/x", headers: [{ name: "X-Own", value: "own {$args.a}" }, { name: "x-from", from: "X-Client" }, { name: "x-none", from: "constructor" }, { name: "x-cr", value: "{$config.evil}" }, { name: "x-req", value: "{$request.headers.\'x-client\'->first}" }]',
      )(base).replace(
        `baseURL: "${base}"`,
        `baseURL: "${base}", headers: [{ name: "x-own", value: "source" }, { name: "x-source", value: "s" }]`,
      );
    const { headers, result } = await asked(
      sdl,
      { headers: { 'x-client': 'c' } },
      { 'shop.api': { evil: 'a\r\nx-evil: 1' } },
    );
    expect(result.errors).toBeUndefined();
    expect(headers).toMatchObject({
      'x-own': 'own a/b',
      'x-source': 's',
      'x-from': 'c',
      'x-cr': 'ax-evil: 1',
      'x-req': 'c',
    });
    expect(headers).not.toHaveProperty('x-none');
    expect(headers).not.toHaveProperty('x-evil');
  });
});

describe('answers that are refusals', () => {
  const JUDGED = (url: string, more: string, ofSource = '') => /* GraphQL */ `
    extend schema @source(name: "api", http: { baseURL: "${url}" } ${ofSource})
    type Query { x: X @connect(source: "api", http: { GET: "/x" } selection: "ok status: $status type: $response.headers.'x-kind'->first" ${more}) }
    type X { ok: Boolean status: Int type: String }
  `;
  const judged = async (reply: unknown, more = '', ofSource = '') => {
    const api = await json(() => reply);
    return graphOf({ sdl: JUDGED(api.url, more, ofSource) }).run('{ x { ok status type } }');
  };
  const MESSAGES = `errors: { message: "error.text", extensions: "code: error.code status: $status" }`;

  test('$status and $response are there in the selection', async () => {
    const { data } = await judged(answer({ status: 201, headers: { 'x-kind': 'k' }, body: { ok: true } }));
    expect(data).toEqual({ x: { ok: true, status: 201, type: 'k' } });
  });

  test('errors says message and extensions of an answer that is not 2xx', async () => {
    const refusal = answer({ status: 422, body: { error: { text: 'No.', code: 'FORBIDDEN' } } });
    const { data, errors } = await judged(refusal, MESSAGES);
    expect(data).toEqual({ x: null });
    expect(errors).toEqual([
      {
        message: 'No.',
        path: ['x'],
        extensions: { code: 'FORBIDDEN', service: 'shop.api', httpStatus: 422, status: 422 },
      },
    ]);
  });

  test.each(['constructor', '__proto__', 'toString', 'NOT_A_CODE', ''])(
    'a backend cannot invent the code %j',
    async (code) => {
      const result = await judged(answer({ status: 404, body: { error: { text: 'No.', code } } }), MESSAGES);
      expect(codes(result)).toEqual(['NOT_FOUND']);
    },
  );

  test('isSuccess decides alone: a 200 may be a refusal, a 404 an answer', async () => {
    const more = 'isSuccess: "ok"';
    expect(codes(await judged({ ok: false }, more))).toEqual(['UPSTREAM_ERROR']);
    expect((await judged(answer({ status: 404, body: { ok: true } }), more)).data).toEqual({
      x: { ok: true, status: 404, type: null },
    });
    expect(codes(await judged({ ok: 'yes' }, more))).toEqual(['UPSTREAM_ERROR']);
  });

  test('the source says it for all its connectors, and a connector for itself', async () => {
    const refusal = () => answer({ status: 400, body: { error: { text: 'No.' }, other: 'Other.' } });
    const ofSource = 'errors: { message: "error.text" }';
    expect((await judged(refusal(), '', ofSource)).errors?.[0]?.message).toBe('No.');
    expect((await judged(refusal(), 'errors: { message: "other" }', ofSource)).errors?.[0]?.message).toBe(
      'Other.',
    );
  });

  test('an error page that nobody can read is told by its status', async () => {
    const page = answer({
      status: 502,
      headers: { 'content-type': 'application/octet-stream' },
      body: '<html>',
    });
    expect(codes(await judged(page, MESSAGES))).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('without errors and isSuccess only 2xx is an answer', async () => {
    expect(codes(await judged(answer({ status: 409, body: { ok: true } })))).toEqual(['CONFLICT']);
  });
});

describe('resolvers.ts', () => {
  const SDL = (url: string) => /* GraphQL */ `
    ${source(url)}
    type Query {
      users: [User!]! @connect(source: "api", http: { GET: "/users" }, selection: "id name")
    }
    type User
      @key(fields: "id")
      @connect(
        source: "api"
        http: { GET: "/mails?ids={$batch.id->joinNotNull(',')}" }
        selection: "id name mail"
      ) {
      id: ID!
      name: String
      mail: String
      greeting(word: String = "Hi"): String
      friend: User
      twice: Int
    }
  `;
  const nothing = { resolve: () => null };
  const NOTHING = { greeting: nothing, friend: nothing, twice: nothing };
  const start = async (resolvers: ResolverMap) => {
    const api = await json(({ url, query }: Asked) => {
      if (url === '/users')
        return [
          { id: 1, name: 'A' },
          { id: 2, name: 'B' },
        ];
      return query
        .get('ids')!
        .split(',')
        .map((id) => ({ id, mail: `${id}@x` }));
    });
    return {
      api,
      graph: graphOf({ sdl: SDL(api.url), resolvers: { User: { ...NOTHING, ...resolvers['User'] } } }),
    };
  };

  test('get what they require, wherever it comes from, and the arguments', async () => {
    const { api, graph } = await start({
      User: {
        greeting: {
          requires: ['mail', 'name'],
          resolve: (user, args) =>
            `${String(args['word'])} ${String(user['name'])} <${String(user['mail'])}>`,
        },
      },
    });
    const { data, errors } = await graph.run('{ users { greeting name: id other: greeting(word: "Ho") } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      users: [
        { greeting: 'Hi A <1@x>', name: '1', other: 'Ho A <1@x>' },
        { greeting: 'Hi B <2@x>', name: '2', other: 'Ho B <2@x>' },
      ],
    });
    expect(api.asked.map((a) => a.url)).toEqual(['/users', '/mails?ids=1%2C2']);
  });

  test('may give objects, in the form that the schema has', async () => {
    const { graph } = await start({
      User: { friend: { requires: ['id'], resolve: (user) => ({ id: `f${String(user['id'])}` }) } },
    });
    expect((await graph.run('{ users { friend { id } } }')).data).toEqual({
      users: [{ friend: { id: 'f1' } }, { friend: { id: 'f2' } }],
    });
  });

  test('make calls and loads like connectors', async () => {
    const { api, graph } = await start({
      User: {
        twice: {
          requires: ['id'],
          resolve: async (user, _args, { loader, call }) => {
            const twice = loader<string, number>('twice', async (ids) => {
              await call(
                'shop.api',
                'GET /mails',
                { method: 'GET', path: `/mails?ids=${ids.join(',')}` },
                { idempotent: true },
              );
              return ids.map((id) => Number(id) * 2);
            });
            return twice.load(String(user['id']));
          },
        },
      },
    });
    expect((await graph.run('{ users { twice again: twice } }')).data).toEqual({
      users: [
        { twice: 2, again: 2 },
        { twice: 4, again: 4 },
      ],
    });
    expect(api.asked.map((a) => a.url)).toEqual(['/users', '/mails?ids=1,2']);
  });

  test('what they throw is masked, save what a backend said', async () => {
    const { graph } = await start({
      User: {
        greeting: {
          resolve() {
            throw new Error('password=1');
          },
        },
        twice: {
          resolve() {
            throw new UpstreamError('CONFLICT', 'users', 'Busy.');
          },
        },
      },
    });
    const { errors } = await graph.run('{ users { greeting twice } }');
    expect(JSON.stringify(errors)).not.toContain('password');
    expect(errors?.map((e) => e.extensions?.['code'])).toEqual([
      'INTERNAL_SERVER_ERROR',
      'CONFLICT',
      'INTERNAL_SERVER_ERROR',
      'CONFLICT',
    ]);
  });

  test('a requirement that failed is told as what failed', async () => {
    const api = await json(({ url }) =>
      url === '/users' ? [{ id: 1, name: 'A' }] : answer({ status: 503, body: {} }),
    );
    const graph = graphOf({
      sdl: SDL(api.url),
      resolvers: { User: { ...NOTHING, greeting: { requires: ['mail'], resolve: () => 'x' } } },
    });
    expect(codes(await graph.run('{ users { greeting } }'))).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});

describe('the content-type of a connector', () => {
  const CONTENT_TYPE = (url: string, value: string) => /* GraphQL */ `
    ${source(url)}
    type Query {
      send(text: String, type: String): String
        @connect(
          source: "api"
          http: {
            POST: "/send"
            headers: [{ name: "Content-Type", value: "${value}" }]
            body: "text: $args.text n: $(1)"
          }
          selection: "$.ok"
        )
    }
  `;
  const send = async (value: string, query = '{ send(text: "a b") }') => {
    const api = await json(() => ({ ok: 'yes' }));
    const { errors } = await graphOf({ sdl: CONTENT_TYPE(api.url, value) }).run(query);
    expect(errors).toBeUndefined();
    return api.asked.map(({ headers, body }) => [headers['content-type'], body]);
  };

  test('says in which form the body is written', async () => {
    const form = 'application/x-www-form-urlencoded';
    expect(await send(form)).toEqual([[form, 'text=a+b&n=1']]);
    const patch = 'application/merge-patch+json';
    expect(await send(patch)).toEqual([[patch, '{"text":"a b","n":1}']]);
  });

  test('is that of JSON if its value is missing', async () => {
    expect(await send('{$args.type}')).toEqual([['application/json', '{"text":"a b","n":1}']]);
  });
});
