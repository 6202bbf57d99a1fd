import { expect, test } from 'vitest';
import { acceptor } from '../../../gateway/connectors/import/only.ts';

test.each([
  [undefined, 'GET /pets', true],
  [[], 'GET /pets', false],
  [['GET /pets'], 'GET /pets', true],
  [['GET /pets'], 'GET /pets/1', false],
  [['GET /pet*'], 'GET /pets/1', true],
  [['*/List*', 'x'], 'shop.v1.Shop/ListItems', true],
  [['a*b*c'], 'a1b2c', true],
  [['a*b*c'], 'abbc2', false],
  [['ab*ba'], 'aba', false],
  [['a.c', 'a?', '[a]'], 'abc', false],
])('patterns %j accept %s: %s', (patterns, fullName, expected) => {
  expect(acceptor(patterns)(fullName)).toBe(expected);
});

test('a pattern of many stars costs one pass', () => {
  expect(acceptor([`${'*a'.repeat(5000)}b`])('a'.repeat(50_000))).toBe(false);
});
