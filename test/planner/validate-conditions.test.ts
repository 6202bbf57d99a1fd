import { buildASTSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import type { Plan } from '../../gateway/compile/plan.ts';
import { createPlanValidator } from '../../gateway/planner/validate-plan.ts';
import { composed } from './composed.ts';
import { planned } from './planned.ts';

const SDL = composed(
  `type Query { e: E any: Any }
   type Mutation { m: Int n: Int o: Int }
   union Any = E | F
   type F { id: ID! only: Int }
   type E @key(fields: "id") { id: ID! f: Int f2: Int }`,
  `type E @key(fields: "id") {
     id: ID!
     g(text: String): Int
     f: Int @external f2: Int @external
     r: Int @requires(fields: "f")
     r2: Int @requires(fields: "f2")
   }
   type Mutation { p: Int }`,
);
const schema = buildASTSchema(parse(SDL), { assumeValidSDL: true });
const validate = createPlanValidator(SDL);

/** What is found in the operation's plan after its text has been changed. */
function findings(text: string, ...changes: readonly [from: string, to: string][]): string[] {
  const document = parse(text);
  const asked = canonicalize(schema, getOperationAST(document)!, document);
  let json = JSON.stringify(planned(SDL, text));
  for (const [from, to] of changes) {
    expect(json).toContain(from);
    json = json.replace(from, to);
  }
  return validate(JSON.parse(json) as Plan, asked);
}

describe('under every assignment of its condition variables', () => {
  const TWO = 'query ($a: Boolean!, $b: Boolean!) { e { f @include(if: $a) g @include(if: $b) } }';
  const REQUIRED =
    'query ($a: Boolean!, $b: Boolean!) { e { r @include(if: $a) r2 @include(if: $b) g @skip(if: $a) } }';

  it('a right plan has nothing wrong', () => {
    expect(findings(TWO)).toEqual([]);
    // One request for both: what only the other field requires need not be there.
    expect(findings(REQUIRED)).toEqual([]);
    expect(
      findings('query ($a: Boolean!) { any { ... on E @include(if: $a) { g } ... on F { only } } }'),
    ).toEqual([]);
  });

  it.each<[string, string, [string, string][], string]>([
    [
      'a key that is asked for under another condition than the request which carries it',
      TWO,
      [['@include(if:$a) id', '@include(if:$a) id@include(if:$a)']],
      'fetch s1 at e: nobody gives "e.id" of E before where $a is false and $b is true',
    ],
    [
      'a required field that is asked for under a stricter condition',
      REQUIRED,
      [[' f ', ' f@skip(if:$b) ']],
      'fetch s1 at e: nobody gives "e.f" of E before where $a is true and $b is true',
    ],
    [
      'a request under the condition of another field',
      TWO,
      [['"variable":"b"', '"variable":"a"']],
      'nobody gives "e.g__0" of E where $a is false and $b is true',
    ],
    [
      'a condition the wrong way round',
      TWO,
      [['"then"', '"otherwise"']],
      'nobody gives "e.g__0" of E where $b is true',
    ],
    [
      'a field under a condition that the operation does not have',
      'query ($a: Boolean!) { e { f f2 @include(if: $a) } }',
      [[' f ', ' f @skip(if:$a) ']],
      'nobody gives "e.f" of E where $a is true',
    ],
    ['a field that is forgotten', '{ e { f f2 } }', [[' f2', '']], 'nobody gives "e.f2" of E'],
    [
      'a member of a union that is forgotten',
      '{ any { ... on E { f } ... on F { only } } }',
      [['...on F{only}', '']],
      'nobody gives "any.only" of F',
    ],
    [
      'a dependency that is dropped',
      '{ e { g } }',
      [['"node":"sequence"', '"node":"parallel"']],
      'fetch s1 at e: nobody gives "e.id" before',
    ],
    [
      'a mutation field that runs where it is not selected',
      'mutation ($a: Boolean!) { m @include(if: $a) }',
      [
        ['"node":"condition","variable":"a","then":', '"node":"sequence","nodes":['],
        [']}}', ']}]}'],
      ],
      'the mutation field "m__0" runs and is not selected where $a is false',
    ],
    [
      'mutation fields that do not wait for each other',
      'mutation { m p }',
      [['"node":"sequence"', '"node":"parallel"']],
      'fetch s1: it does not wait for the mutation fields of fetch s0',
    ],
  ])('%s is found', (_, operation, changes, problem) => {
    expect(findings(operation, ...changes)).toContain(problem);
  });

  it('of more than six variables single ones are tried', () => {
    const names = Array.from({ length: 9 }, (_, index) => `v${index}`);
    const operation = `query (${names.map((name) => `$${name}: Boolean!`).join()}) {
      e { ${names.map((name, index) => `g${index}: g(text: "${index}") @include(if: $${name})`).join(' ')} }
    }`;
    expect(findings(operation)).toEqual([]);
    const found = findings(operation, ['@include(if:$v7)', '@include(if:$v8)']);
    expect(found.join('\n')).toContain('nobody gives "e.g__7" of E where');
  });

  it('a finding never tells the values of arguments', () => {
    const found = findings('{ e { a: g(text: "secret-1") b: g(text: "secret-2") } }', ['g__1:g', 'g__0:g']);
    expect(found).toContain('".e.g__0" is both g(text) and g(text) of other values');
    expect(found.join()).not.toContain('secret');
  });
});
