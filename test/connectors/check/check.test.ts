import { describe, expect, test } from 'vitest';
import type { ResolverMap } from '../../../gateway/connectors/model.ts';
import type { Problem } from '../../../gateway/problem.ts';
import { loadProtoTexts } from '../../../gateway/upstreams/grpc/registry.ts';
import { shopProtos } from '../backends.ts';
import { problemsOf } from '../graph.ts';

const protos = shopProtos();

/** `code line:column message → fix`, as people see them. */
const told = ({ code, line, column, message, fix }: Problem) =>
  `${code} ${line}:${column} ${message} → ${fix}`;

/** The place of the `§`, which is taken out of the SDL. */
function marked(sdl: string): { text: string; at: string } {
  const before = sdl.slice(0, sdl.indexOf('§')).split('\n');
  // The harness writes the links before the first line, which is empty in these tests.
  return { text: sdl.replace('§', ''), at: `${before.length}:${before.at(-1)!.length + 1}` };
}

function expectProblem(sdl: string, code: string, message: string, fix: string, more = {}): void {
  const { text, at } = marked(`\n${sdl}`);
  const problems = problemsOf(text, { protos, nPlusOne: 'allow', ...more });
  expect(problems.map(told)).toEqual([`${code} ${at} ${message} → ${fix}`]);
  expect(problems[0]).toMatchObject({ file: 'shop.graphql', subgraph: 'shop', severity: 'error' });
}

const API = 'extend schema @source(name: "api", http: { baseURL: "http://x" })';
const query = (field: string) => `${API}\ntype Query { ${field} }`;
const get = (more: string, type = 'String') => query(`x: ${type} @connect(source: "api", ${more})`);
const user = (directive: string, more = '') =>
  `type Query { u(id: ID!): User ${directive} }\ntype User { id: ID! ${more} }`;

