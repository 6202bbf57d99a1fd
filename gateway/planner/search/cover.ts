import { MAX_EXHAUSTIVE_CANDIDATES, MAX_THOROUGH_STEPS } from '../limits.ts';
import { candidatesOf, CoverOptions, type Option } from './options.ts';
import type { Delivery } from '../delivery.ts';
import type { CoverPlace, PlaceSolver } from './place.ts';
import type { Entry } from './scope.ts';
import { type Assigned, compareCosts, type Cost, type Hop, isSatisfied } from './solution.ts';
import { smallCover } from './set-cover.ts';
import { type Trial, tryHops } from './trial.ts';

/** A field that the place's own fetch does not give, or not all of it. */
export interface Need {
  readonly entry: Entry;
  /** The objects' type is to be found out, and what is below answered from there. */
  readonly isTypeUnknown?: boolean;
}

export interface CoverResult {
  readonly locals: readonly Assigned[];
  readonly hops: readonly Hop[];
  readonly left: readonly Entry[];
}

/**
 * Chooses the hops that give what is needed of objects of one type. With few candidates every set of subgraphs is
 * weighed, small ones first; with many, the set is grown greedily, and where that is not good enough all of them are
 * tried together and then left out one by one.
 *
 * @param delivery whom the hops are for
 */
export function cover(
  solver: PlaceSolver,
  place: CoverPlace,
  typeName: string,
  needs: readonly Need[],
  delivery: Delivery,
): CoverResult {
  const options = new CoverOptions(solver, place, typeName, delivery);
  const candidates = candidatesOf(options, needs);
  const attempt = (hops: readonly string[]): Trial => {
    solver.scope.step(needs.length);
    return tryHops(options, needs, hops);
  };
  const needed = [...new Set(needs.flatMap((need) => onlyHop(options.of(need))))];
  const optional = candidates.filter((hop) => !needed.includes(hop));
  const isLong = solver.scope.steps > MAX_THOROUGH_STEPS;
  const isWide = optional.length > MAX_EXHAUSTIVE_CANDIDATES || isLong;
  const greedy = isWide ? attempt(greedySet(options, needs, needed)) : undefined;
  // No set of hops is missing less, or is done sooner.
  if (greedy && isSatisfied(greedy.cost) && greedy.cost.depth <= leastDepth(options, needs)) return greedy;
  const all = attempt(candidates);
  if (all.used.every((hop) => needed.includes(hop))) return all;
  if (!greedy) return smallestSet(optional, all, (hops) => attempt([...needed, ...hops]));
  if (compareCosts(greedy.cost, all.cost) <= 0) return greedy;
  return isLong ? all : withoutNeedless(all, attempt);
}

/** No way of having all fields takes fewer fetches one after the other. */
function leastDepth(options: CoverOptions, needs: readonly Need[]): number {
  const depths = needs.map((need) =>
    options
      .of(need)
      .reduce(
        (least, way) => Math.min(least, (isWithPlace(way) ? 0 : 1) + (way.below?.cost.depth ?? 0)),
        Infinity,
      ),
  );
  return depths.reduce((most, depth) => Math.max(most, depth), 0);
}

/** Those that are needed, and as few others as give the rest. */
function greedySet(options: CoverOptions, needs: readonly Need[], needed: readonly string[]): string[] {
  const open: string[][] = [];
  for (const need of needs) {
    const ways = options.of(need);
    if (ways.some(isWithPlace)) continue;
    const hops = ways.flatMap(({ hop }) => (hop === undefined ? [] : [hop]));
    if (hops.length > 0 && !hops.some((hop) => needed.includes(hop))) open.push(hops);
  }
  return [...needed, ...smallCover(open)];
}

/** It comes with the place, and nothing that is to be there earlier waits for it. */
function isWithPlace({ hop, isHeld }: Option): boolean {
  return hop === undefined && !isHeld;
}

/** The subgraph without which the field cannot be had. */
function onlyHop(options: readonly Option[]): readonly string[] {
  const [first, ...others] = options.filter(({ isHeld }) => !isHeld);
  return first?.hop !== undefined && others.every(({ hop }) => hop === first.hop) ? [first.hop] : [];
}

/** Sets of `n` subgraphs before those of `n + 1`; stops after the first size that does as well as all together. */
function smallestSet(
  candidates: readonly string[],
  all: Trial,
  attempt: (hops: readonly string[]) => Trial,
): Trial {
  let best = all;
  for (let size = 0; size < Math.min(all.used.length, candidates.length); size++) {
    let isEnough = false;
    for (const hops of setsOf(candidates, size)) {
      const trial = attempt(hops);
      if (compareCosts(trial.cost, best.cost) < 0) best = trial;
      if (isAsGood(trial.cost, all.cost)) isEnough = true;
    }
    if (isEnough) break;
  }
  return best;
}

function isAsGood(cost: Cost, other: Cost): boolean {
  return cost.missing === other.missing && cost.held <= other.held && cost.depth <= other.depth;
}

function* setsOf(names: readonly string[], size: number, from = 0): Generator<string[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= names.length - size; index++)
    for (const rest of setsOf(names, size - 1, index + 1)) yield [names[index]!, ...rest];
}

function withoutNeedless(all: Trial, attempt: (hops: readonly string[]) => Trial): Trial {
  let best = all;
  for (const name of all.used) {
    if (!best.used.includes(name) || best.used.length === 1) continue;
    const trial = attempt(best.used.filter((each) => each !== name));
    if (compareCosts(trial.cost, best.cost) < 0) best = trial;
  }
  return best;
}
