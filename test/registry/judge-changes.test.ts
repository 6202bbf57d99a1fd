import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { judgeChanges } from '../../gateway/registry/judge-changes.ts';
import { schemaChanges } from '../../gateway/registry/schema-changes.ts';
import type { UsedOperation } from '../../gateway/usage/usage.ts';

const BEFORE = `
  type Query { user(id: ID!): User  search(by: By): Hit  sorted(by: Order): Int }
  type User { id: ID!  name: String!  email: String }
  union Hit = User | Shop
  type Shop { id: ID! }
  input By { text: String }
  enum Order { ASC DESC }
`;
const CLIENT = { client: 'web', clientVersion: '3.1', count: 1200, lastDay: '2026-11-20' };
const sent = (document: string, more: Partial<UsedOperation> = {}): UsedOperation => ({
  documentHash: 'ab'.repeat(32),
  operationName: 'Page',
  document,
  clients: [CLIENT],
  count: 1200,
  ...more,
});

async function judge(change: (sdl: string) => string, ...operations: UsedOperation[]) {
  const [before, after] = [buildSchema(BEFORE), buildSchema(change(BEFORE))];
  const problems = await judgeChanges(await schemaChanges(before, after), before, after, {
    days: 7,
    operations,
  });
  return problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

const withoutEmail = (sdl: string) => sdl.replace('email: String', '');

test('a field that somebody uses cannot go, and who uses it is told', async () => {
  expect(await judge(withoutEmail, sent('query Page { user(id: 1) { email } }'))).toEqual([
    "error CHANGE_BREAKS_CLIENTS: Field 'email' was removed from object type 'User'. In the last 7 days it was used by web 3.1 (Page, 1200 times).",
  ]);
});

test('a field that nobody uses may go, with a warning', async () => {
  expect(await judge(withoutEmail, sent('query Page { user(id: 1) { name } }'))).toEqual([
    "warning SCHEMA_BREAKING_CHANGE: Field 'email' was removed from object type 'User'. No operation of the last 7 days uses it.",
  ]);
});

test('without records the warning says that nobody knows', async () => {
  expect(await judge(withoutEmail)).toEqual([expect.stringContaining('No operations are recorded')]);
});

test.each([
  [
    'an argument that is required now',
    'user(id: ID!)',
    'user(id: ID!, tenant: ID!)',
    'query Page { user(id: 1) { id } }',
  ],
  ['a field that may be null now', 'name: String!', 'name: String', 'query Page { user(id: 1) { name } }'],
  [
    'an input field that is required now',
    'text: String',
    'text: String  lang: String!',
    'query Page($b: By) { search(by: $b) { __typename } }',
  ],
  [
    'an input field that is gone',
    'text: String',
    'word: String',
    'query Page { search(by: { text: "a" }) { __typename } }',
  ],
  ['an enum value that is gone', 'ASC DESC', 'ASC', 'query Page { sorted(by: DESC) }'],
  [
    'an enum value that may come in a variable',
    'ASC DESC',
    'ASC',
    'query Page($o: Order) { sorted(by: $o) }',
  ],
  [
    'a type that is gone',
    'type Shop { id: ID! }',
    'type Store { id: ID! }',
    'query Page { search { ... on Shop { id } } }',
  ],
])('%s breaks those who use it', async (_, from, to, document) => {
  const change = (sdl: string) => {
    const changed = sdl.replace(from, to);
    return to.includes('Store') ? changed.replace('User | Shop', 'User | Store') : changed;
  };
  const told = await judge(change, sent(document));
  expect(
    told.some((line) => line.startsWith('error CHANGE_BREAKS_CLIENTS') && line.includes('web 3.1')),
  ).toBe(true);
  const others = await judge(change, sent('query Page { __typename }'));
  expect(others.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('operations that were not valid before are not held against the change', async () => {
  expect(await judge(withoutEmail, sent('{ user(id: 1) { email gone } }'))).toEqual([
    expect.stringMatching(/^warning/),
  ]);
});

test('of many clients the most frequent are named', async () => {
  const clients = [1, 2, 3, 4, 5].map((n) => ({
    client: `c${n}`,
    clientVersion: '',
    count: n,
    lastDay: '2026-01-01',
  }));
  const [line] = await judge(withoutEmail, sent('query Page { user(id: 1) { email } }', { clients }));
  expect(line).toContain('used by c5 (Page, 5 times), c4 (Page, 4 times), c3 (Page, 3 times) and 2 more.');
});

test('what is only added is no problem', async () => {
  expect(await judge((sdl) => sdl.replace('email: String', 'email: String age: Int'))).toEqual([]);
});
