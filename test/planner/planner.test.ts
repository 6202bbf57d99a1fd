import { describe, expect, it } from 'vitest';
import { putUnderTest } from '../conformance/differential.ts';
import type { FederatedGraph, FieldModel, TypeModel } from '../conformance/federated-graph.ts';
import { parse } from 'graphql';
import { composed } from './composed.ts';
import { planText } from './planned.ts';

const MUTATIONS = composed(
  'type Query { a: Int } type Mutation { a: Int b: Int }',
  'type Mutation { c: Int }',
);

const OVERRIDDEN = composed(
  'type Query { e: E } type E @key(fields: "id") { id: ID! f: Int }',
  'type E @key(fields: "id") { id: ID! f: Int @override(from: "s0", label: "percent(5)") }',
);

const INTERFACE_OBJECT = composed(
  'type Query { n: N } type N @key(fields: "id") @interfaceObject { id: ID! x: Int! y: Int }',
  'interface N @key(fields: "id") { id: ID! } type A implements N @key(fields: "id") { id: ID! a: Int } type B implements N @key(fields: "id") { id: ID! }',
);

const PROVIDED = composed(
  'type Query { plain: E providing: E @provides(fields: "f") } type E @key(fields: "id") { id: ID! f: Int @external }',
  'type E @key(fields: "id") { id: ID! f: Int @shareable }',
);

const REQUIRED = composed(
  'type Query { e: E } type E @key(fields: "id") { id: ID! p(c: String): Int }',
  `type E @key(fields: "id") {
     id: ID! p(c: String): Int @external
     a: Int @requires(fields: "p(c: \\"EUR\\")")
     b: Int @requires(fields: "p(c: \\"USD\\")")
   }`,
);

const CHAIN = composed(
  'type Query { e: E } type E @key(fields: "a") { a: ID! }',
  'type E @key(fields: "a") @key(fields: "b") { a: ID! b: ID! }',
  'type E @key(fields: "b") { b: ID! f: Int }',
);

