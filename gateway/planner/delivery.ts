import { isWithin } from '../delivery-name.ts';
import { MAX_DELIVERIES } from './limits.ts';
import { beyondLimit } from './problem.ts';

/** A deferred fragment inside of those around it, named by all of their ids; `''` = the initial result. */
export type Group = string;

/**
 * When something is wanted: with the initial result, or with the first of some deferred fragments, none of which
 * is inside of another. Interned by a `Deliveries`: equal means identical.
 */
export interface Delivery {
  readonly id: number;
  readonly groups: readonly Group[];
}

export const INITIAL: Group = '';

/** The deliveries of one operation. */
export class Deliveries {
  readonly #byText = new Map<string, Delivery>();
  readonly initial = this.of([INITIAL]);

  /**
   * The earliest of the groups.
   * @throws SluiceError `OPERATION_NOT_PLANNABLE` beyond `MAX_DELIVERIES`
   */
  of(groups: readonly Group[]): Delivery {
    // Nearly always there is just one.
    const [first] = groups;
    if (first !== undefined && groups.every((group) => group === first)) {
      const alone = this.#byText.get(first);
      if (alone) return alone;
    }
    const all = [...new Set(groups)];
    const earliest = all.filter((group) => !all.some((other) => other !== group && isWithin(group, other)));
    const text = earliest.sort().join(' ');
    let known = this.#byText.get(text);
    if (!known) {
      if (this.#byText.size >= MAX_DELIVERIES)
        throw beyondLimit(
          'it has too many different combinations of deferred fragments',
          MAX_DELIVERIES,
          'Defer fewer fragments.',
        );
      this.#byText.set(text, (known = { id: this.#byText.size, groups: earliest }));
    }
    return known;
  }

  inside(group: Group, id: string): Group {
    return group === INITIAL ? id : `${group}.${id}`;
  }
}

/** Whether who waits for `there` has no need to wait for `wanted`, because it comes as early or earlier. */
export function isOnTime(wanted: Delivery, there: Delivery): boolean {
  return (
    wanted === there || there.groups.every((group) => wanted.groups.some((each) => isWithin(group, each)))
  );
}
