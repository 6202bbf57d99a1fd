import { expect, test } from 'vitest';
import { type Asked, grpcBackend, xmlBackend } from './backends.ts';
import { graphOf, json, keep, source } from './kept.ts';

/** The same people behind three wires. */
const PEOPLE = ['1', '2', '3', '4', '5'].map((id, i) => ({
  id,
  display_name: `Näme <${id}> & "co"`,
  nickname: i % 2 === 0 ? `nick${id}` : undefined,
  points: `900719925474099${id}`,
  status: i === 3 ? 'CLOSED' : 'ACTIVE',
  tags: Array.from({ length: i }, (_, n) => `t${n}`),
  boss: i === 0 ? undefined : String(i),
}));
type Person = (typeof PEOPLE)[number];
const find = (ids: readonly string[]) => PEOPLE.filter((p) => ids.includes(p.id));

const TYPES = /* GraphQL */ `
  scalar BigInt
  enum UserStatus {
    ACTIVE
    CLOSED
  }
  type Boss {
    id: ID!
  }
`;
const FIELDS =
  'id: ID! displayName: String! nickname: String points: BigInt! status: UserStatus! tags: [String!]! boss: Boss';
const USER = (isBatched: boolean, batched: string, single: string) =>
  `type User @key(fields: "id") ${isBatched ? batched : single} { ${FIELDS} }`;

const asJson = ({ boss, ...person }: Person) => ({
  ...person,
  boss: boss === undefined ? null : { id: Number(boss) },
});
const idsIn = ({ url, query }: Asked) =>
  (query.get('ids') ?? decodeURIComponent(url.split('/').at(-1)!)).split(',');

async function jsonGraph(isBatched: boolean) {
  const api = await json((asked) => {
    const people = asked.url === '/all' ? PEOPLE : find(idsIn(asked));
    return isBatched || asked.url === '/all' ? people.map(asJson) : (people.map(asJson)[0] ?? null);
  });
  const selection = 'selection: "id displayName: display_name nickname points status tags boss { id }"';
  return graphOf({
    sdl: `${source(api.url)}${TYPES}
      type Query { all: [User!]! @connect(source: "api", http: { GET: "/all" }, selection: "id") }
      ${USER(
        isBatched,
        `@connect(source: "api", http: { GET: "/p?ids={$batch.id->joinNotNull(',')}" }, ${selection})`,
        `@connect(source: "api", http: { GET: "/p/{$this.id}" }, ${selection})`,
      )}`,
  });
}

async function xmlGraph(isBatched: boolean) {
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const element = (p: Person) =>
    `<person id="${p.id}" status="${p.status}"><name>${escape(p.display_name)}</name>${
      p.nickname === undefined ? '' : `<nickname>${p.nickname}</nickname>`
    }<points>${p.points}</points><tags>${p.tags.map((t) => `<tag>${t}</tag>`).join('')}</tags>${
      p.boss === undefined ? '' : `<boss ref="${p.boss}"/>`
    }</person>`;
  const xml = await keep(
    xmlBackend(
      (asked) =>
        `<people>${(asked.url === '/all' ? PEOPLE : find(idsIn(asked))).map(element).join('')}</people>`,
    ),
  );
  const selection =
    'selection: "$.people.person { id: @id status: @status displayName: name nickname points tags: $(tags.tag ?? []) boss { id: @ref } }"';
  return graphOf({
    backends: { xml },
    sdl: `${TYPES}
      type Query { all: [User!]! @xml(upstream: "xml", GET: "/all", selection: "$.people.person { id: @id }") }
      ${USER(
        isBatched,
        `@xml(upstream: "xml", GET: "/p?ids={$batch.id->joinNotNull(',')}", ${selection})`,
        `@xml(upstream: "xml", GET: "/p/{$this.id}", ${selection})`,
      )}`,
  });
}

async function grpcGraph(isBatched: boolean) {
  const message = ({ boss, status, ...p }: Person) => ({
    ...p,
    status: `USER_STATUS_${status}`,
    ...(boss !== undefined && { manager: { id: boss } }),
  });
  const grpc = await keep(
    grpcBackend({
      ListUsers: () => ({ users: PEOPLE.map(message) }),
      GetUser: ({ id }) => find([String(id)]).map(message)[0],
      BatchGetUsers: ({ ids }) => ({
        users: find(ids as string[])
          .map(message)
          .reverse(),
      }),
    }),
  );
  const selection = 'id displayName nickname points status tags boss: manager { id }';
  return graphOf({
    backends: { grpc },
    sdl: `${TYPES}
      type Query { all: [User!]! @grpc(upstream: "grpc", method: "shop.v1.Shop/ListUsers", selection: "$.users { id }") }
      ${USER(
        isBatched,
        `@grpc(upstream: "grpc", method: "shop.v1.Shop/BatchGetUsers", request: "ids: $batch.id", selection: "$.users { ${selection} }")`,
        // Two request fields: no batch form is recognised.
        `@grpc(upstream: "grpc", method: "shop.v1.Shop/GetUser", request: "id: $this.id readMask: $(null)", selection: "${selection}")`,
      )}`,
  });
}

const NAMES = ['id', 'displayName', 'nickname', 'points', 'status', 'tags', 'boss { id }'];
const QUERIES = [
  ...NAMES.map((name) => `{ all { ${name} } }`),
  ...NAMES.map((name) => `{ all { id other: ${name} } }`),
  ...NAMES.map(
    (name, i) =>
      `{ all { ${name} ${NAMES[(i + 2) % NAMES.length]} } more: all { ${NAMES[(i + 4) % NAMES.length]} } }`,
  ),
  `{ all { ${NAMES.join(' ')} } }`,
  '{ all { __typename id: displayName displayName: id } }',
  '{ all { ...F ... on User { tags } } } fragment F on User { nickname boss { __typename boss: id } }',
  '{ all { boss { id } boss { __typename } } }',
  'query ($on: Boolean = false) { all { id points @include(if: $on) tags @skip(if: $on) } }',
  'query ($on: Boolean = true) { all { id ... @include(if: $on) { points } } }',
  '{ a: all { x: points } b: all { x: tags } }',
  '{ all { a: nickname b: nickname c: boss { id } d: boss { x: id } } }',
  '{ __typename all { __typename } }',
];

test('JSON, XML and gRPC give the same answers, batched and one by one', async () => {
  const graphs = await Promise.all(
    [jsonGraph, xmlGraph, grpcGraph].flatMap((open) => [open(true), open(false)]),
  );
  expect(QUERIES.length).toBeGreaterThanOrEqual(30);
  for (const query of QUERIES) {
    const [first, ...others] = await Promise.all(graphs.map((graph) => graph.run(query)));
    expect([query, first!.errors]).toEqual([query, undefined]);
    for (const other of others) expect([query, other]).toEqual([query, first]);
  }
  const { data } = await graphs[0]!.run('{ all { displayName points status tags boss { id } } }');
  expect((data as { all: unknown[] }).all[2]).toEqual({
    displayName: 'Näme <3> & "co"',
    points: '9007199254740993',
    status: 'ACTIVE',
    tags: ['t0', 't1'],
    boss: { id: '2' },
  });
});
