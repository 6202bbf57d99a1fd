import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../../bench/planning/plan-figures.ts';
import { composed } from '../composed.ts';
import { planned, planText } from '../planned.ts';

const SHARED = composed(
  `type Query { one: E @shareable many: [E] @shareable v: V @shareable }
   type E @key(fields: "id") { id: ID! a: Int } type V @shareable { e: E es: [E] }`,
  `type Query { one: E @shareable many: [E] @shareable v: V @shareable }
   type E @key(fields: "id") { id: ID! b: Int } type V @shareable { e: E es: [E] }`,
);

describe('a field that several subgraphs give', () => {
  it('is asked of them at once, each for what it has, where that saves a stage', () => {
    expect(planText(SHARED, 'query ($b: Boolean!) { one { a b @include(if: $b) } }')).toMatchInlineSnapshot(`
      "
      parallel
        fetch s0
          {
            one {
              __typename
              a
            }
          }
        if $b
          fetch s1
            {
              one {
                __typename
                b
              }
            }
      "
    `);
  });

  it('is put together below other fields of one object', () => {
    const plan = planned(SHARED, '{ v { e { a b } } }');
    expect(figuresOf(plan)).toEqual({ fetches: 2, requests: 2, depth: 1 });
  });

  it('is asked of one where it is a list: each subgraph would have to give the same items in the same order', () => {
    expect(figuresOf(planned(SHARED, '{ many { a b } }')).depth).toBe(2);
    expect(figuresOf(planned(SHARED, '{ v { es { a b } } }')).depth).toBe(2);
  });

  it('is asked of one where that one has all', () => {
    expect(figuresOf(planned(SHARED, '{ one { id b } v { e { b } } }'))).toEqual({
      fetches: 1,
      requests: 1,
      depth: 1,
    });
  });

  it('is there when no part of it is wanted', () => {
    const text = 'query ($x: Boolean!, $y: Boolean!) { one { a @include(if: $x) b @include(if: $y) } }';
    const plan = planned(SHARED, text);
    expect(plan.root).toMatchObject({
      node: 'parallel',
      nodes: [
        { node: 'fetch', subgraph: 's0' },
        { node: 'condition', variable: 'y' },
      ],
    });
  });
});

it('a subgraph that is asked for a field with requirements is not taken to be asked at once for others', () => {
  const sdl = composed(
    'type Query { e: E } type E @key(fields: "id") { id: ID! }',
    'type E @key(fields: "id") { id: ID! x: Int @external shared: Int @shareable r: Int @requires(fields: "x") }',
    'type E @key(fields: "id") { id: ID! x: Int shared: Int @shareable }',
  );
  expect(figuresOf(planned(sdl, '{ e { shared r } }'))).toEqual({ fetches: 3, requests: 3, depth: 3 });
});
