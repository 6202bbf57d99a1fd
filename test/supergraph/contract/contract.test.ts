import { isIntrospectionType, isSpecifiedScalarType, printSchema, printType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../gateway/problem.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import type { Contract } from '../../../gateway/supergraph/contract/left-out.ts';
import { loadSupergraph } from '../../../gateway/supergraph/load-supergraph.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@tag", "@inaccessible"])\n`;

function load(sdl: string, contract: Partial<Contract>) {
  const composed = composeSupergraph([{ name: 'one', sdl: LINK + sdl }]);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  const contracts = new Map([['partner', { include: [], exclude: [], ...contract }]]);
  return loadSupergraph(composed.supergraphSdl, { ...composed, contracts });
}

function contractOf(sdl: string, contract: Partial<Contract>): readonly string[] {
  const types = Object.values(load(sdl, contract).contractSchemas.get('partner')!.getTypeMap());
  const own = types.filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
  return own.map((type) => printType(type).replace(/\s+/g, ' ')).toSorted();
}

/** Each in one line, sorted. */
function definitions(sdl: string): readonly string[] {
  const words = sdl.replace(/\s+/g, ' ');
  return words.split(/ (?=(?:type|interface|union|enum|input|scalar) )/).toSorted();
}

const exclude = { exclude: ['internal'] };
const include = { include: ['partner'] };
const INTERNAL = '@tag(name: "internal")';
const PARTNER = '@tag(name: "partner")';

describe('what is excluded by a tag goes, with what cannot be without it', () => {
  it.each([
    ['a field', `type Query { a: Int b: Int ${INTERNAL} }`, 'type Query { a: Int }'],
    [
      'an element with several tags',
      `type Query { a: Int b: Int ${PARTNER} ${INTERNAL} }`,
      'type Query { a: Int }',
    ],
    [
      'a type, and the fields of it',
      `type Query { a: Int secret: [Secret!]! } type Secret ${INTERNAL} { b: Int }`,
      'type Query { a: Int }',
    ],
    [
      'a type of which no field is left, and so on',
      `type Query { a: Int x: X } type X { y: Y } type Y { b: Int ${INTERNAL} }`,
      'type Query { a: Int }',
    ],
    [
      'an optional argument',
      `type Query { a(b: Int ${INTERNAL}, c: Int! = 1 ${INTERNAL}, d: Int): Int }`,
      'type Query { a(d: Int): Int }',
    ],
    [
      'the field of a required argument',
      `type Query { a(b: Int! ${INTERNAL}): Int c: Int }`,
      'type Query { c: Int }',
    ],
    [
      'an input field',
      `type Query { a(by: By): Int } input By { b: Int c: Int ${INTERNAL} }`,
      'type Query { a(by: By): Int } input By { b: Int }',
    ],
    [
      'the input type of a required field, and arguments of it',
      `type Query { a(by: By, n: Int): Int } input By { b: Int c: Int! ${INTERNAL} }`,
      'type Query { a(n: Int): Int }',
    ],
    [
      'an enum value, and what has it as a default',
      `type Query { a(e: E = B, f: F = { e: [A, B] }, g: F): Int } enum E { A B ${INTERNAL} } input F { e: [E!] }`,
      'type Query { a(g: F): Int } enum E { A } input F { e: [E!] }',
    ],
    [
      'a default that names an input field which is gone',
      `type Query { a(f: F = { b: 1 }): Int } input F { b: Int ${INTERNAL} c: Int }`,
      'type Query { a: Int }',
    ],
    [
      'an enum without values, a scalar, and what is of them',
      `type Query { a: Int b: E c: S } enum E { X ${INTERNAL} } scalar S ${INTERNAL}`,
      'type Query { a: Int }',
    ],
    [
      'a member of a union',
      `type Query { u: U a: A b: B } union U = A | B type A { a: Int } type B ${INTERNAL} { b: Int }`,
      'type Query { u: U a: A } union U = A type A { a: Int }',
    ],
    [
      'a union without members',
      `type Query { u: U a: Int } union U = B type B ${INTERNAL} { b: Int }`,
      'type Query { a: Int }',
    ],
    [
      'a field of an interface whose implementation has lost it',
      `type Query { n: N } interface N { a: Int b: Int } type X implements N { a: Int b: Int ${INTERNAL} } type Y implements N { a: Int b: Int }`,
      'type Query { n: N } interface N { a: Int } type X implements N { a: Int } type Y implements N { a: Int b: Int }',
    ],
    [
      'an argument of an interface whose implementation has lost it',
      `type Query { n: N } interface N { a(x: Int, y: Int): Int } type X implements N { a(x: Int ${INTERNAL}, y: Int): Int }`,
      'type Query { n: N } interface N { a(y: Int): Int } type X implements N { a(y: Int): Int }',
    ],
    [
      'an interface that nothing implements any more',
      `type Query { n: N a: Int } interface N { a: Int } type X implements N ${INTERNAL} { a: Int }`,
      'type Query { a: Int }',
    ],
    [
      'an interface, and what implements it stays',
      `type Query { x: X } interface N ${INTERNAL} { a: Int } type X implements N { a: Int }`,
      'type Query { x: X } type X { a: Int }',
    ],
    [
      'types that nothing reaches, but not those that an interface brings',
      `type Query { n: N gone: Gone ${INTERNAL} } interface N { a: Int } type X implements N { a: Int e: E } type Gone { a: Int } enum E { A }`,
      'type Query { n: N } interface N { a: Int } type X implements N { a: Int e: E } enum E { A }',
    ],
    [
      'a root type',
      `type Query { a: Int } type Mutation ${INTERNAL} { b: Int } type Subscription { c: Int ${INTERNAL} }`,
      'type Query { a: Int }',
    ],
    [
      'beside what nobody may see',
      `type Query { a: Int b: Int @inaccessible c: Int ${INTERNAL} }`,
      'type Query { a: Int }',
    ],
  ])('%s', (_, sdl, expected) => {
    expect(contractOf(sdl, exclude)).toEqual(definitions(expected));
  });
});

describe('with tags to include, only fields with one of them stay', () => {
  it.each([
    ['fields', `type Query { a: Int b: Int ${PARTNER} }`, 'type Query { b: Int }'],
    [
      'all fields of a type',
      `type Query { x: X ${PARTNER} } type X ${PARTNER} { a: Int b: Int }`,
      'type Query { x: X } type X { a: Int b: Int }',
    ],
    [
      'what they need: arguments, input types, enums, scalars, unions',
      `type Query { u(by: By): U ${PARTNER} } input By { e: E s: S } enum E { A } scalar S union U = X | Y type X ${PARTNER} { a: Int } type Y { b: Int }`,
      'type Query { u(by: By): U } input By { e: E s: S } enum E { A } scalar S union U = X type X { a: Int }',
    ],
    [
      'but no object that has no such field',
      `type Query { a: Int ${PARTNER} x: X ${PARTNER} } type X { a: Int }`,
      'type Query { a: Int }',
    ],
    [
      'and none that is excluded as well',
      `type Query { a: Int ${PARTNER} b: Int ${PARTNER} ${INTERNAL} }`,
      'type Query { a: Int }',
    ],
  ])('%s', (_, sdl, expected) => {
    expect(contractOf(sdl, { ...include, ...exclude })).toEqual(definitions(expected));
  });

  it('warns of tagged fields that are left out nevertheless, with the reason', () => {
    const { problems } = load(`type Query { a: Int ${PARTNER} x: X ${PARTNER} } type X { a: Int }`, include);
    expect(problems).toEqual([
      {
        severity: 'warning',
        code: 'CONTRACT_LEAVES_OUT',
        message:
          'Query.x is tagged "partner", and yet not in the variant "partner": its type "X" is left out (none of its fields is left).',
        fix: 'Tag what it needs as well, or take its tag away.',
      },
    ]);
  });
});

describe('a contract', () => {
  it('that leaves nothing to ask for is refused', () => {
    const refused = () => load(`type Query { a: Int ${INTERNAL} }`, exclude);
    expect(refused).toThrow(ProblemsError);
    expect(refused).toThrow(
      'CONTRACT_EMPTY: The variant "partner" (exclude: [internal]) leaves nothing to ask for. "Query": none of its fields is left.',
    );
  });

  it('warns of tags that nothing has', () => {
    const { problems } = load(`type Query { a: Int b: Int ${INTERNAL} }`, { exclude: ['intrenal'] });
    expect(problems.map(({ code, message, fix }) => [code, message, fix])).toEqual([
      [
        'CONTRACT_UNKNOWN_TAG',
        'The variant "partner" names the tag "intrenal", which nothing in the graph has.',
        'Its tags are internal.',
      ],
    ]);
  });

  it('leaves the main graph as it is', () => {
    const { schema } = load(`type Query { a: Int b: Int ${INTERNAL} }`, exclude);
    expect(printSchema(schema)).toContain('b: Int');
  });
});
