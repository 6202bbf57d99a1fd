import type { SubgraphDefinition } from './subgraph-server.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@external", "@requires", "@context", "@fromContext"])\n';

type Arguments = Readonly<Record<string, unknown>>;
interface Named {
  readonly id: string;
}

const PEOPLE: Readonly<Record<string, object>> = {
  ada: { currency: 'GBP', tags: ['x', null], settings: { locale: 'en' }, boss: 'bob' },
  bob: { currency: 'EUR', tags: [], settings: null },
  eve: { currency: null, tags: null, settings: { locale: null }, boss: 'ada' },
};
const person = (id: string): object => ({ __typename: 'Person', id, currency: id, ...PEOPLE[id] });
const team = (id: string): object => ({ __typename: 'Team', id, unit: `unit of ${id}`, size: 7 });

/** What a field was given, as text. */
const told =
  (name: string) =>
  ({ id }: Named, args: Arguments): string =>
    `${name} of ${id} by ${JSON.stringify(args)}`;

/**
 * Whoever sits at a desk decides what its fields are given: the nearest person or team around it. Offices stand
 * between people and desks and are of the subgraph "rooms"; "staff" knows more of people.
 */
export const CONTEXT_GRAPH: readonly SubgraphDefinition[] = [
  {
    name: 'desks',
    sdl: `${LINK}
      type Query { people: [Person!]! crowd(size: Int!): [Person!]! groups: [[Person]] nobody: Person parties: [Party!]! }
      type Mutation { hire(id: ID!): Person }
      union Party @context(name: "user") = Person | Team
      type Person @key(fields: "id") {
        id: ID! currency: String tags: [String] settings: Settings boss: Person
        level: Int @external band: String @external
        desk: Desk desks: [[Desk]] office: Office
      }
      type Settings { locale: String }
      type Team @key(fields: "id") { id: ID! unit: String size: Int lead: Person desk: Desk }
      type Office @key(fields: "id") { id: ID! }
      type Desk @key(fields: "id") {
        id: ID! name: String next: Desk
        price(in: Int, currency: String @fromContext(field: "$user ... on Person { currency } ... on Team { unit }")): String
        tags(tags: [String] @fromContext(field: "$user ... on Person { tags }"), locale: String @fromContext(field: "$user ... on Person { settings { locale } }")): String
        rank(level: Int @fromContext(field: "$user ... on Person { level } ... on Team { size }")): String
        grade(band: String @fromContext(field: "$user ... on Person { band } ... on Team { unit }")): String
        twin(currency: String @fromContext(field: "$user ... on Person { currency } ... on Team { unit }")): Desk
      }
    `,
    resolvers: {
      Query: {
        people: () => Object.keys(PEOPLE).map(person),
        crowd: (_: unknown, { size }: { size: number }) =>
          Array.from({ length: size }, (_unused, index) => person(`p${index}`)),
        groups: () => [[person('ada'), null], [], [person('bob'), person('ada')], null],
        nobody: () => null,
        parties: () => [person('bob'), team('red')],
      },
      Mutation: { hire: (_: unknown, { id }: Named) => person(id) },
      Person: {
        __resolveReference: ({ id }: Named) => person(id),
        desk: () => ({ id: 'd1' }),
        desks: () => [[{ id: 'd1' }, { id: 'd2' }], null, [null]],
        office: () => ({ id: 'o1' }),
        boss: ({ boss }: { boss?: string }) => (boss === undefined ? null : person(boss)),
      },
      Team: {
        __resolveReference: ({ id }: Named) => team(id),
        lead: () => person('ada'),
        desk: () => ({ id: 'd1' }),
      },
      Desk: {
        __resolveReference: ({ id }: Named) => ({ id }),
        name: ({ id }: Named) => `desk ${id}`,
        next: ({ id }: Named) => ({ id: `${id}+` }),
        price: told('price'),
        tags: told('tags'),
        rank: told('rank'),
        grade: told('grade'),
        twin: ({ id }: Named, { currency }: Arguments) => ({ id: `${id}/${String(currency)}` }),
      },
    },
  },
  {
    name: 'rooms',
    sdl: `${LINK}
      type Office @key(fields: "id") { id: ID! desk: Desk }
      type Desk @key(fields: "id") { id: ID! wood: String }
    `,
    resolvers: {
      Office: {
        __resolveReference: ({ id }: Named) => ({ id }),
        desk: ({ id }: Named) => ({ id: `desk of ${id}` }),
      },
      Desk: {
        __resolveReference: ({ id }: Named) => ({ id }),
        wood: ({ id }: Named) => `oak of ${id}`,
      },
    },
  },
  {
    name: 'staff',
    sdl: `${LINK}
      type Person @key(fields: "id") {
        id: ID! level: Int currency: String @external band: String @requires(fields: "currency")
      }
    `,
    resolvers: {
      Person: {
        __resolveReference: (given: object) => given,
        level: ({ id }: Named) => {
          if (id === 'eve') throw new Error('nobody knows the level of eve');
          return id.length;
        },
        band: ({ currency }: { currency?: string }) => `band ${String(currency)}`,
      },
    },
  },
];