describe('the form of connectors', () => {
  test.each<[string, string, string, string]>([
    [
      'type Query { a: String @grpc(upstream: "grpc", §methd: "x", method: "shop.v1.Shop/GetUser", selection: "$.id") }',
      'CONNECTOR_UNKNOWN_ARGUMENT',
      '@grpc has no argument "methd".',
      'Did you mean "method"?',
    ],
    [
      get('http: { GET: "/x", §heders: [] }, selection: "$"'),
      'CONNECTOR_UNKNOWN_ARGUMENT',
      'http has no field "heders".',
      'Did you mean "headers"?',
    ],
    [
      get('http: { GET: "/x" }, selection: §5').replace('selection: §5', 'selection: "$", entity: §"yes"'),
      'CONNECTOR_BAD_ARGUMENT',
      'entity of @connect must be true or false.',
      'Write entity: true.',
    ],
    [
      get('http: { GET: "/x" }, selection: "$", batch: §7'),
      'CONNECTOR_BAD_ARGUMENT',
      'batch of @connect must be an object.',
      'Write batch: { … }.',
    ],
    [
      get('http: { GET: "/x" }, selection: "$", batch: { maxSize: §0 }'),
      'CONNECTOR_BAD_BATCH',
      'batch.maxSize must be above 0.',
      'For instance maxSize: 100.',
    ],
    [
      query('x: String §@connect(source: "api", http: { GET: "/x" })'),
      'CONNECTOR_MISSING_ARGUMENT',
      '@connect needs a selection.',
      'Add selection: "…" with the fields of the answer.',
    ],
    [
      query('x: String §@connect(source: "api", http: {}, selection: "$")'),
      'CONNECTOR_MISSING_ARGUMENT',
      '@connect needs exactly one of GET, QUERY, POST, PUT, PATCH, DELETE.',
      'For instance GET: "/orders/{$args.id}".',
    ],
    [
      'type Query { a: String §@grpc(upstream: "grpc") }',
      'CONNECTOR_MISSING_ARGUMENT',
      '@grpc needs method as a text that is not empty.',
      'Add method: "…".',
    ],
    [
      'extend schema §@source(name: "a", http: {})\ntype Query { a: String @xml(upstream: "xml", GET: "/", selection: "$.a") }',
      'CONNECTOR_MISSING_ARGUMENT',
      '@source needs http: { baseURL: "https://…" }.',
      'Add the base URL of the service.',
    ],
    [
      'extend schema @source(name: "a", http: { baseURL: §"ftp://x" })\ntype Query { a: String @xml(upstream: "xml", GET: "/", selection: "$.a") }',
      'CONNECTOR_BAD_URL',
      '"ftp://x" is not an http or https URL.',
      'Write it as https://host/path.',
    ],
    [
      `${API} @source(name: §"api", http: { baseURL: "http://y" })\ntype Query { x: String @connect(source: "api", http: { GET: "/" }, selection: "$") }`,
      'CONNECTOR_DUPLICATE',
      'There are two @source with the name "api".',
      'Give each source a name of its own.',
    ],
    [
      'type Query { a: String @xml(upstream: "xml", GET: "/a", selection: "$.a") §@xml(upstream: "xml", GET: "/b", selection: "$.a") }',
      'CONNECTOR_DUPLICATE',
      'Query.a has two connectors, and one field gets its data from one place.',
      'Remove one of them. A type may have several, each giving some of its fields.',
    ],
    [
      'type Query { x: String @connect(http: { GET: §"/x" }, selection: "$") }',
      'CONNECTOR_BAD_URL',
      'A @connect without a source needs an absolute URL with a fixed host.',
      'Add source: "name", or start the URL with https://host/.',
    ],
    [
      get('http: { GET: §"http://y/x" }, selection: "$"'),
      'CONNECTOR_BAD_URL',
      'The path "http://y/x" must start with "/".',
      'Write "/http://y/x".',
    ],
    [
      get('http: { GET: "/x", headers: §{ name: "a b", value: "x" } }, selection: "$"'),
      'CONNECTOR_BAD_HEADER',
      'A header rule needs a valid name.',
      'For instance { name: "x-tenant", from: "x-tenant" }.',
    ],
    [
      get('http: { GET: "/x", headers: [§{ name: "a" }] }, selection: "$"'),
      'CONNECTOR_BAD_HEADER',
      'Header "a" needs either from or value.',
      'from copies a client header; value is a template.',
    ],
    [
      query('x: String @connect(source: §"apo", http: { GET: "/x" }, selection: "$")'),
      'CONNECTOR_UNKNOWN_UPSTREAM',
      'There is no @source named "apo".',
      'Did you mean "api"?',
    ],
  ])('%s', expectProblem);

  test('a type that is not defined', () => {
    expectProblem(
      get('http: { GET: "/x" }, selection: "$"', '§Strin'),
      'SCHEMA_INVALID',
      'Unknown type "Strin".',
      'Did you mean "String"?',
    );
  });

  test('a key that is no selection', () => {
    const { text, at } = marked(
      `\n${get('http: { GET: "/x" }, selection: "id"', 'T')}\ntype T @key(fields: §"id {") { id: ID }`,
    );
    expect(problemsOf(text).map((p) => [p.code, `${p.line}:${p.column}`, p.message])).toEqual([
      ['KEY_SYNTAX', at, '@key(fields: "id {") is not a selection of fields.'],
    ]);
  });

  test('SDL that does not parse', () => {
    expect(problemsOf('\ntype Query { x: }')[0]).toMatchObject({
      code: 'SCHEMA_SYNTAX',
      message: 'Syntax Error: Expected Name, found "}".',
      file: 'shop.graphql',
      line: 2,
      column: 17,
    });
  });

  test('a specification version that nobody knows, and an import that it has not', () => {
    const sdl = `extend schema
  @link(url: "https://specs.apollo.dev/connect/v9.9", import: ["@connect"])
  @link(url: "https://specs.sluice.dev/connector/v0.1", import: ["@soap"])
type Query { a: Int }`;
    expect(problemsOf(sdl, { links: false }).map(told).slice(0, 2)).toEqual([
      'CONNECTOR_UNKNOWN_VERSION 2:3 The schema links https://specs.apollo.dev/connect/v9.9, which this gateway does not know. → Link one of: https://specs.apollo.dev/connect/v0.1, https://specs.apollo.dev/connect/v0.2, https://specs.apollo.dev/connect/v0.3, https://specs.apollo.dev/connect/v0.4.',
      'CONNECTOR_UNKNOWN_IMPORT 3:3 https://specs.sluice.dev/connector/v0.1 has no directive @soap. → It has: @grpc, @xml, @xmlNamespace, @mapping.',
    ]);
  });
});

