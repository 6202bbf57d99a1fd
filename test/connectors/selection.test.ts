import { describe, expect, test } from 'vitest';
import { answer, grpcBackend, type Rpc, xmlBackend } from './backends.ts';
import { graphOf, json, keep, source } from './kept.ts';

const ADA = {
  id: '1',
  display_name: 'Ada',
  nickname: 'ada',
  points: '9007199254740993',
  status: 'USER_STATUS_ACTIVE',
  created_at: { seconds: 0, nanos: 0 },
  email: { address: 'ada@example.org' },
  labels: { b: '2', a: '1', constructor: 'c' },
  mails: { home: { address: 'h' } },
  tags: ['x'],
};

const USERS = /* GraphQL */ `
  scalar BigInt
  scalar DateTime
  type Query {
    user(id: ID!): User @grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", request: "id: $args.id")
    users(first: Int = 10): [User!]!
      @grpc(
        upstream: "grpc"
        method: "shop.v1.Shop/ListUsers"
        request: "pageSize: $args.first"
        selection: "$.users"
      )
  }
  extend type Query {
    few: [Shown!]!
      @grpc(
        upstream: "grpc"
        method: "shop.v1.Shop/ListUsers"
        selection: "$.users { id shown: display_name }"
      )
  }
  type Shown {
    id: ID!
    shown: String
  }
  enum UserStatus {
    ACTIVE
    CLOSED
  }
  union Contact = Email | Phone
  type Email {
    address: String!
  }
  type Phone {
    number: String!
  }
  type Label {
    key: String!
    value: String!
  }
  type Mail {
    key: String!
    value: Email!
  }
  type User {
    id: ID!
    displayName: String!
    nickname: String
    points: BigInt!
    status: UserStatus
    createdAt: DateTime
    contact: Contact
    labels: [Label!]!
    mails: [Mail!]!
    tags: [String!]!
    manager: User
    reports: [User!]!
  }
`;

const grpcGraph = async (user: Record<string, unknown> = ADA, sdl = USERS) => {
  const backend = await keep(
    grpcBackend({
      GetUser: () => user,
      ListUsers: () => ({ users: [user, user] }),
      CreateUser: ({ user: given }) => given,
      UpdateUser: ({ user: given }) => given,
      WatchUser: () => [user, { ...user, id: '2' }],
    }),
  );
  return { backend, graph: graphOf({ sdl, backends: { grpc: backend } }) };
};
const pathsOf = (rpc: Rpc | undefined) => (rpc?.message['read_mask'] as { paths: string[] } | null)?.paths;

describe('gRPC answers', () => {
  test('scalars, enums, maps and oneofs become what the schema says', async () => {
    const { graph } = await grpcGraph();
    const { data, errors } = await graph.run(
      '{ user(id: "1") { points status createdAt labels { key value } mails { key value { address } } contact { __typename ... on Email { address } ... on Phone { number } } } }',
    );
    expect(errors).toBeUndefined();
    const { labels, ...rest } = data!['user'] as { labels: { key: string }[] };
    expect(labels.toSorted((a, b) => a.key.localeCompare(b.key))).toEqual([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
      { key: 'constructor', value: 'c' },
    ]);
    expect(rest).toEqual({
      points: '9007199254740993',
      status: 'ACTIVE',
      createdAt: '1970-01-01T00:00:00Z',
      mails: [{ key: 'home', value: { address: 'h' } }],
      contact: { __typename: 'Email', address: 'ada@example.org' },
    });
  });

  test('a oneof that is not set is null; so is the zero of an enum', async () => {
    const { graph } = await grpcGraph({ id: '1' });
    expect(
      (await graph.run('{ user(id: "1") { contact { __typename } status nickname manager { id } } }')).data,
    ).toEqual({
      user: { contact: null, status: null, nickname: null, manager: null },
    });
  });

  test('a oneof under a name of the author, through @mapping and `$`', async () => {
    const { graph } = await grpcGraph(
      { id: '1', phone: { number: '7' } },
      USERS.replace('type User {', 'type User @mapping(selection: "id displayName reach: $") {')
        .replace('contact: Contact', 'reach: Contact')
        .replace(/ {4}(nickname|points|status|createdAt|labels|mails|tags|manager|reports): .*\n/g, ''),
    );
    expect((await graph.run('{ user(id: "1") { reach { ... on Phone { number } } } }')).data).toEqual({
      user: { reach: { number: '7' } },
    });
  });

  test('an enum number that the .proto does not have is an error of its field', async () => {
    const { graph } = await grpcGraph({ id: '1', status: 9 });
    const { data, errors } = await graph.run('{ user(id: "1") { id status } }');
    expect(data).toEqual({ user: { id: '1', status: null } });
    expect(errors?.map((e) => e.message)).toEqual([
      'The service "grpc" sent 9 for user.status, which is not a valid UserStatus.',
    ]);
  });
});

