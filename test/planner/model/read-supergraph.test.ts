import { describe, expect, it } from 'vitest';
import { readSupergraph } from '../../../gateway/planner/model/read-supergraph.ts';
import { NOTHING_PROVIDED, Resolutions } from '../../../gateway/planner/model/resolution.ts';
import { planText } from '../planned.ts';

const GRAPHS = 'enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }';

/** What composition of Federation 1 prints. */
const FEDERATION_1 = `schema @core(feature: "https://specs.apollo.dev/core/v0.2") @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION) { query: Query }
${GRAPHS}
type Query { me: User @join__field(graph: A) }
type User @join__owner(graph: A) @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID! @join__field(graph: A)
  name: String @join__field(graph: A)
  address: Address @join__field(graph: A)
  orders: [Order] @join__field(graph: B, requires: "name", provides: "buyer { name }")
}
type Order @join__owner(graph: B) @join__type(graph: B, key: "no") { no: ID! @join__field(graph: B) buyer: User @join__field(graph: B) }
type Address { street: String }`;

describe('a supergraph of Federation 1', () => {
  it('is planned: owners, key fields that are told nowhere, value types, @requires, @provides', () => {
    expect(planText(FEDERATION_1, '{ me { address { street } orders { no buyer { id } } } }'))
      .toMatchInlineSnapshot(`
      "
      sequence
        fetch a
          {
            me {
              __typename
              address {
                __typename
                street
              }
              id
              name
            }
          }
        entities b at me
          by { ... on User { __typename id name } }
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on User {
                orders {
                  __typename
                  no
                  buyer {
                    __typename
                    id
                  }
                }
              }
            }
          }
      "
    `);
  });
});

