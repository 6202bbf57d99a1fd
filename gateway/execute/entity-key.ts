import type { Representation } from '../supergraph/subgraph.ts';

/** A string that is equal for equal representations built by the same step, and only for those. */
export function entityKey(representation: Representation): string {
  let key = '';
  for (const name in representation) key += keyOf(representation[name]);
  return key;
}

/** The same for these fields only: equal also for representations that have them in another order. */
export function entityKeyOf(representation: Representation, names: readonly string[]): string {
  let key = keyOf(representation.__typename);
  for (const name of names) key += keyOf(representation[name]);
  return key;
}

function keyOf(value: unknown): string {
  // The length before a string keeps 'a|b','c' apart from 'a','b|c'; JSON cannot start with a digit and ':'.
  return typeof value === 'string' ? `${value.length}:${value}` : `${JSON.stringify(value)},`;
}
