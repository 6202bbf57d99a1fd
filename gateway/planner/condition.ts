import type { Guard } from '../compile/field-tree.ts';
import { MAX_CONDITION_ALTERNATIVES } from './limits.ts';
import { beyondLimit } from './problem.ts';

/**
 * When a field is selected, by the variables of `@skip` and `@include`: one of the alternatives, each a set
 * of guards that must all hold, sorted by variable. Interned by a `Conditions`: equal means identical.
 */
export interface Condition {
  readonly id: number;
  /** No alternative = never; an empty alternative = always. */
  readonly alternatives: readonly (readonly Guard[])[];
}

/** The conditions of one operation. */
export class Conditions {
  readonly #byText = new Map<string, Condition>();
  readonly always = this.#intern([[]]);
  readonly never = this.#intern([]);

  /** Both `condition` and all of the guards. */
  and(condition: Condition, guards: readonly Guard[]): Condition {
    if (guards.length === 0) return condition;
    const alternatives: (readonly Guard[])[] = [];
    for (const alternative of condition.alternatives) {
      const both = conjunction(alternative, guards);
      if (both) alternatives.push(both);
    }
    return this.#intern(simplified(alternatives));
  }

  /** @throws SluiceError `OPERATION_NOT_PLANNABLE` beyond `MAX_CONDITION_ALTERNATIVES` */
  or(a: Condition, b: Condition): Condition {
    const both = this.#union(a, b);
    if (both.alternatives.length > MAX_CONDITION_ALTERNATIVES)
      throw beyondLimit(
        'one field is selected under too many different combinations of @skip and @include',
        MAX_CONDITION_ALTERNATIVES,
        'Select it once, without a condition.',
      );
    return both;
  }

  /** Like `or` for what the planner itself asks for: beyond the limit it is asked for always. */
  orWider(a: Condition, b: Condition): Condition {
    const both = this.#union(a, b);
    return both.alternatives.length > MAX_CONDITION_ALTERNATIVES ? this.always : both;
  }

  #union(a: Condition, b: Condition): Condition {
    if (a === b || b === this.never || a === this.always) return a;
    if (a === this.never || b === this.always) return b;
    return this.#intern(simplified([...a.alternatives, ...b.alternatives]));
  }

  #intern(alternatives: readonly (readonly Guard[])[]): Condition {
    const text = `${alternatives.length} ${alternatives.map(textOf).sort().join('|')}`;
    let known = this.#byText.get(text);
    if (!known) this.#byText.set(text, (known = { id: this.#byText.size, alternatives }));
    return known;
  }
}

/** Guards that hold in every alternative. */
export function commonGuards({ alternatives }: Condition): readonly Guard[] {
  const [first, ...others] = alternatives;
  if (!first) return [];
  return first.filter((guard) => others.every((alternative) => includes(alternative, guard)));
}

/** The alternatives where `given` is known to hold, without what is given; `[]` among them = always there. */
export function alternativesGiven(
  { alternatives }: Condition,
  given: readonly Guard[],
): readonly (readonly Guard[])[] {
  if (given.length === 0) return alternatives;
  const left = alternatives
    .filter((alternative) => !alternative.some((guard) => contradicts(given, guard)))
    .map((alternative) => alternative.filter((guard) => !includes(given, guard)));
  return simplified(left);
}

/** The guards of both, sorted; undefined if they contradict each other. */
export function conjunction(a: readonly Guard[], b: readonly Guard[]): readonly Guard[] | undefined {
  const both = [...a];
  for (const guard of b) {
    if (contradicts(both, guard)) return undefined;
    if (!includes(both, guard)) both.push(guard);
  }
  return both.sort((x, y) => (x.variable < y.variable ? -1 : x.variable > y.variable ? 1 : 0));
}

function simplified(alternatives: readonly (readonly Guard[])[]): readonly (readonly Guard[])[] {
  if (alternatives.length < 2) return alternatives;
  let current = [...alternatives];
  for (;;) {
    const resolved = resolvePair(current);
    current = withoutCovered(resolved ?? current);
    if (!resolved) return current;
  }
}

/** `a ∧ b` or `a ∧ not b` is `a`. */
function resolvePair(alternatives: readonly (readonly Guard[])[]): (readonly Guard[])[] | undefined {
  for (const [index, one] of alternatives.entries()) {
    for (const other of alternatives.slice(index + 1)) {
      if (one.length !== other.length) continue;
      const different = one.filter((guard) => !includes(other, guard));
      const [only] = different;
      if (!only || different.length > 1 || !contradicts(other, only)) continue;
      const rest = one.filter((guard) => guard !== only);
      return [...alternatives.filter((each) => each !== one && each !== other), rest];
    }
  }
  return undefined;
}

function withoutCovered(alternatives: readonly (readonly Guard[])[]): (readonly Guard[])[] {
  const sorted = alternatives.toSorted((a, b) => a.length - b.length);
  const kept: (readonly Guard[])[] = [];
  for (const alternative of sorted)
    if (!kept.some((each) => each.every((guard) => includes(alternative, guard)))) kept.push(alternative);
  return kept;
}

function includes(guards: readonly Guard[], { variable, value }: Guard): boolean {
  return guards.some((each) => each.variable === variable && each.value === value);
}

function contradicts(guards: readonly Guard[], { variable, value }: Guard): boolean {
  return guards.some((each) => each.variable === variable && each.value !== value);
}

function textOf(guards: readonly Guard[]): string {
  return guards.map(({ variable, value }) => `${value ? '+' : '-'}${variable}`).join(',');
}
