import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  camelCase,
  constantCase,
  isEnumValueName,
  isTaken,
  isValidName,
  pascalCase,
} from '../../../gateway/connectors/import/names.ts';
import { plural, singular } from '../../../gateway/connectors/import/plurals.ts';
import { UniqueNames } from '../../../gateway/connectors/import/unique-names.ts';

test.each([
  ['pet', 'pets'],
  ['category', 'categories'],
  ['address', 'addresses'],
  ['status', 'statuses'],
  ['warehouse', 'warehouses'],
  ['petOwner', 'petOwners'],
  ['box', 'boxes'],
  ['Person', 'People'],
  ['photo', 'photos'],
  ['data', 'data'],
  ['shelf', 'shelves'],
  ['user_id', 'user_ids'],
])('one %s, many %s', (one, many) => {
  expect([singular(many), plural(one)]).toEqual([one, many]);
});

test('names in any spelling become names of GraphQL', () => {
  const spellings = [
    'HTMLUrl',
    'first-name',
    '+1',
    '-1',
    '@type',
    '24h',
    'userID',
    'Größe',
    '名前',
    '__x',
    '$ref',
    '',
  ];
  expect(spellings.map(camelCase)).toEqual([
    'htmlUrl',
    'firstName',
    'plus1',
    'minus1',
    'type',
    '_24h',
    'userId',
    'grosse',
    'x540dx524d',
    'x',
    'ref',
    'x',
  ]);
  expect(['toString', 'constructor', '__proto__', 'true', 'null'].map(camelCase)).toEqual([
    'toStringValue',
    'constructorValue',
    'proto',
    'trueValue',
    'nullValue',
  ]);
  expect(['full-repository', 'APIKey', 'Page«Pet»', 'a.b_c'].map(pascalCase)).toEqual([
    'FullRepository',
    'APIKey',
    'PagePet',
    'ABC',
  ]);
  expect(['in progress', 'InProgress', '3-toed', 'USD', '*'].map(constantCase)).toEqual([
    'IN_PROGRESS',
    'IN_PROGRESS',
    '_3_TOED',
    'USD',
    undefined,
  ]);
});

test('a name is given once', () => {
  const names = new UniqueNames(['taken']);
  const given = [
    names.take('a'),
    names.take('a', 'b'),
    names.take('a'),
    names.take('a'),
    names.take('taken'),
    names.take('v1'),
    names.take('v1'),
  ];
  expect(given).toEqual(['a', 'b', 'a2', 'a3', 'taken2', 'v1', 'v1_2']);
});

test('every name that comes out is one of GraphQL, whatever goes in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      for (const name of [camelCase(text), pascalCase(text), constantCase(text) ?? 'EMPTY'])
        expect(isValidName(name), `${JSON.stringify(text)} → ${name}`).toBe(true);
      expect(isTaken(camelCase(text))).toBe(false);
    }),
  );
});

test('what GraphQL takes as the name of a field, and of a value', () => {
  expect(['a', '_a', '__a', '1a', 'a-b', '', 'true', 'ä'].map(isValidName)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    true,
    false,
  ]);
  expect(['true', 'false', 'null', 'TRUE', '__X'].map(isEnumValueName)).toEqual([
    false,
    false,
    false,
    true,
    false,
  ]);
});

test('ten thousand things of one name are told apart in no time', () => {
  const names = new UniqueNames();
  const given = new Set(Array.from({ length: 10_000 }, () => names.take('item', 'thing')));
  expect(given.size).toBe(10_000);
  expect(given.has('item9999')).toBe(true);
});