describe('places inside of texts', () => {
  const at = (sdl: string) => {
    const found = marked(`\n${sdl}`);
    const [problem, ...more] = problemsOf(found.text, { protos, nPlusOne: 'allow' });
    expect(more).toEqual([]);
    expect(`${problem!.line}:${problem!.column}`).toBe(found.at);
    return problem!.code;
  };

  test('in a plain string, after escapes', () => {
    expect(at(get(String.raw`http: { GET: "/x" }, selection: "$(\"\u00e4\u{1f600}\") ->§nope"`))).toBe(
      'MAPPING_SYNTAX',
    );
  });

  test('in a block string, whatever its indentation', () => {
    const json = (field: string) => `${query(field)}\nscalar J`;
    expect(
      at(
        json(`x(a: Int): J @connect(source: "api", http: { GET: "/x" }, selection: """

          $.a->echo(
            { b: §$args.b }
          )
    """)`),
      ),
    ).toBe('MAPPING_UNKNOWN_VARIABLE');
    expect(
      at(
        json(
          'x(a: Int): J @connect(source: "api", http: { GET: "/x" }, selection: """$.a->echo(§$args.b)""")',
        ),
      ),
    ).toBe('MAPPING_UNKNOWN_VARIABLE');
  });

  test('in a URL template and in a header', () => {
    expect(
      at(
        query(
          'x(a: Int): String @connect(source: "api", http: { GET: "/x/{$args.a}/{§$args.c}" }, selection: "$")',
        ),
      ),
    ).toBe('MAPPING_UNKNOWN_VARIABLE');
    expect(
      at(
        query(
          'x: String @connect(source: "api", http: { GET: "/x", headers: [{ name: "a", value: "b {§$args.c}" }] }, selection: "$")',
        ),
      ),
    ).toBe('MAPPING_UNKNOWN_VARIABLE');
  });
});

describe('connectors against upstreams and protos', () => {
  test.each<[string, string, string, string]>([
    [
      user('@grpc(upstream: §"grp", method: "shop.v1.Shop/GetUser")').replace('upstream: §', '§upstream: '),
      'CONNECTOR_UNKNOWN_UPSTREAM',
      'Query.u uses the upstream "grp", which is not configured.',
      'Did you mean "grpc"?',
    ],
    [
      user('@grpc(§upstream: "xml", method: "shop.v1.Shop/GetUser")'),
      'CONNECTOR_WRONG_WIRE',
      'Query.u is @grpc, but the upstream "xml" speaks xml.',
      'Use an upstream of wire grpc.',
    ],
    [
      user('@grpc(upstream: "grpc", method: §"shop.v1.Shop/GetUsr")'),
      'GRPC_UNKNOWN_METHOD',
      'The protos of the upstream "grpc" have no method "shop.v1.Shop/GetUsr".',
      'Did you mean "GetUser"?',
    ],
    [
      user('@grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", request: "§idd: $args.id")'),
      'GRPC_UNKNOWN_REQUEST_FIELD',
      'The request of shop.v1.Shop/GetUser (shop.v1.GetUserRequest) has no field "idd".',
      'Did you mean "id"?',
    ],
    [
      user(
        '@grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", selection: "id §name: display_nam")',
        'name: String',
      ),
      'GRPC_UNKNOWN_RESPONSE_FIELD',
      'Query.u.name reads "displayNam", but the message shop.v1.User has no such field.',
      'Did you mean "displayName"?',
    ],
    [
      'type Query { us: [User!]! @grpc(upstream: "grpc", method: "shop.v1.Shop/ListUsers", selection: "$.users { id §name: nik }") }\ntype User { id: ID! name: String }',
      'GRPC_UNKNOWN_RESPONSE_FIELD',
      'Query.us.name reads "nik", but the message shop.v1.User has no such field.',
      'Known: id, displayName, nickname, points, status, createdAt, email, phone, labels, mails, tags, manager, ….',
    ],
    [
      'type Query { u(id: ID!): User @grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser") }\ntype User @mapping(selection: "id §name: display_nam") { id: ID! name: String }',
      'GRPC_UNKNOWN_RESPONSE_FIELD',
      'User.name reads "displayNam", but the message shop.v1.User has no such field.',
      'Did you mean "displayName"?',
    ],
    [
      user('@grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", selection: "id §points")', 'points: Int'),
      'GRPC_TYPE',
      'Query.u.points is a Int, but points is a int64.',
      'Use BigInt or ID or String.',
    ],
    [
      user('@grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", selection: "id §tags")', 'tags: String'),
      'GRPC_TYPE',
      'Query.u.tags: tags is a list, but the schema says one value (String).',
      'Make it a list, or take one: tags->first.',
    ],
    [
      user(
        '@grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", selection: "id §nickname")',
        'nickname: [String]',
      ),
      'GRPC_TYPE',
      'Query.u.nickname: nickname is one value, but the schema says a list ([String]).',
      'Make it a single value.',
    ],
    [
      user('@grpc(upstream: "grpc", method: §"shop.v1.Shop/WatchUser")'),
      'GRPC_STREAMING',
      'shop.v1.Shop/WatchUser answers with a stream, but Query.u is not a subscription.',
      'Put it on a field of Subscription, or use a unary method.',
    ],
    [
      user('@grpc(upstream: "grpc", method: §"shop.v1.Shop/UploadUsers")'),
      'GRPC_STREAMING',
      'shop.v1.Shop/UploadUsers takes a stream of requests, which no GraphQL field can send.',
      'Use a method with a single request.',
    ],
    [
      user('@grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser")').concat(
        '\ntype Subscription { u(id: ID!): User @grpc(upstream: "grpc", method: §"shop.v1.Shop/GetUser") }',
      ),
      'GRPC_STREAMING',
      'shop.v1.Shop/GetUser answers once, but Subscription.u is a subscription.',
      'Use a method that returns a stream.',
    ],
    [
      'type Query { a: String @xml(upstream: "xml", GET: "/a", selection: "$.a") }\ntype Subscription { a: String §@xml(upstream: "xml", GET: "/a", selection: "$.a") }',
      'CONNECTOR_CANNOT_STREAM',
      'Subscription.a is a subscription, and the xml wire answers once.',
      'Take a gRPC method that returns a stream, or make it a query.',
    ],
  ])('%s', expectProblem);
});

