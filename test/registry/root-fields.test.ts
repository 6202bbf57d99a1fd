import { expect, test } from 'vitest';
import { withOwnRootFields } from '../../gateway/registry/root-fields.ts';

const SDL = `# A comment that stays.
type Query {
  "One."
  user(id: ID!): User @grpc(upstream: "x", method: "y")
  points: Int
}
type User { id: ID! user: Int }
`;

test('root fields that another subgraph has get the name of their subgraph, and nothing else changes', () => {
  const { sdl, problems } = withOwnRootFields('loyalty-club', SDL, [
    'type Query { user: Int } type Points { points: Int }',
  ]);
  expect(sdl).toBe(SDL.replace('  user(id', '  loyaltyClubUser(id'));
  expect(problems.map(({ message }) => message)).toEqual([
    'The query field "user" is called "loyaltyClubUser", because another subgraph has one of that name.',
  ]);
});

test('a query field does not collide with a mutation field', () => {
  expect(withOwnRootFields('x', SDL, ['type Mutation { user: Int }']).sdl).toBe(SDL);
});

test('root types of other names are known, and a name that is taken, too, is counted up', () => {
  const own = 'schema { query: Root } type Root { a: Int } extend type Root { xA: Int }';
  const { sdl } = withOwnRootFields('x', own, ['schema { query: Q } type Q { a: Int xA2: Int }']);
  expect(sdl).toBe('schema { query: Root } type Root { xA3: Int } extend type Root { xA: Int }');
});

test('a subgraph that does not parse is no reason to fail', () => {
  expect(withOwnRootFields('x', SDL, ['type {']).sdl).toBe(SDL);
});
