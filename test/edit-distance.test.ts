import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance } from '../gateway/edit-distance.ts';

test.each([
  ['user', 'user', 0],
  ['usr', 'user', 1],
  ['usre', 'user', 1],
  ['uxer', 'user', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
])('%s and %s are %i slips apart', (left, right, distance) => {
  expect(editDistance(left, right, 10)).toBe(distance);
});

test('is the same in both directions, and the limit when it cannot be less', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 12 }), (left, right, limit) => {
      const exact = editDistance(left, right, 100);
      expect(editDistance(right, left, 100)).toBe(exact);
      expect(editDistance(left, right, limit)).toBe(Math.min(exact, limit));
    }),
  );
});
