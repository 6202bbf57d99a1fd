import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../gateway/problem.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { LINK } from './broken-graphs.ts';

function compose(sdl: readonly string[]) {
  return composeSupergraph(
    sdl.map((text, index) => {
      const name = 'abcd'[index]!;
      return { name, file: `${name}.graphql`, sdl: `${LINK}\n${text}` };
    }),
  );
}

function unsatisfied(...sdl: readonly string[]): Problem[] {
  const composed = compose(sdl);
  if (!('problems' in composed)) throw new Error('this must not compose');
  expect([...new Set(composed.problems.map(({ code }) => code))]).toEqual(['SATISFIABILITY_ERROR']);
  return [...composed.problems];
}

const byName = (a: string | undefined, b: string | undefined): number => (a ?? '').localeCompare(b ?? '');

const USER = 'type User @key(fields: "id") {\n  id: ID!\n}';

/** One cause each: the graph, where its mending begins, how. */
const CAUSES: readonly {
  readonly cause: string;
  readonly sdl: readonly string[];
  readonly at: string;
  readonly fix: RegExp;
}[] = [
  {
    cause: 'a type without a key where its fields are',
    sdl: [`type Query { user: User }\n${USER}`, 'type User {\n  id: ID! @shareable\n  name: String\n}'],
    at: 'b.graphql:2',
    fix: /^Add @key\(fields: "id"\) to type User in subgraph b; or add the field name: String to type User in subgraph a, with @shareable in a and b\.$/,
  },
  {
    cause: 'a key that the other subgraph does not know',
    sdl: [
      `type Query { user: User }\n${USER}`,
      'type User @key(fields: "mail") {\n  mail: String\n  name: String\n}',
    ],
    at: 'b.graphql:2',
    fix: /^Add @key\(fields: "id"\) to type User in subgraph b, with the field id: ID!; or add the field mail: String to type User in subgraph a, with @shareable in a\.$/,
  },
  {
    cause: 'keys that are not resolvable',
    sdl: [
      `type Query { user: User }\n${USER}`,
      'type User @key(fields: "id", resolvable: false) {\n  id: ID!\n  name: String\n}',
    ],
    at: 'b.graphql:2',
    fix: /^Remove "resolvable: false" from @key\(fields: "id"\) of type User in subgraph b, and resolve references there/,
  },
  {
    cause: 'a value type that has a field in one subgraph only',
    sdl: [
      'type Query { price: Price }\ntype Price {\n  amount: Int @shareable\n}',
      'type Query { cost: Price }\ntype Price {\n  amount: Int @shareable\n  currency(as: String): String\n}',
    ],
    at: 'a.graphql:3',
    fix: /^Add the field currency\(as: String\): String to type Price in subgraph a, with @shareable in a and b\.$/,
  },
  {
    cause: 'an interface without a key',
    sdl: [
      'type Query { node: Node }\ninterface Node @key(fields: "id") { id: ID! }\ntype T implements Node @key(fields: "id") { id: ID! }',
      'type Node @interfaceObject @key(fields: "id", resolvable: false) {\n  id: ID!\n  name: String\n}',
    ],
    at: 'b.graphql:2',
    fix: /^Remove "resolvable: false" from @key\(fields: "id"\) of type Node in subgraph b/,
  },
  {
    cause: 'an @interfaceObject whose interface has no key',
    sdl: [
      'type Query { x: Int }\ninterface Node {\n  id: ID!\n}\ntype T implements Node @key(fields: "id") { id: ID! }',
      'type Query { node: Node }\ntype Node @interfaceObject @key(fields: "id") {\n  id: ID!\n  name: String\n}',
    ],
    at: 'a.graphql:3',
    fix: /^Add @key\(fields: "id"\) to interface Node and to each type that implements it in subgraph a/,
  },
  {
    cause: 'what a field requires is in a subgraph without a key',
    sdl: [
      'type Query { user: User }\ntype User @key(fields: "id") {\n  id: ID!\n  name: String @external\n  tag: String @requires(fields: "name")\n}',
      'type Query { other: User }\ntype User {\n  id: ID! @shareable\n  name: String\n}',
    ],
    at: 'b.graphql:3',
    fix: /^Add @key\(fields: "id"\) to type User in subgraph b/,
  },
  {
    cause: 'no key to come back by, after what a field requires was fetched',
    sdl: [
      'type Query { user: User }\ntype User {\n  id: ID! @shareable\n  name: String @external\n  tag: String @requires(fields: "name")\n}',
      'type User @key(fields: "id") {\n  id: ID!\n  name: String\n}',
    ],
    at: 'a.graphql:3',
    fix: /^Add @key\(fields: "id"\) to type User in subgraph a/,
  },
  {
    cause: 'a context that is not set on every way',
    sdl: [
      'type Query { user: User pet: Pet }\ntype User @key(fields: "id") @context(name: "ctx") { id: ID! name: String pet: Pet }\ntype Pet @key(fields: "id") {\n  id: ID!\n  tag(of: String @fromContext(field: "$ctx { name }")): String\n}',
    ],
    at: 'a.graphql:6',
    fix: /^Add @context to every type of subgraph a through which Pet\.tag is reached/,
  },
  {
    cause: 'a key that cannot be written yet',
    sdl: [`type Query { user: User }\n${USER}`, 'type User {\n  id: ID! @shareable\n  name: String\n}'],
    at: 'b.graphql:2',
    fix: /^Add @key/,
  },
];