describe('selections and variables against the schema', () => {
  test.each<[string, string, string, string]>([
    [
      get('http: { GET: "/x" }, selection: "id §nam"', 'T') + '\ntype T { id: ID name: String }',
      'SELECTION_UNKNOWN_FIELD',
      'The selection gives "nam", but T has no such field.',
      'Did you mean "name"?',
    ],
    [
      get('http: { GET: "/x" }, selection: "id §n { a }"', 'T') + '\ntype T { id: ID n: String }',
      'SELECTION_TYPE',
      'Query.x.n is a String, but the selection gives it fields.',
      'Select a single value.',
    ],
    [
      get('http: { GET: "/x" }, selection: "id §t"', 'T') + '\ntype T { id: ID t: T }',
      'SELECTION_MISSING_FIELDS',
      'Query.x.t is a T: the selection must say which of its fields the answer has.',
      'Add a selection: { id t … }.',
    ],
    [
      query('x: String @connect(source: "api", http: { GET: "/{§$this.id}" }, selection: "$")'),
      'MAPPING_UNKNOWN_VARIABLE',
      '$this is not there on Query: there is no object around the field.',
      'Use $args.',
    ],
    [
      query('x(f: F): String @connect(source: "api", http: { GET: "/{§$args.f.b}" }, selection: "$")') +
        '\ninput F { a: Int }',
      'MAPPING_UNKNOWN_VARIABLE',
      '$args.f.b: the input F has no field "b".',
      'Did you mean "a"?',
    ],
    [
      `${API}\ntype Query { t: T @connect(source: "api", http: { GET: "/" }, selection: "id") }\ntype T { id: ID n: Int @connect(source: "api", http: { GET: "/{§$this.idd}" }, selection: "$") }`,
      'MAPPING_UNKNOWN_VARIABLE',
      '$this.idd: the type T has no field "idd".',
      'Did you mean "id"?',
    ],
    [
      `${API}\ntype Query { t: T @connect(source: "api", http: { GET: "/" }, selection: "id o { id }") }\ntype O { id: ID }\ntype T { id: ID o: O n: Int @connect(source: "api", http: { GET: "/{§$this.o}" }, selection: "$") }`,
      'MAPPING_UNKNOWN_VARIABLE',
      '$this.o is an object, which cannot be sent.',
      'Name one of its fields: $this.o.id.',
    ],
    [
      `${API}\ntype Query { t: T @connect(source: "api", http: { GET: "/" }, selection: "id") }\ntype T @key(fields: "id") @connect(source: "api", http: { GET: "/{§$args.id}" }, selection: "id n") { id: ID n: Int }`,
      'MAPPING_UNKNOWN_VARIABLE',
      '$args is not there: a connector on a type has no arguments.',
      'Use $this or $batch for the fields of the object.',
    ],
  ])('%s', expectProblem);
});

