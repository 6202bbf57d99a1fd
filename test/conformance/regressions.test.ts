import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { putUnderTest } from './differential.ts';
import type { FederatedGraph, FieldModel, TypeModel } from './federated-graph.ts';

/** What random operations found, kept small: each must give what one schema with all the data gives. */

const field = (name: string, type: string, more: Partial<FieldModel> = {}): FieldModel => ({
  name,
  type,
  args: [],
  ...more,
});

const object = (name: string, fields: readonly FieldModel[], more: Partial<TypeModel> = {}): TypeModel => ({
  kind: 'object',
  name,
  keys: [],
  implements: [],
  members: [],
  fields,
  ...more,
});

const byId = { keys: [{ fields: 'id', resolvable: true }] };

/** `E.r` of s0 needs `E.f` of s1; `N` is an interface in s0 and an object in s1. */
const GRAPH: FederatedGraph = {
  subgraphs: [
    {
      name: 's0',
      types: [
        object('Query', [field('e', '[[E!]!]!')]),
        object('Mutation', [field('m', 'E')]),
        object(
          'E',
          [
            field('id', 'ID!'),
            field('f', 'String', { external: true }),
            field('r', 'String', { requires: 'f' }),
            field('g', 'Float!'),
          ],
          byId,
        ),
        object('N', [field('id', 'ID!')], { ...byId, kind: 'interface' }),
        object('A', [field('id', 'ID!')], { ...byId, implements: ['N'] }),
        object('B', [field('id', 'ID!')], { ...byId, implements: ['N'] }),
      ],
    },
    {
      name: 's1',
      types: [
        object('Query', [field('n', '[N!]!'), field('w', '[E!]!'), field('v', 'V!')]),
        object('V', [field('e', '[E!]!')]),
        object('Mutation', [field('o', 'E')]),
        object('E', [field('id', 'ID!'), field('f', 'String')], byId),
        object('N', [field('id', 'ID!'), field('x', 'String')], { ...byId, interfaceObject: true }),
      ],
    },
  ],
};

/** Both of s0 and s1 give the root field; s2 needs what s1 has. */
const SHARED_ROOT: FederatedGraph = {
  subgraphs: [
    ...[field('g', 'Float!'), field('h', 'Int!')].map((own, index) => ({
      name: `s${index}`,
      types: [
        object('Query', [field('both', '[E!]!', { shareable: true })]),
        object('E', [field('id', 'ID!'), own], byId),
      ],
    })),
    {
      name: 's2',
      types: [
        object(
          'E',
          [
            field('id', 'ID!'),
            field('h', 'Int!', { external: true }),
            field('q', 'String', { requires: 'h' }),
          ],
          byId,
        ),
      ],
    },
  ],
};

async function run(text: string, variables: Record<string, unknown> = {}) {
  const test = putUnderTest(GRAPH);
  if (!test) throw new Error('the graph does not compose');
  const document = parse(text);
  expect(validate(test.schema, document)).toEqual([]);
  return test.run({ document, variables });
}

describe('an answer is the one of a single schema', () => {
  it.each([
    [
      'introspection beside a field that takes a variable without a default',
      'query ($b: Boolean!) { w { id @skip(if: $b) } __schema { queryType { name } } }',
      { b: true },
    ],
    [
      'a fragment on a concrete type of an @interfaceObject, where objects are of another type',
      '{ n { ... on A { x } } }',
      {},
    ],
    [
      'a root field that is both skipped and included',
      'query ($b: Boolean!) { e @skip(if: $b) @include(if: $b) { id } }',
      { b: true },
    ],
    [
      'a field whose whole selection is skipped',
      'query ($a: Boolean!, $b: Boolean!) { w @skip(if: $a) { ...F @include(if: $b) } } fragment F on E { f }',
      { a: false, b: false },
    ],
    [
      'a field whose selection can never be included',
      'query ($a: Boolean!, $b: Boolean!) { e @include(if: $a) { t: __typename @skip(if: $b) @include(if: $b) } }',
      { a: true, b: true },
    ],
    [
      'a skipped field that requires another, beside one that does not',
      'query ($b: Boolean!) { w { r @skip(if: $b) g } }',
      { b: true },
    ],
    [
      'mutation fields in fragments: effects in the order of the operation',
      'mutation { ... on Mutation { __typename } o { id g } ... on Mutation { m { id } } }',
      {},
    ],
    [
      'a field that requires another, below a skipped occurrence of a field that is there besides',
      'query ($b: Boolean!) { v { ... on V @skip(if: $b) { e { r } } e { g } } }',
      { b: true },
    ],
    [
      'a field that requires another, not skipped',
      'query ($b: Boolean!) { w { r @skip(if: $b) g } }',
      { b: false },
    ],
  ])('%s', async (_, text, variables) => {
    const { mismatch, expected } = await run(text, variables);
    expect(mismatch).toBeUndefined();
    expect(expected.data).toBeDefined();
  });
});

describe('where a resolver fails', () => {
  it('the error is told also if another subgraph gave the same object', async () => {
    const test = putUnderTest(SHARED_ROOT);
    const document = parse('{ both { g q } }');
    let failures = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { mismatch, ours } = await test!.run({ document, variables: {} }, { seed, rate: 0.2 });
      expect(mismatch).toBeUndefined();
      if (ours.errors) failures += 1;
    }
    expect(failures).toBeGreaterThan(0);
  });
});

describe('a mutation', () => {
  it('whose field is asked for with and without a condition runs it once', async () => {
    const { mismatch } = await run(
      'mutation ($b: Boolean!) { ... @include(if: $b) { m { g } o { id } } m { id } }',
      { b: true },
    );
    expect(mismatch).toBeUndefined();
  });

  it('whose field stands in either case of a condition runs it', async () => {
    const { mismatch } = await run(
      'mutation ($b: Boolean!) { m @include(if: $b) { g } m @skip(if: $b) { g } o { id } }',
      { b: true },
    );
    expect(mismatch).toBeUndefined();
  });
});
