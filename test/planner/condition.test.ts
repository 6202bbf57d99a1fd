import { describe, expect, it } from 'vitest';
import type { Guard } from '../../gateway/compile/field-tree.ts';
import {
  alternativesGiven,
  commonGuards,
  type Condition,
  Conditions,
} from '../../gateway/planner/condition.ts';

const on = (variable: string): Guard => ({ variable, value: true });
const off = (variable: string): Guard => ({ variable, value: false });

describe('conditions', () => {
  const conditions = new Conditions();
  const { always, never } = conditions;
  const when = (...guards: Guard[]): Condition => conditions.and(always, guards);

  it('are one object if they mean the same', () => {
    expect(when(on('a'), off('b'))).toBe(when(off('b'), on('a'), on('a')));
    expect(conditions.or(when(on('a')), when(on('b')))).toBe(conditions.or(when(on('b')), when(on('a'))));
  });

  it('that contradict each other are never met', () => expect(when(on('a'), off('a'))).toBe(never));

  it('that are met in either case are always met', () =>
    expect(conditions.or(when(on('a')), when(off('a')))).toBe(always));

  it('leave out what a wider one covers', () => {
    expect(conditions.or(when(on('a')), when(on('a'), on('b')))).toBe(when(on('a')));
    expect(conditions.or(when(on('a'), on('b')), when(on('a'), off('b')))).toBe(when(on('a')));
  });

  it('are the same for every value of the variables as their parts', () => {
    const parts = [
      [on('a'), off('b')],
      [on('b'), on('c')],
      [off('a'), off('c')],
      [on('a'), on('c')],
    ];
    const all = parts.reduce((sum, guards) => conditions.or(sum, when(...guards)), never);
    for (let bits = 0; bits < 8; bits++) {
      const holds = ({ variable, value }: Guard): boolean =>
        ((bits >> 'abc'.indexOf(variable)) & 1) === Number(value);
      const isMet = ({ alternatives }: Condition): boolean =>
        alternatives.some((guards) => guards.every(holds));
      expect(isMet(all)).toBe(parts.some((guards) => guards.every(holds)));
    }
  });

  it('tell what holds in every case, and what is left when something is known', () => {
    const either = conditions.or(when(on('x'), on('a')), when(on('x'), off('b')));
    expect(commonGuards(either)).toEqual([on('x')]);
    expect(alternativesGiven(either, [on('x')])).toEqual([[on('a')], [off('b')]]);
    expect(alternativesGiven(either, [on('x'), on('a')])).toEqual([[]]);
    expect(alternativesGiven(either, [off('x')])).toEqual([]);
  });
});
