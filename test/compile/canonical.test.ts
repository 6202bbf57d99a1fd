import { buildSchema, getOperationAST, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../gateway/compile/canonical.ts';

const schema = buildSchema(`
  type Query { user: User pick(in: Pick, n: Int): String }
  input Pick { a: Int b: Int }
  type User { id: ID! name: String posts(first: Int): [User!]! }
  type Mutation { add: Int }
`);

function canonical(text: string): string {
  const document = parse(text);
  return print(canonicalize(schema, getOperationAST(document)!, document).document).replaceAll(/\s+/g, ' ');
}

describe('the canonical operation', () => {
  it('calls fields without arguments by their names and others by name and number', () => {
    expect(canonical('{ id: user { user: id name: posts(first: 1) { x: id } } }')).toBe(
      '{ user { id posts__0: posts(first: 1) { id } } }',
    );
  });

  it('gives equal arguments one alias, however they are written', () => {
    expect(canonical('{ x: pick(n: 1, in: { a: 1, b: 2 }) y: pick(in: { b: 2, a: 1 }, n: 1) z: pick }')).toBe(
      '{ pick__0: pick(n: 1, in: {a: 1, b: 2}) pick__0: pick(n: 1, in: {a: 1, b: 2}) pick__1: pick }',
    );
  });

  it('never folds two effects of a mutation', () => {
    expect(canonical('mutation { a: add b: add add }')).toBe(
      'mutation { add__0: add add__1: add add__2: add }',
    );
  });

  it('resolves constant conditions and keeps the others', () => {
    expect(
      canonical(
        'query($v: Boolean!) { user { id @skip(if: true) ... @include(if: false) { name } name @include(if: $v) @skip(if: false) } }',
      ),
    ).toBe('query ($v: Boolean!) { user { __typename name @include(if: $v) } }');
    expect(canonical('{ user { id @skip(if: true) } }')).toBe('{ user { __typename } }');
  });

  it('leaves out what the operation does not reach', () => {
    expect(
      canonical('{ ...A } fragment A on Query { user { id } } fragment B on Query { user { name } }'),
    ).toBe('{ ...A } fragment A on Query { user { id } }');
  });
});