describe('a field mask', () => {
  test.each<[string, string[]]>([
    ['{ user(id: "1") { id } }', ['id']],
    ['{ user(id: "1") { x: displayName y: displayName } }', ['display_name']],
    ['{ user(id: "1") { contact { __typename } createdAt } }', ['created_at', 'email', 'phone']],
    ['{ user(id: "1") { manager { id manager { nickname } } } }', ['manager.id', 'manager.manager.nickname']],
    ['{ user(id: "1") { labels { key } tags } }', ['labels', 'tags']],
    ['{ user(id: "1") { manager { reports { id } } } }', ['manager.reports']],
    ['{ users { id tags } }', ['id', 'tags']],
    ['{ few { id shown } }', ['display_name', 'id']],
  ])('for %s asks for %j', async (query, paths) => {
    const { backend, graph } = await grpcGraph();
    expect((await graph.run(query)).errors).toBeUndefined();
    expect(pathsOf(backend.asked[0])).toEqual(paths);
  });
});

describe('what a client selects', () => {
  test('aliases of any kind, also ones that are named like keys and other fields', async () => {
    const { graph } = await grpcGraph();
    expect(
      (
        await graph.run(
          '{ a: user(id: "1") { id: displayName displayName: id nickname: tags tags: nickname c: contact { t: __typename } } }',
        )
      ).data,
    ).toEqual({
      a: { id: 'Ada', displayName: '1', nickname: ['x'], tags: 'ada', c: { t: 'Email' } },
    });
  });

  test('the same field with different sub-selections is merged, with different aliases it is not', async () => {
    const { backend, graph } = await grpcGraph({ ...ADA, manager: { id: '9', display_name: 'Boss' } });
    expect(
      (await graph.run('{ user(id: "1") { manager { id } manager { displayName } m: manager { tags } } }'))
        .data,
    ).toEqual({ user: { manager: { id: '9', displayName: 'Boss' }, m: { tags: [] } } });
    expect(backend.asked).toHaveLength(1);
  });

  const NESTED = (url: string) => /* GraphQL */ `
    ${source(url)}
    type Query {
      list: [Node]
        @connect(
          source: "api"
          http: { GET: "/list" }
          selection: """
          id
          ...kind->match(
            ["a", { __typename: "A", id, size }],
            ["b", { __typename: "B", id }]
          )
          """
        )
      one: A @connect(source: "api", http: { GET: "/one" }, selection: "id size")
    }
    interface Node {
      id: ID!
    }
    type A implements Node {
      id: ID!
      size: Int
      extra(n: Int): String
        @connect(
          source: "api"
          http: { GET: "/extra?id={$batch.id->joinNotNull(',')}&n={$args.n}" }
          batch: { items: "$", key: "id" }
          selection: "$.text"
        )
    }
    type B implements Node {
      id: ID!
    }
  `;
  const nested = () =>
    json(({ url, query }) => {
      if (url === '/one') return { id: 1, size: 5 };
      if (url === '/list')
        return [
          { id: 1, kind: 'a', size: 5 },
          { id: 2, kind: 'b' },
          { id: 3, kind: 'a' },
        ];
      return query
        .get('id')!
        .split(',')
        .map((id) => ({ id, text: `${id}/${query.get('n') ?? '-'}` }));
    });

  test('fragments on interfaces, with connectors on the fields of a member', async () => {
    const api = await nested();
    const { data, errors } = await graphOf({ sdl: NESTED(api.url) }).run(
      'query { list { __typename ...N ... on A { size extra one: extra(n: 1) } } } fragment N on Node { id }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      list: [
        { __typename: 'A', id: '1', size: 5, extra: '1/-', one: '1/1' },
        { __typename: 'B', id: '2' },
        { __typename: 'A', id: '3', size: null, extra: '3/-', one: '3/1' },
      ],
    });
    expect(api.asked.map((a) => a.url)).toEqual(['/list', '/extra?id=1%2C3', '/extra?id=1%2C3&n=1']);
  });

  test('an alias that is called __typename changes nothing', async () => {
    const api = await nested();
    const { data } = await graphOf({ sdl: NESTED(api.url) }).run('{ one { id __typename: extra } }');
    expect(data).toEqual({ one: { id: '1', __typename: '1/-' } });
  });

  test.each([
    'query ($on: Boolean!) { one { id extra @include(if: $on) } }',
    'query ($on: Boolean!) { one { id ... @include(if: $on) { extra } } }',
    'query ($on: Boolean!) { one { id ...E @include(if: $on) } } fragment E on A { extra }',
    'query ($on: Boolean!) { one { id } one @include(if: $on) { extra } }',
  ])('%s makes no call for what is left out', async (query) => {
    const api = await nested();
    const graph = graphOf({ sdl: NESTED(api.url) });
    expect((await graph.run(query, { on: false })).data).toEqual({ one: { id: '1' } });
    expect(api.asked.map((a) => a.url)).toEqual(['/one']);
    expect((await graph.run(query, { on: true })).data).toEqual({ one: { id: '1', extra: '1/-' } });
  });

  test('@skip on a field makes no call, unless the field is asked for elsewhere', async () => {
    const api = await nested();
    const graph = graphOf({ sdl: NESTED(api.url) });
    expect((await graph.run('{ one { id extra @skip(if: true) } }')).data).toEqual({ one: { id: '1' } });
    expect(api.asked).toHaveLength(1);
    expect((await graph.run('{ one { id extra @skip(if: true) ... { extra } } }')).data).toEqual({
      one: { id: '1', extra: '1/-' },
    });
  });
});

