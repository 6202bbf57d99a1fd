import { describe, expect, it } from 'vitest';
import { fetchSteps } from '../../gateway/compile/plan.ts';
import { composed } from './composed.ts';
import { planned, planText } from './planned.ts';

const shop = composed(
  `type Query { products: [Product!]! top: Product stats: Stats node: Node }
   interface Node { id: ID! }
   type Product implements Node @key(fields: "id") { id: ID! name: String slow: String related: [Product!]! }
   type Page implements Node { id: ID! title: String text: String }
   type Stats { count: Int best: Product }`,
  `type Product @key(fields: "id") { id: ID! reviews: [Review!]! }
   type Review @key(fields: "id") { id: ID! body: String author: User }
   type User @key(fields: "id", resolvable: false) { id: ID! }`,
  `type User @key(fields: "id") { id: ID! name: String }`,
);

describe('what is deferred', () => {
  it('and has a hop of its own is fetched beside what the initial result waits for', () => {
    expect(planText(shop, '{ products { name ... @defer { reviews { body author { name } } } } }'))
      .toMatchInlineSnapshot(`
        "
        sequence
          fetch s0
            {
              products {
                __typename
                name
                id
              }
            }
          entities s1 at products for #0
            by { ... on Product { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on Product {
                  reviews {
                    __typename
                    body
                    author {
                      __typename
                      id
                    }
                  }
                }
              }
            }
          entities s2 at products.reviews.author for #0
            by { ... on User { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on User {
                  name
                }
              }
            }
        "
      `);
  });

  it('is fetched by its key also where the same subgraph has it', () => {
    expect(planText(shop, '{ top { name ... @defer { slow } } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            top {
              __typename
              name
              id
            }
          }
        entities s0 at top for #0
          by { ... on Product { __typename id } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on Product {
                slow
              }
            }
          }
      "
    `);
  });

  it('and has no key comes with the initial fetch; what is below it is fetched apart where it can be', () => {
    expect(planText(shop, '{ stats { ... @defer { count best { name } } } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            stats {
              __typename
              count
              best {
                __typename
                id
              }
            }
          }
        entities s0 at stats.best for #0
          by { ... on Product { __typename id } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on Product {
                name
              }
            }
          }
      "
    `);
  });

  it('and is also wanted at once is fetched at once, and once', () => {
    const text = planText(shop, '{ top { name related { id } ... @defer { name related { name } } } }');
    expect(text).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            top {
              __typename
              name
              related {
                __typename
                id
              }
            }
          }
        entities s0 at top.related for #0
          by { ... on Product { __typename id } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on Product {
                name
              }
            }
          }
      "
    `);
  });

  it('at the root is a request of its own', () => {
    expect(planText(shop, '{ top { name } ... @defer { stats { count } } }')).toMatchInlineSnapshot(`
      "
      parallel
        fetch s0
          {
            top {
              __typename
              name
            }
          }
        fetch s0 for #0
          {
            stats {
              __typename
              count
            }
          }
      "
    `);
  });

  it('inside of another deferred fragment does not hold that one up', () => {
    expect(planText(shop, '{ top { id ... @defer { name ... @defer { slow reviews { body } } } } }'))
      .toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            top {
              __typename
              id
            }
          }
        parallel
          entities s0 at top for #0
            by { ... on Product { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on Product {
                  name
                }
              }
            }
          entities s1 at top for #0.#1
            by { ... on Product { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on Product {
                  reviews {
                    __typename
                    body
                  }
                }
              }
            }
          entities s0 at top for #0.#1
            by { ... on Product { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on Product {
                  slow
                }
              }
            }
      "
    `);
  });

  it('by two fragments is fetched once, for whichever comes first', () => {
    expect(
      planText(shop, '{ top { id ... @defer(label: "a") { name slow } ... @defer(label: "b") { slow } } }'),
    ).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            top {
              __typename
              id
            }
          }
        parallel
          entities s0 at top for #0
            by { ... on Product { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on Product {
                  name
                }
              }
            }
          entities s0 at top for #0 and #1
            by { ... on Product { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on Product {
                  slow
                }
              }
            }
      "
    `);
  });

  it('on an interface is deferred for the members that have a key', () => {
    expect(planText(shop, '{ node { id ... @defer { ... on Product { name } ... on Page { title } } } }'))
      .toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            node {
              __typename
              id
              ... on Page {
                title
              }
              ... on Product {
                id
              }
            }
          }
        entities s0 at node for #0
          by { ... on Product { __typename id } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on Product {
                name
              }
            }
          }
      "
    `);
  });
});

