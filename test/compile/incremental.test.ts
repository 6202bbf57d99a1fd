import { getOperationAST, parse, print } from 'graphql';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import { incrementalDirectivesOf } from '../../gateway/compile/incremental.ts';
import { isFragment, isWithin, restKey } from '../../gateway/delivery-name.ts';

const schema = buildSchema('type Query { user: User users: [User!]! } type User { id: ID! name: String }');

function canonical(text: string, values: Record<string, unknown> = {}): string {
  const document = parse(text);
  const operation = getOperationAST(document)!;
  const deferrals = incrementalDirectivesOf(operation, document)?.inForce(values);
  return print(canonicalize(schema, operation, document, deferrals).document).replaceAll(/\s+/g, ' ');
}

describe('the canonical operation', () => {
  it('has an id in the place of a label, and only what is in force', () => {
    expect(
      canonical(
        'query ($a: Boolean!, $b: Boolean!) { user { ... @defer(if: $a) { id } ... @defer(if: $b, label: "x") { name } } }',
        { a: false, b: true },
      ),
    ).toBe('query ($a: Boolean!, $b: Boolean!) { user { ... { id } ... @defer(label: "#1") { name } } }');
    expect(canonical('{ user { ... @defer(if: false) { id } } }')).toBe(
      '{ user { ... @defer(if: false) { id } } }'.replace(' @defer(if: false)', ''),
    );
  });

  it('gives a streamed list a key of its own, so that its other aliases come whole', () => {
    expect(canonical('{ a: users @stream(initialCount: 2) { id } users { id } }')).toBe(
      '{ users__0: users @stream(label: "users__0", initialCount: 2) { id } users { id } }',
    );
  });
});

describe('the directives of an operation', () => {
  const directives = (text: string) => {
    const document = parse(text);
    return incrementalDirectivesOf(getOperationAST(document)!, document);
  };

  it('are none where nothing is deferred', () => {
    expect(directives('{ user { id } }')).toBeUndefined();
    expect(directives('{ user { ... @defer(if: false) { id } } }')).toBeUndefined();
  });

  it('name the variables that decide about them, and what is wrong with their numbers', () => {
    const found = directives(
      'query ($b: Boolean!, $n: Int!) { users @stream(if: $b, initialCount: $n) { id } ...F @defer(if: $b) } fragment F on Query { user { ... @defer { name } } }',
    );
    expect(found?.variables).toEqual(['b']);
    expect(found?.inForce({ b: false }).size).toBe(1);
    expect(found?.inForce({ b: true }).size).toBe(3);
    expect(found?.problems({ n: 3 })).toEqual([]);
    expect(found?.problems({ n: -1 })).toEqual([expect.stringContaining('"$n"')]);
  });
});

it('deliveries are named by what they are inside of, and fragments never like lists', () => {
  expect(isWithin('#1.#2', '#1')).toBe(true);
  expect(isWithin('#12', '#1')).toBe(false);
  expect(isWithin('#1', '')).toBe(true);
  expect([isFragment('#1'), isFragment(restKey('users'))]).toEqual([true, false]);
});
