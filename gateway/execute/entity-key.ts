import type { Representation } from '../supergraph/subgraph.ts';

/** A string that is equal for equal representations built by the same step, and only for those. */
export function entityKey(representation: Representation): string {
  let key = '';
  for (const name in representation) key += keyOf(representation[name]);
  return key;
}

/** The same for these fields of one type, in whatever order; a lone scalar is its own key. */
export function entityKeyOf(representation: Representation, names: readonly string[]): unknown {
  if (names.length === 1) {
    const value = representation[names[0]!];
    if (typeof value !== 'object') return value;
  }
  let key = '';
  for (const name of names) key += keyOf(representation[name]);
  return key;
}

function keyOf(value: unknown): string {
  // The length before a string keeps 'a|b','c' apart from 'a','b|c'; JSON cannot start with a digit and ':'.
  return typeof value === 'string' ? `${value.length}:${value}` : `${JSON.stringify(value)},`;
}