describe('XML answers', () => {
  const DOC = /* GraphQL */ `
    extend schema @xmlNamespace(prefix: "p", uri: "urn:p")
    scalar DateTime
    scalar Decimal
    type Query {
      doc: Doc
        @xml(
          upstream: "xml"
          GET: "/doc"
          selection: "$.doc { code flag count price when words: words.word shipments note nested { a } many: nested { a } }"
        )
    }
    type Doc {
      code: String
      flag: Boolean
      count: Int
      price: Decimal
      when: DateTime
      words: [String!]
      shipments: [Shipment]
      note: String
      nested: Nested
      many: [Nested!]
    }
    type Nested {
      a: String
    }
    union Shipment = Parcel | Pickup
    type Parcel @mapping(from: "p:parcel", selection: "number: @n") {
      number: String!
    }
    type Pickup @mapping(from: "pickup") {
      at: String
    }
  `;
  const doc = async (inner: string) => {
    const backend = await keep(xmlBackend(() => `<doc xmlns:q="urn:p">${inner}</doc>`));
    return graphOf({ sdl: DOC, backends: { xml: backend }, facts: { xml: { timeZone: '+02:00' } } });
  };
  test('another document than the one that is mapped is an error, not an answer without anything in it', async () => {
    const backend = await keep(xmlBackend(() => '<other xmlns="urn:o"><code>1</code></other>'));
    const graph = graphOf({ sdl: DOC, backends: { xml: backend } });
    const { data, errors } = await graph.run('{ doc { code } }');
    expect(data).toEqual({ doc: null });
    expect(errors).toMatchObject([
      {
        message: 'The service "xml" answered with the element "{urn:o}other", where "doc" is expected.',
        path: ['doc'],
        extensions: { code: 'UPSTREAM_BAD_RESPONSE' },
      },
    ]);
  });

  const read = async (inner: string, fields: string) =>
    (await (await doc(inner)).run(`{ doc { ${fields} } }`)).data!['doc'];

  test('types come from the schema: "007" stays a String, one element stays a list', async () => {
    expect(
      await read(
        '<code>007</code><flag>1</flag><count> 7 </count><price>1.50</price><words><word>1</word></words>',
        'code flag count price words',
      ),
    ).toEqual({
      code: '007',
      flag: true,
      count: 7,
      price: '1.50',
      words: ['1'],
    });
  });

  test('a time without a zone is in the zone of the upstream', async () => {
    expect(await read('<when>2026-03-01T10:00:00</when>', 'when')).toEqual({
      when: '2026-03-01T10:00:00+02:00',
    });
    expect(await read('<when>2026-03-01T10:00:00Z</when>', 'when')).toEqual({ when: '2026-03-01T10:00:00Z' });
  });

  test('empty and nil elements: an empty text for String, null for what cannot be empty', async () => {
    const nil = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"';
    expect(await read('<code/><flag/><count/><price/><when/>', 'code flag count price when')).toEqual({
      code: '',
      flag: null,
      count: null,
      price: null,
      when: null,
    });
    expect(await read(`<code ${nil}/><note/>`, 'code note')).toEqual({ code: null, note: '' });
    expect(await read('<nested/>', 'nested { a } many { a }')).toEqual({
      nested: { a: null },
      many: [{ a: null }],
    });
  });

  test('one list of several kinds of elements, named by @mapping(from:), prefixes by URI', async () => {
    const query = 'shipments { __typename ... on Parcel { number } ... on Pickup { at } }';
    expect(
      await read(
        '<shipments><q:parcel n="1"/><pickup><at>x</at></pickup><q:parcel n="2"/></shipments>',
        query,
      ),
    ).toEqual({
      shipments: [
        { __typename: 'Parcel', number: '1' },
        { __typename: 'Parcel', number: '2' },
        { __typename: 'Pickup', at: 'x' },
      ],
    });
    expect(await read('<shipments><pickup/></shipments>', query)).toEqual({
      shipments: [{ __typename: 'Pickup', at: null }],
    });
    expect(await read('<shipments/>', query)).toEqual({ shipments: [] });
    expect(await read('', query)).toEqual({ shipments: [] });
  });

  test('two elements where one is wanted are an error, not the first of them', async () => {
    const { errors } = await (
      await doc('<code>1</code><code>2</code><nested/><nested/>')
    ).run('{ doc { code nested { a } } }');
    expect(errors?.map((e) => e.message)).toEqual([
      'The service "xml" sent a list of 2 for doc.code, which is not a valid String.',
      'The service "xml" sent a list for doc.nested, where one Nested is wanted.',
    ]);
  });
});