describe('an interface of Federation 1, of which is not told who has it', () => {
  const supergraph = `schema @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION) { query: Query }
    ${GRAPHS}
    type Query { things: Thing @join__field(graph: A) others: Named @join__field(graph: B) }
    union Thing = Cup | Pen
    interface Named { name: String }
    type Cup implements Named { name: String }
    type Pen implements Named { name: String }`;

  it('is named where a field returns it', () => {
    expect(planText(supergraph, '{ others { name } }')).toMatch(/others \{\s+__typename\s+name/);
  });

  it('is not named to a subgraph that may not know it', () => {
    const plan = planText(supergraph, '{ things { ... on Named { name } } }');
    expect(plan).not.toContain('on Named');
    expect(plan).toContain('... on Cup {');
    expect(plan).toContain('... on Pen {');
  });
});

describe('who resolves a field', () => {
  const resolvers = (field: string): readonly string[] => {
    const type = `type Query @join__type(graph: A) @join__type(graph: B) { t: T }
      type T @join__type(graph: A) @join__type(graph: B) { f: Int ${field} }`;
    const sdl = `schema @link(url: "https://specs.apollo.dev/join/v0.5") { query: Query } ${GRAPHS} ${type}`;
    return new Resolutions(readSupergraph(sdl)).resolvers('T', 'f');
  };

  it.each([
    ['all subgraphs of the type, where nothing is said', '', ['a', 'b']],
    ['those that are named', '@join__field(graph: B)', ['b']],
    ['not where it is external', '@join__field(graph: A, external: true) @join__field(graph: B)', ['b']],
    [
      'not where it is overridden and still used',
      '@join__field(graph: A, usedOverridden: true) @join__field(graph: B, override: "a")',
      ['b'],
    ],
    ['not where it is overridden', '@join__field(graph: A) @join__field(graph: B, override: "a")', ['b']],
    [
      'where it was, under a label that does not apply',
      '@join__field(graph: A, overrideLabel: "x") @join__field(graph: B, override: "a", overrideLabel: "x")',
      ['a'],
    ],
    ['nobody, where it comes from an interface object that is not there', '@join__field', []],
  ])('%s', (_, field, expected) => expect(resolvers(field)).toEqual(expected));
});

describe('what is provided', () => {
  it('is resolved on its own path, on the types that it names', () => {
    const sdl = `schema @link(url: "https://specs.apollo.dev/join/v0.3") { query: Query } ${GRAPHS}
      type Query @join__type(graph: A) { i: I @join__field(graph: A, provides: "... on X { f { g } }") }
      interface I @join__type(graph: A) { f: V }
      type X implements I @join__implements(graph: A, interface: "I") @join__type(graph: A) { f: V @join__field(graph: A, external: true) }
      type Y implements I @join__implements(graph: A, interface: "I") @join__type(graph: A) { f: V @join__field(graph: A, external: true) }
      type V @join__type(graph: A) { g: Int @join__field(graph: A, external: true) }`;
    const resolutions = new Resolutions(readSupergraph(sdl));
    const { provided } = resolutions.resolve('a', 'Query', 'i', NOTHING_PROVIDED)!;
    const f = resolutions.resolve('a', 'X', 'f', provided);
    expect(resolutions.resolve('a', 'V', 'g', f!.provided)).toBeDefined();
    expect(resolutions.resolve('a', 'Y', 'f', provided)).toBeUndefined();
    expect(resolutions.resolve('a', 'X', 'f', NOTHING_PROVIDED)).toBeUndefined();
    expect(resolutions.resolve('a', 'V', 'g', NOTHING_PROVIDED)).toBeUndefined();
  });
});

describe('a supergraph that cannot be read says why', () => {
  it.each([
    [
      'no subgraphs',
      'type Query { a: Int }',
      'The schema is no supergraph: it has no subgraphs in an enum join__Graph.',
    ],
    [
      'an unknown version',
      `schema @link(url: "https://specs.apollo.dev/join/v1.0") { query: Query } ${GRAPHS}`,
      'The supergraph uses join v1.0, which is not known here: v0.1 to v0.5 are.',
    ],
    [
      'an unknown subgraph',
      `${GRAPHS} type Query @join__type(graph: A) { f: Int @join__field(graph: C) }`,
      'Query.f names the subgraph C, which join__Graph does not have.',
    ],
    [
      'a broken field set',
      `${GRAPHS} type T @join__type(graph: A, key: "id {") { id: ID }`,
      'The field set "id {" of T cannot be read: Syntax Error: Expected Name, found "}".',
    ],
  ])('%s', (_, sdl, message) => expect(() => readSupergraph(sdl)).toThrow(message));
});

describe('contexts', () => {
  const supergraph = (link: string, field: string): string => `schema
    @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
    @link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY${link}) { query: Query }
  ${GRAPHS}
  type Query @join__type(graph: A) { t: T i: I u: U }
  type T @join__type(graph: A, key: "id") @ctx(name: "a__c") { id: ID! ${field} }
  interface I @join__type(graph: A) @ctx(name: "a__c") @ctx(name: "a__d") { id: ID! }
  type V implements I @join__type(graph: A) @join__implements(graph: A, interface: "I") { id: ID! }
  union U @join__type(graph: A) @join__unionMember(graph: A, member: "M") @ctx(name: "a__d") = M
  type M @join__type(graph: A) { id: ID! }`;

  it.each([', as: "ctx"', ', import: [{ name: "@context", as: "@ctx" }]'])(
    'are carried by marked types, implementing types and members, whatever the directive is called (%s)',
    (link) => {
      const { contexts } = readSupergraph(supergraph(link, 'f: Int'));
      expect(Object.fromEntries(Array.from(contexts, ([name, types]) => [name, [...types].sort()]))).toEqual({
        a__c: ['I', 'T', 'V'],
        a__d: ['I', 'M', 'U', 'V'],
      });
    },
  );

  it('have arguments that are told in full, or the field is named', () => {
    const field =
      'f: Int @join__field(graph: A, contextArguments: [{ context: "a__c", name: "x", type: "Int" }])';
    expect(() => readSupergraph(supergraph('', field))).toThrow(
      'The contextArguments of T.f must have a context, a name, a type and a selection.',
    );
  });
});
