import type { Representation } from '../supergraph/subgraph.ts';

/** A string that is equal for equal representations built by the same step, and only for those. */
export function entityKey(representation: Representation): string {
  let key = '';
  for (const name in representation) {
    const value = representation[name];
    // The length before a string keeps 'a|b','c' apart from 'a','b|c'; JSON cannot start with a digit and ':'.
    if (typeof value === 'string') key += `${value.length}:${value}`;
    else key += `${JSON.stringify(value)},`;
  }
  return key;
}