describe('plans', () => {
  it('go through a chain of keys', () => {
    expect(planText(CHAIN, '{ e { f } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            e {
              __typename
              a
            }
          }
        entities s1 at e
          by { ... on E { __typename a } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on E {
                b
              }
            }
          }
        entities s2 at e
          by { ... on E { __typename b } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on E {
                f
              }
            }
          }
      "
    `);
  });

  it('ask for a provided field on its own path only', () => {
    expect(planText(PROVIDED, '{ plain { f } providing { f } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            plain {
              __typename
              id
            }
            providing {
              __typename
              f
            }
          }
        entities s1 at plain
          by { ... on E { __typename id } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on E {
                f
              }
            }
          }
      "
    `);
  });

  it('keep different arguments of one required field apart, from each other and from the client', () => {
    expect(planText(REQUIRED, '{ e { a b p: id x: p(c: "GBP") } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            e {
              __typename
              id
              p__0: p(c: "GBP")
              p__r0: p(c: "EUR")
              p__r1: p(c: "USD")
            }
          }
        parallel
          entities s1 at e
            by { ... on E { __typename id p__r0: p } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on E {
                  a
                }
              }
            }
          entities s1 at e
            by { ... on E { __typename id p__r1: p } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on E {
                  b
                }
              }
            }
      "
    `);
  });

  it('find out the type of an @interfaceObject only where it matters', () => {
    expect(planText(INTERFACE_OBJECT, '{ n { x y } }')).toMatchInlineSnapshot(`
      "
      fetch s0
        {
          n {
            __typename
            x
            y
          }
        }
      "
    `);
    expect(planText(INTERFACE_OBJECT, '{ n { __typename y ... on A { x a } } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            n {
              __typename
              y
              id
            }
          }
        entities s1 at n
          by { ... on N { __typename id } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on N {
                __typename
              }
              ... on A {
                a
                id
              }
            }
          }
        entities s0 at n
          by { ... on A { __typename id } }
          input {"rewrite":"set","path":[{"onType":"A"},"__typename"],"value":"N"}
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on N {
                x
              }
            }
          }
      "
    `);
  });

  it('leave a field under a label where it was, unless the label applies', () => {
    expect(planText(OVERRIDDEN, '{ e { f } }')).toMatchInlineSnapshot(`
      "
      fetch s0
        {
          e {
            __typename
            f
          }
        }
      "
    `);
    const overrideLabels = new Set(['percent(5)']);
    expect(planText(OVERRIDDEN, '{ e { f } }', { overrideLabels })).toContain('entities s1 at e');
  });

  it('leave a field where it was without its label, also if its old subgraph needs it for an interface', () => {
    const needed = composed(
      'type Query { e: E } interface I { f: Int } type E implements I @key(fields: "id") { id: ID! f: Int }',
      'type E @key(fields: "id") { id: ID! f: Int @override(from: "s0", label: "percent(5)") }',
    );
    expect(needed).toContain('usedOverridden: true, overrideLabel: "percent(5)"');
    expect(planText(needed, '{ e { f } }')).not.toContain('entities');
    const overrideLabels = new Set(['percent(5)']);
    expect(planText(needed, '{ e { f } }', { overrideLabels })).toContain('entities s1 at e');
  });

  it('put fields of one name and different shapes side by side under aliases', () => {
    const sdl = composed('type Query { u: [U] } union U = A | B type A { f: Int! } type B { f: String }');
    expect(planText(sdl, '{ u { ... on A { f } ... on B { g: f } } }')).toMatchInlineSnapshot(`
      "
      fetch s0
        {
          u {
            __typename
            ... on A {
              f
            }
            ... on B {
              f__t1: f
            }
          }
        }
        output {"rewrite":"rename","path":["u",{"onType":"B"},"f__t1"],"to":"f"}
      "
    `);
  });

  it('ask other subgraphs for root fields below a payload', () => {
    const sdl = composed(
      'type Query { a: Int } type Mutation { m: P } type P { query: Query }',
      'type Query { b: Int }',
    );
    expect(planText(sdl, 'mutation { m { query { a b } } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          mutation {
            m__0: m {
              __typename
              query {
                __typename
                a
              }
            }
          }
        fetch s1 at m__0.query
          {
            b
          }
      "
    `);
  });

  it('run the rest for each event of a subscription', () => {
    const sdl = composed(
      'type Query { a: Int } type Subscription { e: E } type E @key(fields: "id") { id: ID! }',
      'type E @key(fields: "id") { id: ID! n: Int }',
    );
    expect(planText(sdl, 'subscription { e { n } }')).toMatchInlineSnapshot(`
      "
      subscription
        fetch s0
          subscription {
            e {
              __typename
              id
            }
          }
      for each event
        entities s1 at e
          by { ... on E { __typename id } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on E {
                n
              }
            }
          }
      "
    `);
  });

  it('ask once where ways over several subgraphs lead to the same request', () => {
    // s1 and s2 both give e.s: one for what r requires, one for what the client wants of it.
    const graph = composed(
      `type Query { e: E }
       type E @key(fields: "id") { id: ID! c: Int @external s: S @external r: Int @requires(fields: "c s { x }") }
       type S @key(fields: "sku") { sku: ID! x: Int @external }`,
      'type E @key(fields: "id") { id: ID! c: Int s: S @shareable } type S @key(fields: "sku") { sku: ID! }',
      'type E @key(fields: "id") { id: ID! d: Int s: S @shareable } type S @key(fields: "sku") { sku: ID! y: Int }',
      'type S @key(fields: "sku") { sku: ID! x: Int }',
      'type S @key(fields: "sku") { sku: ID! y: Int @external z: Int @requires(fields: "y") }',
    );
    expect(planText(graph, '{ e { d s { y z x } r } }').match(/entities s3 at e\.s/g)).toHaveLength(1);
  });

  it('are empty where the gateway answers by itself', () => {
    expect(planText(CHAIN, '{ __typename }')).toBe('\n(answered by the gateway itself)\n');
  });
});

describe('mutations', () => {
  it('take effect in the order of the operation; neighbours of one subgraph are one request', () => {
    expect(planText(MUTATIONS, 'mutation { a b c x: a }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          mutation {
            a__0: a
            b__1: b
          }
        fetch s1
          mutation {
            c__2: c
          }
        fetch s0
          mutation {
            a__3: a
          }
      "
    `);
  });

  it('take effect in the order that the values of variables make', () => {
    expect(planText(MUTATIONS, 'mutation ($x: Boolean!) { c @include(if: $x) a c }')).toMatchInlineSnapshot(`
      "
      if $x
        sequence
          fetch s1
            mutation {
              c__0: c
            }
          fetch s0
            mutation {
              a__1: a
            }
      if not $x
        sequence
          fetch s0
            mutation {
              a__1: a
            }
          fetch s1
            mutation {
              c__0: c
            }
      "
    `);
  });
});

