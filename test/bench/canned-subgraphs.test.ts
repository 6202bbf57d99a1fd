import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createQueryCompiler } from '../../bench/canned/compile-query.ts';
import { MIXED_OPERATIONS } from '../../bench/canned/mixed-operations.ts';
import { expectedData } from '../../bench/canned/monolith.ts';
import { HEAVY_QUERY } from '../../bench/canned/operations.ts';
import { CANNED_SUBGRAPHS } from '../../bench/canned/subgraphs.ts';
import { cannedSupergraph } from '../../bench/canned/supergraph.ts';
import { mix } from '../../bench/workloads/mix.ts';
import { numbered } from '../../bench/workloads/workload.ts';
import { loadSupergraph } from '../../gateway/supergraph/load-supergraph.ts';

const { schema } = loadSupergraph(cannedSupergraph(() => 'http://127.0.0.1'));

function ask(name: string, query: string, variables: Readonly<Record<string, unknown>> = {}): unknown {
  return createQueryCompiler(CANNED_SUBGRAPHS.find((subgraph) => subgraph.name === name)!)(query)(variables);
}

describe('A canned subgraph', () => {
  test('answers root fields with aliases, arguments and fragments', () => {
    const query = `query ($x: ID!) { me { ...U } other: user(id: $x) { n: name __typename } users { id } }
      fragment U on User { id username }`;
    expect(ask('accounts', query, { x: '2' })).toEqual({
      me: { id: '1', username: 'adal' },
      other: { n: 'Grace Hopper', __typename: 'User' },
      users: ['1', '2', '3', '4', '5', '6'].map((id) => ({ id })),
    });
    expect(ask('products', '{ topProducts(first: 1) { upc } }')).toEqual({ topProducts: [{ upc: '1' }] });
    expect(ask('accounts', '{ user(id: "nobody") { id } }')).toEqual({ user: null });
  });

  test('answers several _entities of several types in one operation, whatever the variables are called', () => {
    const query = `query ($a: [_Any!]!, $b: [_Any!]!) {
      first: _entities(representations: $a) { __typename ... on Product { reviews { id } } ... on User { reviews { author { username } } } }
      _entities(representations: $b) { ... on Review { product { upc } } }
    }`;
    const a = [
      { __typename: 'Product', upc: '3' },
      { __typename: 'User', id: '2' },
    ];
    expect(ask('reviews', query, { a, b: [{ __typename: 'Review', id: '10' }] })).toEqual({
      first: [
        { __typename: 'Product', reviews: [{ id: '9' }] },
        { __typename: 'User', reviews: [{ author: { username: 'adal' } }, { author: { username: 'adal' } }] },
      ],
      _entities: [{ product: { upc: '4' } }],
    });
  });

  test('joins selections of one response key, each under its own conditions', () => {
    const query = `query ($v: Boolean!) { me { id } me @include(if: $v) { name } ... @skip(if: $v) { me { username } } }`;
    expect(ask('accounts', query, { v: true })).toEqual({ me: { id: '1', name: 'Ada Lovelace' } });
    expect(ask('accounts', query, { v: false })).toEqual({ me: { id: '1', username: 'adal' } });
  });

  test('computes what needs a field of another subgraph from the representation', () => {
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { shippingEstimate } } }';
    const product = { __typename: 'Product', upc: '1' };
    expect(ask('inventory', query, { r: [{ ...product, price: 899, weight: 100 }] })).toEqual({
      _entities: [{ shippingEstimate: 50 }],
    });
    expect(() => ask('inventory', query, { r: [product] })).toThrow(
      'The subgraph "inventory" cannot resolve "Product.shippingEstimate" here.',
    );
  });

  test('refuses what it does not have, or has on another path only', () => {
    const entity = (fields: string) =>
      `query ($r: [_Any!]!) { _entities(representations: $r) { ${fields} } }`;
    const r = [{ __typename: 'User', id: '1' }];
    expect(() => ask('reviews', entity('... on User { name }'), { r })).toThrow('no field "User.name"');
    expect(() => ask('reviews', entity('... on User { username }'), { r })).toThrow(
      'cannot resolve "User.username"',
    );
    expect(() => ask('accounts', entity('__typename'), { r: [{ __typename: 'Product', upc: '1' }] })).toThrow(
      'no entities "Product"',
    );
  });
});

test('the heavy query has the answer of the public benchmark in size', () => {
  const bytes = Buffer.byteLength(JSON.stringify({ data: expectedData(schema, HEAVY_QUERY) }));
  expect(bytes).toBeGreaterThan(85_000);
  expect(bytes).toBeLessThan(90_000);
});

describe('The mix', () => {
  test('has fifty different valid operations', () => {
    const queries = MIXED_OPERATIONS.map(({ query }) => query);
    expect(new Set(queries.map((query) => query.replace(/Mix\w+/, ''))).size).toBe(50);
    expect(queries.flatMap((query) => validate(schema, parse(query)))).toEqual([]);
  });

  test('never sends the same variables twice, and always gets an answer', () => {
    const sent = new Set<string>();
    for (const [at, body] of mix.bodies.entries()) {
      for (const number of [2_000_000 + at, 3_000_000 + at]) {
        const { query, variables } = JSON.parse(numbered(body, number)) as {
          query: string;
          variables: Record<string, unknown>;
        };
        sent.add(JSON.stringify(variables));
        expect(JSON.stringify(expectedData(schema, query, variables))).not.toMatch(/:null\b/);
      }
    }
    expect(sent.size).toBe(100);
  });
});
