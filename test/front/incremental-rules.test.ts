import { buildASTSchema, Kind, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { INCREMENTAL_RULES } from '../../gateway/front/incremental-rules.ts';
import { withIncrementalDirectives } from '../../gateway/supergraph/incremental-directives.ts';

const schema = buildASTSchema({
  kind: Kind.DOCUMENT,
  definitions: withIncrementalDirectives(
    parse(`
      directive @defer(of: Int) on FIELD
      type Query { a: A list: [A!]! }
      type Mutation { m: A }
      type Subscription { s: A }
      interface N { n: [Int] }
      type A implements N { a: A x: Int n: [Int] list: [[A]] }
      type B implements N { n: [Int] }
    `).definitions,
  ),
});

function problems(text: string): string[] {
  return validate(schema, parse(text), [...specifiedRules, ...INCREMENTAL_RULES]).map(
    ({ message }) => message,
  );
}

describe('a document may', () => {
  test.each([
    '{ ... @defer { a { x } } a { ...F @defer(label: "f", if: true) } } fragment F on A { x }',
    'query ($b: Boolean! = true, $n: Int! = 2) { list @stream(if: $b, initialCount: $n, label: "l") { x } }',
    '{ a { list @stream { x } } }',
    'mutation { m { ... @defer { x } list @stream { x } } }',
    'subscription ($b: Boolean!) { s { ... @defer(if: $b) { x } ... @defer(if: false) { x } } }',
    '{ list @stream(initialCount: 1) { x } ... @defer { list @stream(initialCount: 1) { a { x } } } }',
    '{ a { ... on N { ... on A { n @stream } ... on B { n @stream(initialCount: 1) } } } }',
    '{ a { list { x } all: list @stream { x } } }',
  ])('say %s', (text) => {
    expect(problems(text)).toEqual([]);
  });
});

describe('a document is refused', () => {
  test.each([
    [
      'for a label that is a variable',
      'query ($l: String) { ... @defer(label: $l) { a { x } } }',
      'constant string',
    ],
    [
      'for a label used twice',
      '{ a { ... @defer(label: "l") { x } list @stream(label: "l") { x } } }',
      '"l" is used twice',
    ],
    [
      'for @defer on the root of a mutation',
      'mutation { ... @defer { m { x } } }',
      'root fields of a mutation',
    ],
    [
      'also in a fragment',
      'mutation { ...F } fragment F on Mutation { ... @defer { m { x } } }',
      'root fields of a mutation',
    ],
    [
      'for @defer in a subscription',
      'subscription { s { ... @defer { x } } }',
      'not supported in subscriptions',
    ],
    ['for @stream on what is no list', '{ a { x @stream } }', '"A.x", which is no list'],
    ['for a negative initialCount', '{ list @stream(initialCount: -1) { x } }', 'must not be negative'],
    [
      'for one list that is streamed in two ways',
      '{ list @stream(initialCount: 1) { x } ...F } fragment F on Query { list @stream(initialCount: 2) { x } }',
      'Fields "list" conflict',
    ],
    [
      'for one list that is streamed and is not',
      '{ a { list { x } } a { list @stream { x } } }',
      'Fields "list" conflict',
    ],
    ['for @stream on a fragment', '{ ... @stream { a { x } } }', 'may not be used on INLINE_FRAGMENT'],
  ])('%s', (_, text, message) => {
    expect(problems(text)).toEqual([expect.stringContaining(message)]);
  });

  test('without an endless search where fragments spread each other', () => {
    const text =
      '{ a { ...F } } fragment F on A { list @stream { ...G } } fragment G on A { a { ...F ...G } }';
    expect(problems(text)).toEqual(
      expect.arrayContaining([expect.stringContaining('Cannot spread fragment')]),
    );
  });
});
