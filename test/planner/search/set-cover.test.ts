import { describe, expect, it } from 'vitest';
import { smallCover } from '../../../gateway/planner/search/set-cover.ts';
import { randomFrom } from '../../conformance/random-source.ts';

describe('smallCover', () => {
  it('finds the smallest cover where the greedy choice is not in it', () => {
    // "a" gives four of six items, but "b" and "c" give all.
    const items = [['a', 'b'], ['a', 'b'], ['a', 'c'], ['a', 'c'], ['b'], ['c']];
    expect(smallCover(items).toSorted()).toEqual(['b', 'c']);
  });

  it('takes the only way of an item, and nothing for no items', () => {
    expect(smallCover([['a'], ['a', 'b']])).toEqual(['a']);
    expect(smallCover([])).toEqual([]);
  });

  it('is never larger than the smallest of all sets, and gives every item', () => {
    const random = randomFrom(7);
    for (let run = 0; run < 200; run++) {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, 2 + random.below(6));
      const items = Array.from({ length: 1 + random.below(12) }, () => {
        const ways = random.some(names, 0.4);
        return ways.length > 0 ? ways : [random.pick(names)];
      });
      const isCover = (chosen: readonly string[]): boolean =>
        items.every((ways) => ways.some((way) => chosen.includes(way)));
      const subsets = Array.from({ length: 2 ** names.length }, (_, bits) =>
        names.filter((_name, index) => (bits & (1 << index)) !== 0),
      );
      const least = Math.min(...subsets.filter(isCover).map(({ length }) => length));
      const found = smallCover(items);
      expect(isCover(found)).toBe(true);
      expect(found.length).toBe(least);
    }
  });

  it('ends soon where there are too many sets to look at, with every item given', () => {
    const random = randomFrom(3);
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`);
    const items = Array.from({ length: 1000 }, () => random.shuffled(names).slice(0, 3));
    const found = new Set(smallCover(items));
    expect(items.every((ways) => ways.some((way) => found.has(way)))).toBe(true);
  });
});