describe('batches, finders and coverage', () => {
  const T = (selection: string, more = '', fields = 'id: ID n: Int') =>
    `${API}\ntype Query { ts: [T] @connect(source: "api", http: { GET: "/" }, selection: "id") }\ntype T @key(fields: "id") @connect(source: "api", http: { GET: "/?ids={$batch.id->joinNotNull(',')}" } ${more}, selection: ${selection}) { ${fields} }`;

  test('a batch whose answers cannot be matched', () => {
    expectProblem(
      T('"§n"'),
      'KEY_NOT_IN_SELECTION',
      'T is asked by id, but its selection does not give it back: answers cannot be matched to keys.',
      'Add id to the selection.',
    );
  });

  const field = (directive: string, type = '[Int]') =>
    `${API}\ntype Query { ts: [T] @connect(source: "api", http: { GET: "/" }, selection: "id") }\ntype T { id: ID n: ${type} ${directive} }`;
  test.each<[string, string, string, string]>([
    [
      field(`§@connect(source: "api", http: { GET: "/?ids={$batch.id->joinNotNull(',')}" }, selection: "$")`),
      'CONNECTOR_BAD_BATCH',
      'T.n sends many keys: batch.key must say to which key an answer belongs.',
      'Add batch: { items: "$.…", key: "id" }.',
    ],
    [
      field(`@connect(source: "api", http: { GET: "/{$this.id}" }, §batch: { key: "id" }, selection: "$")`),
      'CONNECTOR_BAD_BATCH',
      'T.n declares a batch but its request does not use $batch.',
      "Send the keys, for instance {$batch.id->joinNotNull(',')}.",
    ],
    [
      field(
        `@connect(source: "api", http: { GET: "/?ids={$batch.id->joinNotNull(',')}" }, §batch: { key: "id", many: true }, selection: "$.n")`,
        'Int',
      ),
      'CONNECTOR_BAD_BATCH',
      'T.n takes many answers a key, but the field is not a list.',
      'Leave out many: true, or make the field a list.',
    ],
    [
      `${API}\ntype Query { t(name: ID!): T @connect(source: "api", http: { GET: "/{$args.name}" }, selection: "id", §entity: true) }\ntype T @key(fields: "id") { id: ID }`,
      'ENTITY_FINDER',
      'Query.t is to find a T by its key, but its arguments (name) are no key of T.',
      'Take the arguments id.',
    ],
    [
      `${API}\ntype Query { t: T @connect(source: "api", http: { GET: "/" }, selection: "id") }\ntype T { id: ID o: T @connect(source: "api", http: { GET: "/" }, selection: "id", §entity: true) }`,
      'ENTITY_FINDER',
      'entity: true stands on T.o, but only a field of Query can find an entity.',
      'Put the connector on the type instead.',
    ],
    [
      get('http: { GET: "/x" }, selection: "id"', 'T') + '\ntype T { id: ID §name: String }',
      'FIELD_UNRESOLVABLE',
      'Nothing gives T.name when it is reached through Query.x.name.',
      'Add name to the selection that brings the T, put a connector on the field, or one on the type that finds a T by its key.',
    ],
  ])('%s', expectProblem);

  test('resolvers.ts speaks of what is there, and requires leaves', () => {
    const sdl = `\n${get('http: { GET: "/x" }, selection: "id"', 'T')}\ntype T { id: ID t: T }`;
    const resolvers = {
      Q: {},
      T: { idd: { resolve: () => 1 }, id: {}, t: { requires: ['t', 'x'], resolve: () => 1 } },
    } as unknown as ResolverMap;
    expect(problemsOf(sdl, { resolvers }).map(({ code, message }) => `${code} ${message}`)).toEqual([
      'RESOLVER_UNKNOWN_FIELD The resolvers of "shop" speak of the type Q, which the schema has not.',
      'RESOLVER_UNKNOWN_FIELD The resolvers of "shop" speak of T.idd, which the schema has not.',
      'RESOLVER_UNKNOWN_FIELD The resolver of T.id has no function "resolve".',
      'RESOLVER_UNKNOWN_FIELD The resolver of T.t requires "t", which is not a leaf.',
      'RESOLVER_UNKNOWN_FIELD The resolver of T.t requires "x", which T has not.',
    ]);
  });

  test('a value that may be unset in a field that may not be null is a hint', () => {
    const problems = problemsOf(
      `\n${user('@grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", selection: "id nickname")', 'nickname: String!')}`,
      { protos },
    );
    expect(problems.map((p) => [p.severity, p.code, p.message])).toEqual([
      ['hint', 'GRPC_PRESENCE', 'Query.u.nickname is not nullable, but nickname may be unset.'],
    ]);
  });

  test('all problems are told at once, each at its place', () => {
    const problems = problemsOf(
      `
${API}
type Query {
  a: String @connect(source: "api", http: { GET: "/{$args.x}" }, selection: "$")
  b: T @connect(source: "api", http: { GET: "/" }, selection: "nope")
  c: String @grpc(upstream: "grpc", method: "shop.v1.Shop/Nope")
}
type T { id: ID }`,
      { protos },
    );
    expect(problems.map((p) => `${p.code} ${p.line}`)).toEqual([
      'MAPPING_UNKNOWN_VARIABLE 4',
      'SELECTION_UNKNOWN_FIELD 5',
      'GRPC_UNKNOWN_METHOD 6',
    ]);
  });
});