describe('conditions', () => {
  it('keep a request from being made for nothing', () => {
    expect(planText(CHAIN, 'query ($x: Boolean!) { e { a f @skip(if: $x) } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            e {
              __typename
              a
            }
          }
        if not $x
          entities s1 at e
            by { ... on E { __typename a } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on E {
                  b
                }
              }
            }
        if not $x
          entities s2 at e
            by { ... on E { __typename b } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on E {
                  f
                }
              }
            }
      "
    `);
  });

  it('that contradict each other are nobody asked for', () => {
    expect(
      planText(CHAIN, 'query ($x: Boolean!) { e { a f @skip(if: $x) @include(if: $x) } }'),
    ).not.toContain('s2');
  });
});

describe('what cannot be answered is refused with the field', () => {
  it('where no key leads', () => {
    const sdl = composed(
      'type Query { e: E } type E @key(fields: "id") { id: ID! f: Int }',
      'type E @key(fields: "id") { id: ID! }',
    )
      .replace('f: Int @join__field(graph: S0)', 'f: Int @join__field(graph: S1)')
      .replaceAll('graph: S1, key: "id"', 'graph: S1');
    expect(() => planText(sdl, '{ e { id f } }')).toThrow(
      'The operation cannot be planned: no subgraph can answer the field "e.f" of Query here.',
    );
  });
});

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

/** Fields of one name have different types in the members; what is below them is partly in the other subgraph. */
const SHAPES: FederatedGraph = {
  subgraphs: [
    {
      name: 's0',
      types: [
        object('Query', [field('u', '[U!]!')]),
        object('Mutation', [field('m', 'E')]),
        object('U', [], { kind: 'union', members: ['A', 'B'] }),
        object('A', [field('f', 'Int!'), field('v', 'E!')]),
        object('B', [field('f', '[String]'), field('v', '[V]')]),
        object('V', [field('g', 'String')]),
        object('E', [field('id', 'ID!')], byId),
      ],
    },
    {
      name: 's1',
      types: [
        object('Query', [field('e', 'E')]),
        object('E', [field('id', 'ID!'), field('g', 'Float')], byId),
        object('Mutation', [field('o', 'E')]),
      ],
    },
  ],
};

describe('answers', () => {
  it.each([
    [
      'fields of one name and different shapes',
      '{ u { ... on A { f v { g } } ... on B { h: f w: v { g } } } }',
    ],
    [
      'the same below aliases of their names',
      '{ u { ... on A { v: f f: v { f: g } } ... on B { f__t1: f g: v { v: g } } } }',
    ],
    [
      'a mutation field with and without a condition',
      'mutation ($b: Boolean!) { ... @include(if: $b) { m { g } o { id } } m { id } }',
    ],
    [
      'mutation fields whose order a variable decides',
      'mutation ($b: Boolean!) { o @skip(if: $b) { g } m { g } ... { o { id } } }',
    ],
  ])('%s', async (_, text) => {
    const test = putUnderTest(SHAPES);
    for (const b of [true, false]) {
      const variables = text.includes('$b') ? { b } : {};
      const { mismatch, expected } = (await test?.run({ document: parse(text), variables })) ?? {};
      expect(mismatch).toBeUndefined();
      expect(expected?.data).toBeDefined();
    }
  });
});