describe('a value from further up', () => {
  const desks = composed(
    `type Query { people: [Person!]! }
     type Person @key(fields: "id") { id: ID! desk: Desk! }
     type Desk @key(fields: "id") { id: ID! }`,
    `type Person @key(fields: "id") @context(name: "person") { id: ID! currency: String }
     type Desk @key(fields: "id") { id: ID! price(currency: String @fromContext(field: "$person { currency }")): Int }`,
  );
  const laterFetches = (text: string) =>
    fetchSteps(planned(desks, text).root).map(({ at, deliveries }) => [
      at.map(({ field }) => field).join('.'),
      ...(deliveries ?? []),
    ]);

  it('comes for a deferred field with that field', () => {
    expect(laterFetches('{ people { desk { id ... @defer { price } } } }')).toEqual([
      [''],
      ['people', '#0'],
      ['people.desk', '#0'],
    ]);
  });

  it('is there for all items of a streamed list', () => {
    expect(laterFetches('{ people @stream(initialCount: 1) { desk { price } } }')).toEqual([
      [''],
      ['people__0'],
      ['people__0__rest', 'people__0'],
      ['people__0.desk'],
      ['people__0__rest.desk', 'people__0'],
    ]);
  });
});

describe('a streamed list', () => {
  it('is fetched once; what its later items need is asked for apart', () => {
    expect(planText(shop, '{ products @stream(initialCount: 1) { name reviews { body } } }'))
      .toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            products__0: products {
              __typename
              name
              id
            }
          }
          output {"rewrite":"split","at":1,"to":"products__0__rest","path":[{"onType":"Query"},"products__0"]}
        parallel
          entities s1 at products__0
            by { ... on Product { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on Product {
                  reviews {
                    __typename
                    body
                  }
                }
              }
            }
          entities s1 at products__0__rest for products__0
            by { ... on Product { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on Product {
                  reviews {
                    __typename
                    body
                  }
                }
              }
            }
      "
    `);
  });
});

describe('the initial result', () => {
  it.each([
    ['{ products { name ... @defer { reviews { body author { name } } slow } } }', '{ products { name } }'],
    ['{ top { name ... @defer { slow ... @defer { reviews { author { name } } } } } }', '{ top { name } }'],
    ['{ stats { count ... @defer { best { name reviews { body } } } } }', '{ stats { count best { id } } }'],
    [
      '{ products @stream(initialCount: 2) { name reviews { author { name } } } }',
      '{ products { name reviews { author { name } } } }',
    ],
  ])('of %s waits for as many requests as %s', (text, without) => {
    const now = fetchSteps(planned(shop, text).root).filter(({ deliveries }) => !deliveries);
    expect(now.length).toBe(fetchSteps(planned(shop, without).root).length);
  });
});

describe('what several subgraphs could give', () => {
  const shared = composed(
    `type Query { one: E @shareable } type E @key(fields: "id") { id: ID! a: Int in: In @shareable }
     type In @shareable { x: Int }`,
    `type Query { one: E @shareable } type E @key(fields: "id") { id: ID! b: Int in: In @shareable }
     type In @shareable { y: Int }`,
  );

  it('is asked of them at once where all of it is wanted at one time', () => {
    expect(planText(shared, '{ ... @defer { one { a b } } }')).toMatchInlineSnapshot(`
      "
      parallel
        fetch s0 for #0
          {
            one {
              __typename
              a
            }
          }
        fetch s1 for #0
          {
            one {
              __typename
              b
            }
          }
      "
    `);
  });

  it('is not where a part of it is wanted later', () => {
    expect(planText(shared, '{ one { a ... @defer { b } } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            one {
              __typename
              a
              id
            }
          }
        entities s1 at one for #0
          by { ... on E { __typename id } }
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

  it('is asked of hops to all of them, and not of the fetch that gives the objects', () => {
    const nested = composed(
      `type Query { t: T } type T @key(fields: "id") { id: ID! name: String e: E @shareable }
       type E @key(fields: "id") { id: ID! a: Int }`,
      `type T @key(fields: "id") { id: ID! e: E @shareable } type E @key(fields: "id") { id: ID! b: Int }`,
    );
    expect(planText(nested, '{ t { name ... @defer { e { a b } } } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            t {
              __typename
              name
              id
            }
          }
        parallel
          entities s0 at t for #0
            by { ... on T { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on T {
                  e {
                    __typename
                    a
                  }
                }
              }
            }
          entities s1 at t for #0
            by { ... on T { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on T {
                  e {
                    __typename
                    b
                  }
                }
              }
            }
      "
    `);
  });

  it('is asked of as few as give it, and holds nothing up, also where there are many', () => {
    const fields = Array.from({ length: 10 }, (_, index) => `f${index}`);
    const others = fields.map(
      (field, index) =>
        `type T @key(fields: "id") { id: ID! ${field}: Int @shareable ${fields[(index + 1) % 10]!}: Int @shareable }`,
    );
    const many = composed(
      `type Query { t: T } type T @key(fields: "id") { id: ID! name: String ${fields.map((field) => `${field}: Int @shareable`).join(' ')} }`,
      ...others,
    );
    const steps = fetchSteps(planned(many, `{ t { name ... @defer { ${fields.join(' ')} } } }`).root);
    expect(steps.map(({ subgraph, deliveries }) => [subgraph, deliveries])).toEqual([
      ['s0', undefined],
      ['s0', ['#0']],
    ]);
  });
});