describe('N_PLUS_ONE', () => {
  const LISTS = (first = '') => `
${API}
type Query { users${first}: [User!] @connect(source: "api", http: { GET: "/u" }, selection: "id friends { id }") }
type User {
  id: ID!
  friends: [User!]
  badge: String @connect(source: "api", http: { GET: "/b/{$this.id}" }, selection: "$")
}`;
  const of = (sdl: string, options = {}) =>
    problemsOf(sdl, { assumedListSize: 100, ...options }).filter((p) => p.code === 'N_PLUS_ONE');

  test('tells the worst case: lists multiply, an argument with a default bounds them', () => {
    expect(
      of(LISTS().replace(' friends { id }', '').replace('  friends: [User!]\n', '')).map((p) => p.message),
    ).toEqual([
      'User.badge has no batch form: a query through Query.users.badge makes up to 100 calls to "shop.api".',
    ]);
    expect(
      of(LISTS('(first: Int = 7)').replace(' friends { id }', '').replace('  friends: [User!]\n', ''))[0]!
        .message,
    ).toContain('up to 7 calls');
    expect(
      of(
        LISTS().replace('friends: [User!]', 'friends: [Friend!]') +
          '\ntype Friend { id: ID! badge: Int @connect(source: "api", http: { GET: "/c/{$this.id}" }, selection: "$") }',
      ).map((p) => p.message),
    ).toContain(
      'Friend.badge has no batch form: a query through Query.users.friends.badge makes up to 10,000 calls to "shop.api".',
    );
  });

  test('is an error, a warning or nothing, as configured', () => {
    expect(of(LISTS(), { nPlusOne: 'error' })[0]?.severity).toBe('error');
    expect(of(LISTS(), { nPlusOne: 'warn' })[0]?.severity).toBe('warning');
    expect(of(LISTS(), { nPlusOne: 'allow' })).toEqual([]);
  });

  test('recursive types end, with the number cut short', () => {
    const recursive = `
${API}
type Query { users: [User!] @connect(source: "api", http: { GET: "/u" }, selection: "id") }
type User {
  id: ID!
  friends: [User!] @connect(source: "api", http: { GET: "/f/{$this.id}" }, selection: "id")
  others: [User!] @connect(source: "api", http: { GET: "/o/{$this.id}" }, selection: "id")
}`;
    expect(of(recursive).map((p) => p.message)).toEqual([
      expect.stringContaining('makes more than 1,000,000 calls to "shop.api".'),
      expect.stringContaining('makes more than 1,000,000 calls to "shop.api".'),
    ]);
  });
});

describe('messages in messages', () => {
  const { registry } = loadProtoTexts(
    new Map([
      [
        'a.proto',
        `syntax = "proto3"; package a; service S { rpc Get(Q) returns (Outer); } message Q {}
         message Outer { Address address = 1; } message Address { repeated string address = 1; }`,
      ],
    ]),
  );

  test('a field of the same name inside is not taken for the one outside', () => {
    const sdl = `type Query { outer: Outer @grpc(upstream: "grpc", method: "a.S/Get", selection: "place: address") }
      type Outer { place: Address }
      type Address { address: [String!]! }`;
    expect(problemsOf(sdl, { protos: registry! })).toEqual([]);
  });

  test('an object that may be null has no more fields than those that are written', () => {
    const sdl = `type Query { outer: Outer @grpc(upstream: "grpc", method: "a.S/Get",
        selection: "place: address.address->first->match([null, null], [@, { id: @ }])") }
      type Outer { place: Place }
      type Place { id: ID name: String }`;
    expect(problemsOf(sdl, { protos: registry! }).map(({ code }) => code)).toEqual(['FIELD_UNRESOLVABLE']);
  });
});
