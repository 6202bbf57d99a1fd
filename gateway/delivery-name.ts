/*
 * How plans name what comes after the initial result: a deferred fragment by the ids of its `@defer` and of those
 * around it (`#2.#5`), the rest of a streamed list by the list's response key.
 */

/** Whether a delivery is the other one, or a deferred fragment inside of it; by the names of `FetchStep.deliveries`. */
export function isWithin(name: string, outer: string): boolean {
  return outer === '' || name === outer || name.startsWith(`${outer}.`);
}

/** Whether a delivery is a deferred fragment, and not the rest of a list: no response key begins like its id. */
export function isFragment(name: string): boolean {
  return name.startsWith('#');
}

/** The list's response key under which the items after the first ones are found in the data. */
export function restKey(key: string): string {
  return `${key}__rest`;
}
