import type { Step } from '../compile/dataflow.ts';
import { isWithin } from '../delivery-name.ts';
import type { DeliveryScope } from './collect-later.ts';
import type { Group } from './delivery-group.ts';

/** Which steps the parts of an answer wait for, by place and deliveries. */
export function compileWaits(steps: readonly Step[]): Pick<DeliveryScope, 'stepsFor' | 'stepsForItems'> {
  const places = steps.map(({ fetch }) => fetch.at.map(({ field }) => field).join('.'));
  const find = (at: string, isMeant: (deliveries: readonly string[]) => boolean): number[] =>
    steps.flatMap(({ fetch: { deliveries } }, index) => {
      const place = places[index]!;
      return deliveries && (isWithin(place, at) || isWithin(at, place)) && isMeant(deliveries) ? [index] : [];
    });
  const isFor = (deliveries: readonly string[], groups: readonly Group[]): boolean =>
    groups.every(({ name }) => deliveries.some((each) => each !== '' && isWithin(name, each)));
  return {
    stepsFor: (at, groups) => find(at, (deliveries) => isFor(deliveries, groups)),
    stepsForItems: (at, key, groups) =>
      find(
        at,
        (deliveries) => deliveries.includes(key) || groups.some((group) => isFor(deliveries, [group])),
      ),
  };
}
