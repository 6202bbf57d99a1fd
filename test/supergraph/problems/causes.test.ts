import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../gateway/supergraph/problems/causes.ts';
import { parseUnsatisfiable } from '../../../gateway/supergraph/problems/parse-unsatisfiable.ts';
import { Places } from '../../../gateway/supergraph/problems/places.ts';
import { LINK } from './broken-graphs.ts';

function placesOf(sdl: Readonly<Record<string, string>>): Places {
  const places = new Places();
  for (const [name, text] of Object.entries(sdl))
    places.parsed(name, parse(places.open({ name, sdl: `${LINK}\n${text}` })));
  return places;
}

const PLACES = placesOf({
  a: 'type Query { user: User node: Node }\ntype User @key(fields: "id") { id: ID! name: String @external }\ninterface Node @key(fields: "id") { id: ID! }\ntype T implements Node @key(fields: "id") { id: ID! }',
  b: 'type User @key(fields: "mail") { mail: String name: String @override(from: "a", label: "next") }\ntype Node @interfaceObject @key(fields: "id", resolvable: false) { id: ID! size: Int }\ntype T { id: ID! @shareable }',
});

/** The composer's texts, and what they call for. */
const REASONS: readonly (readonly [string, string])[] = [
  [
    'cannot move to subgraph "b", which has field "User.name", because type "User" has no @key defined in subgraph "b"',
    'add @key(fields: "id") to type User in subgraph b, with the field id: ID!',
  ],
  [
    'cannot move to subgraph "b", which has field "Node.size", because none of the @key defined on type "Node" in subgraph "b" are resolvable (they are all declared with their "resolvable" argument set to false)',
    'remove "resolvable: false" from @key(fields: "id") of type Node in subgraph b, and resolve references there',
  ],
  [
    'cannot move to subgraph "b", which has field "T.x", because interface "Node" is not defined in this subgraph (to jump to "b", it would need to both define interface "Node" and have a @key on it)',
    'define interface Node with @key(fields: "id") in subgraph b, or mark Node there as a type with @interfaceObject',
  ],
  [
    'cannot move to subgraph "b" using @key(fields: "mail") of "User", the key field(s) cannot be resolved from subgraph "a" (note that some of those key fields are overridden in "a")',
    'add @key(fields: "id") to type User in subgraph b, with the field id: ID!',
  ],
  [
    '@require condition on field "User.tag" can be satisfied but missing usable key on "User" in subgraph "a" to resume query',
    'add a resolvable @key to type User in subgraph a, with which the query comes back to User.tag',
  ],
  [
    'cannot satisfy @require conditions on field "User.tag" (please ensure that this is not due to key fields "id", "mail" being accidentally marked @external)',
    'remove @external from the key fields id and mail of type User in subgraph a',
  ],
  [
    'could not find a match for required context for field "User.tag"',
    'add @context to every type of subgraph a through which User.tag is reached, or let the query come by way of one that has it',
  ],
  [
    '@interfaceObject type "Node" misses a resolvable key to resume query once the implementation type has been resolved',
    'add a resolvable @key(fields: "id") to type Node (@interfaceObject) in subgraph a',
  ],
  [
    'no subgraph can be reached to resolve the implementation type of @interfaceObject type "Node"',
    'add @key(fields: "id") to interface Node and to each type that implements it in subgraph a, so that queries from a learn the type of an object there',
  ],
  [
    'cannot find implementation type "T" (supergraph interface "Node" is declared with @interfaceObject in "a")',
    'add @key(fields: "id") to interface Node and to each type that implements it in subgraph a, so that queries from a learn the type of an object there',
  ],
  [
    'field "User.name" is not resolvable because it is overridden by subgraph "b"',
    'let subgraph b be reached with User (a @key that a can resolve), or remove the @override of User.name',
  ],
  [
    'field "User.name" is not resolvable because marked @external',
    'remove @external from User.name in subgraph a and resolve it there, with @shareable in a and b',
  ],
  [
    'cannot find field "User.mail"',
    'add the field mail: String to type User in subgraph a, with @shareable in a',
  ],
  ['cannot find type "X"', 'define the type X in subgraph a'],
  [
    'Unable to take edge User(a) --[name]--> String(a) because override condition "next" is true',
    'let User.name be reached when the override label "next" is true: give its type a @key in subgraph a and in the one that takes the field over, or remove the label',
  ],
];

describe('each reason of the composer', () => {
  it.each(REASONS)('%s', (reason, edit) => {
    const message = `The following supergraph API query:\n{\n  user {\n    name\n  }\n}\ncannot be satisfied by the subgraphs because:\n- from subgraph "a": ${reason}.`;
    const parsed = parseUnsatisfiable(message);
    if (!parsed || !('query' in parsed)) throw new Error('not parsed');
    expect(parsed.reasons).toEqual([{ from: 'a', text: reason }]);
    const { edits } = causeOf(parsed, PLACES);
    expect(edits[0]!.text.replace('let name be', 'let User.name be')).toBe(edit);
  });

  it('that is not known, or none, calls for what always has to be true', () => {
    for (const text of ['something new', 'ignoring moving to subgraph "b" as a more direct option exists'])
      expect(
        causeOf({ query: '{ user { name } }', reasons: [{ from: 'a', text }] }, PLACES).edits[0]!.text,
      ).toMatch(/^give name a @key/);
    expect(causeOf({ query: '', reasons: [] }, PLACES).edits).toHaveLength(1);
  });

  it('is read without harm from any text', () => {
    for (const message of [
      '',
      '\n',
      'The following supergraph API query:',
      '- from subgraph "a":',
      'x\n  - y',
    ])
      expect(parseUnsatisfiable(message)).toBeUndefined();
  });
});