describe('a query that no subgraphs can answer', () => {
  it.each(CAUSES)('because of $cause: tells the place and the edit', ({ sdl, at, fix }) => {
    const [problem, ...others] = unsatisfied(...sdl);
    expect(others).toEqual([]);
    expect(problem!.fix).toMatch(fix);
    expect(`${problem!.file}:${problem!.line}`).toBe(at);
    expect(problem!.subgraph).toBe(at[0]);
  });

  it('is one problem for all fields behind one missing key', () => {
    const fields = Array.from({ length: 40 }, (_, index) => `f${index}: Int`).join('\n');
    const problems = unsatisfied(
      `type Query { user: User }\n${USER}`,
      `type User {\n  id: ID! @shareable\n${fields}\n}`,
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(/^"User\.f\d+", .* and 32 more cannot be reached by every query/);
    expect(problems[0]!.fix).toMatch(
      /^Add @key\(fields: "id"\) to type User in subgraph b; or add the fields /,
    );
    expect(problems[0]!.fix).toContain('and 34 more to type User in subgraph a');
  });

  it('is one problem for all fields that a value type lacks in one subgraph', () => {
    const [problem, ...others] = unsatisfied(
      'type Query { price: Price }\ntype Price { amount: Int @shareable }',
      'type Query { cost: Price }\ntype Price { amount: Int @shareable currency: String tax: Int }',
    );
    expect(others).toEqual([]);
    expect(problem!.fix).toBe(
      'Add the fields currency: String and tax: Int to type Price in subgraph a, with @shareable in a and b.',
    );
  });

  it('is one problem per cause', () => {
    const problems = unsatisfied(
      `type Query { user: User pet: Pet }\n${USER}\ntype Pet @key(fields: "id") { id: ID! }`,
      'type User { id: ID! @shareable name: String mail: String }\ntype Pet { id: ID! @shareable tag: Int race: Int }',
      'type User { id: ID! @shareable age: Int }',
    );
    expect(problems.map(({ fix }) => fix!.split(';')[0]).toSorted(byName)).toEqual([
      'Add @key(fields: "id") to type Pet in subgraph b',
      'Add @key(fields: "id") to type User in subgraph b',
      'Add @key(fields: "id") to type User in subgraph c',
    ]);
  });

  it('tells the smallest query, without optional arguments', () => {
    const [problem] = unsatisfied(
      'type Query {\n  a: A\n  near(first: Int, of: Int!, size: Int! = 3): User\n}\ntype A { b: B }\ntype B { user: User }\ntype User @key(fields: "id") { id: ID! }',
      'type User { id: ID! @shareable name(long: Boolean): String }',
    );
    expect(problem!.message.split('\n')[1]).toBe('{ near(of: 0) { name } }');
  });

  it('tells a shorter way than the one on which the composer found the mistake', () => {
    const [problem] = unsatisfied(
      'type Query {\n  zero: Int\n  user: User\n  a: A\n}\ntype A { b: B }\ntype B { user: User }\ntype User @key(fields: "id") { id: ID! }',
      'type User { id: ID! @shareable name: String }',
    );
    expect(problem!.message.split('\n')[1]).toBe('{ user { name } }');
  });

  it('keeps to the way of the composer where another would be answered', () => {
    const [problem] = unsatisfied(
      'type Query { a: A }\ntype A { b: B }\ntype B { user: User }\ntype User @key(fields: "id") { id: ID! }',
      'type Query { user: User }\ntype User { id: ID! @shareable name: String }',
    );
    expect(problem!.message.split('\n')[1]).toBe('{ a { b { user { name } } } }');
  });

  it('tells each reason once, and leaves out those that explain nothing', () => {
    const [problem] = unsatisfied(
      `type Query { user: User }\n${USER}`,
      'type User {\n  id: ID! @shareable\n  name: String\n}',
    );
    expect(problem!.message).toBe(
      [
        '"User.name" cannot be reached by every query that may ask for it. The smallest such query',
        '{ user { name } }',
        'fails because:',
        '- from subgraph "a": cannot find field "User.name".',
        '- from subgraph "a": cannot move to subgraph "b", which has field "User.name", because type "User" has no @key defined in subgraph "b".',
      ].join('\n'),
    );
  });

  it('tells of a mutation in several subgraphs, one of which must lead on, what each lacks', () => {
    const [problem, ...others] = unsatisfied(
      'type Query { q: Int @shareable }\ntype Mutation { save: User @shareable }\ntype User @key(fields: "id") { id: ID! a: Int }',
      'type Query { q: Int @shareable }\ntype Mutation { save: User @shareable }\ntype User @key(fields: "mail") { mail: ID! b: Int }',
    );
    expect(others).toEqual([]);
    expect(problem!.message).toMatch(
      /^The field "Mutation\.save" of the mutation is called in one subgraph only/,
    );
    expect(problem!.message).toContain('Called in subgraph "a", ');
    expect(problem!.message).toContain('Called in subgraph "b", ');
    expect(problem!.fix).toMatch(
      /^Add @key\(fields: "id"\) to type User in subgraph b.*; or add @key\(fields: "mail"\) to type User in subgraph a/,
    );
    expect(problem).toMatchObject({ subgraph: 'b', line: 4 });
  });

  it('says which import is missing to write the edit', () => {
    const composed = composeSupergraph([
      { name: 'a', sdl: `${LINK}\ntype Query { user: User }\n${USER}` },
      {
        name: 'b',
        sdl: 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])\ntype User { id: ID! @shareable name: String }',
      },
    ]);
    expect(composed).toMatchObject({
      problems: [
        {
          fix: expect.stringMatching(
            /^Add @key\(fields: "id"\) to type User in subgraph b \(import "@key" in the @link to federation of b\)/,
          ),
        },
      ],
    });
  });

  it('composes, once each first edit is made', () => {
    const broken = [
      `type Query { user: User }\n${USER}`,
      'type User @key(fields: "mail") { mail: String name: String }',
      'type User { id: ID! @shareable age: Int }',
    ];
    expect(
      unsatisfied(...broken)
        .map(({ fix }) => fix!.split(';')[0])
        .toSorted(byName),
    ).toEqual([
      'Add @key(fields: "id") to type User in subgraph b, with the field id: ID!',
      'Add @key(fields: "id") to type User in subgraph c',
    ]);
    expect(
      compose([
        broken[0]!,
        'type User @key(fields: "mail") @key(fields: "id") { id: ID! mail: String name: String }',
        'type User @key(fields: "id") { id: ID! @shareable age: Int }',
      ]),
    ).toHaveProperty('supergraphSdl');
  });
});