describe('answers of the wrong shape', () => {
  const SHAPES = (url: string) => /* GraphQL */ `
    ${source(url)}
    type Query {
      thing: Thing
        @connect(source: "api", http: { GET: "/" }, selection: "text number list { a } object { a } any")
    }
    scalar Any
    type Thing {
      text: String
      number: Int
      list: [Inner]
      object: Inner
      any: Any
    }
    type Inner {
      a: String
    }
  `;
  test.each<[string, unknown, string]>([
    ['an object for a String', { text: {} }, 'UPSTREAM_BAD_RESPONSE'],
    ['a text for an Int', { number: '5' }, 'UPSTREAM_BAD_RESPONSE'],
    ['a number too large for an Int', { number: 2 ** 31 }, 'UPSTREAM_BAD_RESPONSE'],
    ['a text for an object', { object: 'x' }, 'UPSTREAM_BAD_RESPONSE'],
    ['a list for an object', { object: [{ a: '1' }] }, 'UPSTREAM_BAD_RESPONSE'],
    ['an object for a list', { list: { a: '1' } }, 'UPSTREAM_BAD_RESPONSE'],
    ['texts in a list of objects', { list: ['x'] }, 'UPSTREAM_BAD_RESPONSE'],
  ])('%s is null with an error', async (_, body, code) => {
    const api = await json(() => body);
    const [name, value] = Object.entries(body as object)[0]!;
    const inner = name === 'list' || name === 'object' ? '{ a }' : '';
    const { data, errors } = await graphOf({ sdl: SHAPES(api.url) }).run(`{ thing { ${name} ${inner} } }`);
    expect([value, JSON.stringify(data)]).toEqual([value, expect.stringMatching(/null/)]);
    expect(errors?.map((e) => e.extensions?.['code'])).toEqual([code]);
  });

  test.each<[string, unknown]>([
    ['a text', 'x'],
    ['a list', [{ text: 'x' }]],
    ['a number', 5],
  ])('%s for the whole is null with an error', async (_, body) => {
    const api = await json(() => body);
    const { data, errors } = await graphOf({ sdl: SHAPES(api.url) }).run('{ thing { text } }');
    expect(data).toEqual({ thing: null });
    expect(errors?.map((e) => e.extensions?.['code'])).toEqual(['UPSTREAM_BAD_RESPONSE']);
  });

  test('names of inherited properties are data like any other', async () => {
    const api = await json(() =>
      answer({ body: JSON.parse('{"any": {"__proto__": {"x": 1}, "constructor": 2}, "text": "t"}') }),
    );
    const { data } = await graphOf({ sdl: SHAPES(api.url) }).run('{ thing { any text } }');
    expect(JSON.stringify(data)).toBe('{"thing":{"any":{"__proto__":{"x":1},"constructor":2},"text":"t"}}');
  });

  test('types, fields and arguments may be called like inherited properties', async () => {
    const api = await json(({ query }) => ({
      valueOf: query.get('c') ?? 'none',
      name: 'n',
      constructor: { name: 'inner' },
    }));
    const sdl = /* GraphQL */ `
      ${source(api.url)}
      scalar toString
      type Query {
        hasOwnProperty(constructor: String, toString: Int): constructor
          @connect(
            source: "api"
            http: { GET: "/?c={$args.constructor}" }
            selection: "valueOf name constructor { name }"
          )
      }
      type constructor {
        valueOf: toString
        name: String
        constructor: __proto
      }
      type __proto {
        name: String
      }
    `.replaceAll('__proto', 'isPrototypeOf');
    const { data, errors } = await graphOf({ sdl, resolvers: {} }).run(
      '{ hasOwnProperty { valueOf name constructor { name } } x: hasOwnProperty(constructor: "c") { valueOf } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      hasOwnProperty: { valueOf: 'none', name: 'n', constructor: { name: 'inner' } },
      x: { valueOf: 'c' },
    });
  });
});
