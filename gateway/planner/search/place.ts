import { type Delivery, isOnTime } from '../delivery.ts';
import { type ContextSet, NO_CONTEXTS } from '../model/contexts.ts';
import { isBare, NOTHING_PROVIDED, type Provided } from '../model/resolution.ts';
import { cover, type CoverResult, type Need } from './cover.ts';
import { collect } from './collect.ts';
import { checkNesting, type Entry, type Scope, type Wanted } from './scope.ts';
import { costOf, mergeAssigned, mergeHop, mergeLeft } from './merge.ts';
import type { Assigned, Hop, Solution } from './solution.ts';

/** Solves places; each (what is wanted, subgraph, type, provided) once. */
export class PlaceSolver {
  readonly scope: Scope;
  readonly #solved = new Map<string, Solution>();
  #serial = 0;
  /** How deep the place is that is being solved. */
  #levels = 0;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /** @param typeName the type of the place in the subgraph */
  solve(wanted: Wanted, at: GivenPlace, typeName: string): Solution {
    const { subgraph, provided, rivals, above, delivery } = at;
    if (rivals.length > 0) {
      const alone = this.solve(wanted, { ...at, rivals: [] }, typeName);
      if (!alone.meetsUnion) return alone;
    }
    const identity = `${wanted.id} ${subgraph} ${typeName} ${provided.id} ${rivals.join()} ${above.id} ${delivery.id}`;
    let solution = this.#solved.get(identity);
    if (!solution) {
      this.#levels += 1;
      checkNesting(this.#levels);
      solution = this.#solvePlace(wanted, at, typeName);
      this.#levels -= 1;
      this.#solved.set(identity, solution);
    }
    return solution;
  }

  #solvePlace(wanted: Wanted, at: GivenPlace, typeName: string): Solution {
    const { scope } = this;
    const { subgraph } = at;
    scope.step();
    const { model } = scope.resolutions;
    const possible = scope.resolutions.possible(subgraph, typeName, at.rivals);
    const isOpaque = (name: string): boolean =>
      model.types.get(name)?.in.get(subgraph)?.isInterfaceObject ?? false;
    const types = scope.typeSets.of(
      possible.flatMap((name) => (isOpaque(name) ? scope.objectsOf(name).names : [name])),
    );
    const entries = collect(scope, wanted, types);
    const place: Place = { ...at, locals: [], hops: new Map(), left: [] };
    for (const name of possible) {
      if (isOpaque(name)) this.#solveOpaque(place, name, entries);
      else
        this.#solveObject(
          place,
          name,
          entries.filter((entry) => entry.types.names.includes(name)),
        );
    }
    const locals = mergeAssigned(place.locals);
    const hops = [...place.hops.values()].toSorted((a, b) => a.level - b.level);
    const left = mergeLeft(scope, place.left);
    this.#serial += 1;
    return {
      id: this.#serial,
      subgraph,
      typeName,
      types,
      isOpaque: possible.some(isOpaque),
      meetsUnion:
        model.types.get(typeName)?.kind === 'union' ||
        locals.some(({ below }) => below?.meetsUnion) ||
        hops.some(({ parts }) =>
          parts.some(({ assigned }) => assigned.some(({ below }) => below?.meetsUnion)),
        ),
      locals,
      hops,
      left,
      cost: costOf(locals, hops, left),
    };
  }

  /** Objects whose type the subgraph tells. What comes later is covered by itself, so that nothing waits for it. */
  #solveObject(place: Place, typeName: string, entries: readonly Entry[]): void {
    const needs: Need[] = [];
    const later: Entry[] = [];
    for (const entry of entries) {
      if (entry.field.name === '__typename') continue;
      if (!isOnTime(entry.delivery, place.delivery)) later.push(entry);
      else if (!this.#assignLocally(place, typeName, entry)) needs.push({ entry });
    }
    this.#cover(place, typeName, needs);
    for (const [delivery, entries] of byDelivery(later))
      this.#cover(
        place,
        typeName,
        entries.map((entry) => ({ entry })),
        delivery,
      );
  }

  /**
   * Objects of an interface that the subgraph has as an object type. What all objects have, and nullable fields of
   * the interface, are asked for as they are; all else once another subgraph has told the concrete type.
   */
  #solveOpaque(place: Place, typeName: string, entries: readonly Entry[]): void {
    const { scope } = this;
    const { resolutions, conditions } = scope;
    const objects = scope.objectsOf(typeName);
    const needs: Need[] = [];
    const later: Entry[] = [];
    let isTypeWanted = conditions.never;
    for (const entry of entries) {
      const types = scope.typeSets.among(entry.types, objects.names);
      if (types.names.length === 0) continue;
      // Where types are open nothing is deferred; below it is.
      const { delivery } = place;
      const here =
        types === entry.types && entry.delivery === delivery ? entry : { ...entry, types, delivery };
      const isForAll = types === objects;
      if (entry.field.name === '__typename' || !isForAll)
        isTypeWanted = conditions.or(isTypeWanted, entry.condition);
      if (entry.field.name === '__typename') continue;
      const resolution = resolutions.resolve(place.subgraph, typeName, entry.field.name, place.provided);
      // A failure in a field that may not be null would take objects that did not ask for it.
      const isHarmless = resolution !== undefined && isBare(resolution) && !resolution.type.nonNull;
      if (!isForAll && !isHarmless) later.push(here);
      else if (!this.#assignLocally(place, typeName, here)) needs.push({ entry: here });
    }
    const unanswered = this.#tryCover(place, typeName, needs);
    const isUnanswered = (need: Need): boolean =>
      unanswered.some(({ field }) => field.key === need.entry.field.key);
    later.push(...needs.filter(isUnanswered).map(({ entry }) => entry));
    if (later.length === 0 && isTypeWanted === conditions.never) {
      this.#cover(place, typeName, needs);
      return;
    }
    const kept = needs.filter((need) => !isUnanswered(need));
    const condition = later.reduce((all, entry) => conditions.orWider(all, entry.condition), isTypeWanted);
    const typename = {
      kind: 'field',
      key: '__typename',
      name: '__typename',
      argumentText: '',
      variables: [],
      guards: [],
    } as const;
    const asked: Entry = { field: typename, types: objects, condition, delivery: place.delivery };
    const entry: Entry = { ...asked, below: scope.wantedOf([...later, asked]) };
    this.#cover(place, typeName, [...kept, { entry, isTypeUnknown: true }]);
  }

  /** Whether the fetch that gives the object gives the field, and there is no better way to think about. */
  #assignLocally(place: Place, typeName: string, entry: Entry): boolean {
    const { resolutions } = this.scope;
    const { name } = entry.field;
    const resolution = resolutions.resolve(place.subgraph, typeName, name, place.provided);
    if (!resolution || !isBare(resolution)) return false;
    const { type } = resolution;
    const assigned = { entry, types: [typeName], condition: entry.condition, type };
    if (!entry.below) {
      place.locals.push(assigned);
      return true;
    }
    const rivals = resolutions.rivals(place.subgraph, typeName, name, place.rivals);
    const above = resolutions.contexts.below(place.above, typeName);
    const { subgraph, delivery } = place;
    const { provided } = resolution;
    const below = this.solve(entry.below, { subgraph, provided, rivals, above, delivery }, type.name);
    const isBest = below.cost.missing === 0 && below.cost.depth === 0;
    if (
      !isBest &&
      (below.cost.missing > 0 ||
        resolutions.resolvers(typeName, name).some((each) => each !== place.subgraph))
    )
      return false;
    place.locals.push({ ...assigned, below });
    return true;
  }

  #cover(place: Place, typeName: string, needs: readonly Need[], delivery = place.delivery): void {
    if (needs.length === 0) return;
    const result = cover(this, place, typeName, needs, delivery);
    place.locals.push(...result.locals);
    for (const hop of result.hops) mergeHop(place.hops, hop);
    const { typeSets } = this.scope;
    const { names } = this.scope.objectsOf(typeName);
    for (const entry of result.left) {
      const siblings = entry.siblings ?? entry.types;
      place.left.push({ ...entry, types: typeSets.among(entry.types, names), siblings });
    }
  }

  /** The entries that cannot be had, without taking what can. */
  #tryCover(place: Place, typeName: string, needs: readonly Need[]): readonly Entry[] {
    return needs.length === 0 ? [] : cover(this, place, typeName, needs, place.delivery).left;
  }

  /** The root of an operation: every hop is a root fetch. */
  solveRoot(wanted: Wanted, typeName: string, isSingle: boolean): CoverResult {
    const { scope } = this;
    const entries = collect(scope, wanted, scope.typeSets.of([typeName]));
    const place: CoverPlace = {
      subgraph: undefined,
      provided: NOTHING_PROVIDED,
      rivals: scope.resolutions.model.subgraphs,
      above: NO_CONTEXTS,
      delivery: scope.deliveries.initial,
      isSingle,
    };
    const parts = byDelivery(entries.filter(({ field }) => !field.name.startsWith('__')));
    const results = Array.from(parts, ([delivery, own]) =>
      cover(
        this,
        place,
        typeName,
        own.map((entry) => ({ entry })),
        delivery,
      ),
    );
    return {
      locals: [],
      hops: results.flatMap(({ hops }) => hops),
      left: results.flatMap(({ left }) => left),
    };
  }
}

function byDelivery(entries: readonly Entry[]): ReadonlyMap<Delivery, Entry[]> {
  const parts = new Map<Delivery, Entry[]>();
  for (const entry of entries) {
    const part = parts.get(entry.delivery);
    if (part) part.push(entry);
    else parts.set(entry.delivery, [entry]);
  }
  return parts;
}

/** Where a cover starts. */
export interface CoverPlace {
  /** Which subgraph's fetch gives the objects; undefined = the root of the operation. */
  readonly subgraph: string | undefined;
  readonly provided: Provided;
  /** Other subgraphs that could give the objects along the same path. */
  readonly rivals: readonly string[];
  /** Whom that fetch is for. */
  readonly delivery: Delivery;
  /** Contexts that objects above the place carry. */
  readonly above: ContextSet;
  /** Nothing may be asked for twice: fields of a mutation. */
  readonly isSingle?: boolean;
}

/** A place whose objects some fetch gives. */
export interface GivenPlace extends CoverPlace {
  readonly subgraph: string;
}

interface Place extends GivenPlace {
  readonly locals: Assigned[];
  readonly hops: Map<string, Hop>;
  readonly left: Entry[];
}
