import type { Condition } from '../condition.ts';
import { isOnTime } from '../delivery.ts';
import { isBare, NOTHING_PROVIDED } from '../model/resolution.ts';
import type { TypeReference } from '../model/supergraph-model.ts';
import { collect } from './collect.ts';
import type { CoverOptions, Option } from './options.ts';
import type { GivenPlace, PlaceSolver } from './place.ts';
import type { Entry, Wanted } from './scope.ts';
import { isSatisfied } from './solution.ts';

/** A way to have a field, and when its answer is there at the earliest. */
export interface Source {
  readonly option: Option;
  readonly level: number;
}

/** A part of a field, asked of one of those that can give it. */
export interface SplitPart {
  readonly option: Option;
  readonly entry: Entry;
  readonly depth: number;
}

interface Giver {
  readonly source: Source;
  /** Where what it gives is. */
  readonly at: GivenPlace;
}

/**
 * A field that several subgraphs give, asked of more than one of them at the same time: each gives what it has, so that
 * nothing has to be fetched by key afterwards. Only where the field is one object (with the fields of one object below
 * it, and so on): of lists each subgraph would have to tell the same items in the same order. All parts are for whom
 * the field is for: what is wanted later keeps it in one piece, and so does what would hold anybody up.
 * @param depth the parts must be there before it
 * @returns nothing if that is no way to be there sooner
 */
export function splitField(
  solver: PlaceSolver,
  options: CoverOptions,
  entry: Entry,
  sources: readonly Source[],
  depth: number,
): readonly SplitPart[] | undefined {
  const split = new Split(solver, options, depth);
  const givers = sources.flatMap((source) => split.giverOf(entry, source) ?? []);
  const assigned = givers.length > 1 ? split.assign(entry, givers) : undefined;
  if (!assigned || assigned.size < 2) return undefined;
  return split.parts(entry, assigned);
}

class Split {
  readonly #solver: PlaceSolver;
  readonly #options: CoverOptions;
  readonly #depth: number;

  constructor(solver: PlaceSolver, options: CoverOptions, depth: number) {
    this.#solver = solver;
    this.#options = options;
    this.#depth = depth;
  }

  giverOf({ field }: Entry, source: Source): Giver | undefined {
    const { resolutions } = this.#solver.scope;
    const { place, typeName, delivery } = this.#options;
    const { hop, isContinued } = source.option;
    const subgraph = hop ?? place.subgraph;
    if (subgraph === undefined || isContinued) return undefined;
    // The place's own fetch is for somebody else.
    if (hop === undefined && delivery !== place.delivery) return undefined;
    const provided = hop === undefined ? place.provided : NOTHING_PROVIDED;
    const resolution = resolutions.resolve(subgraph, typeName, field.name, provided);
    if (!resolution || !isBare(resolution) || !this.#isOneObject(subgraph, resolution.type)) return undefined;
    return {
      source,
      at: {
        subgraph,
        provided: resolution.provided,
        rivals: resolutions.rivals(subgraph, typeName, field.name, place.rivals),
        above: resolutions.contexts.below(place.above, typeName),
        delivery,
      },
    };
  }

  #isOneObject(subgraph: string, { text, name }: TypeReference): boolean {
    const type = this.#solver.scope.resolutions.model.types.get(name);
    return !text.includes('[') && type?.kind === 'object' && type.in.get(subgraph) !== undefined;
  }

  /** Which of them gives which fields below; `undefined` = some field comes too late from all of them. */
  assign({ field, below }: Entry, givers: readonly Giver[]): Map<Giver, Entry[]> | undefined {
    const [first] = givers;
    if (!first || !below) return undefined;
    const typeName = first.source.option.type.name;
    return field.below && this.#assignBelow(typeName, below, givers);
  }

  #assignBelow(typeName: string, wanted: Wanted, givers: readonly Giver[]): Map<Giver, Entry[]> | undefined {
    const { scope } = this.#solver;
    const assigned = new Map<Giver, Entry[]>();
    const give = (giver: Giver, entry: Entry): void => {
      const entries = assigned.get(giver);
      if (entries) entries.push(entry);
      else assigned.set(giver, [entry]);
    };
    for (const entry of collect(scope, wanted, scope.typeSets.of([typeName]))) {
      if (entry.field.name === '__typename') continue;
      if (!isOnTime(entry.delivery, this.#options.delivery)) return undefined;
      const able = givers.filter((giver) => this.#resolves(giver, typeName, entry));
      const [soonest] = able
        .map((giver) => ({
          giver,
          depth: this.#depthOf(giver, typeName, entry),
          isNew: !assigned.has(giver),
        }))
        .toSorted((a, b) => a.depth - b.depth || Number(a.isNew) - Number(b.isNew));
      if (soonest && soonest.depth < this.#depth) {
        give(soonest.giver, entry);
        continue;
      }
      const parts = this.#assignNested(typeName, entry, able);
      if (!parts) return undefined;
      for (const [giver, part] of parts) give(giver, part);
    }
    return assigned;
  }

  #assignNested(
    typeName: string,
    entry: Entry,
    givers: readonly Giver[],
  ): readonly (readonly [Giver, Entry])[] | undefined {
    const { resolutions } = this.#solver.scope;
    if (!entry.below || givers.length < 2) return undefined;
    const inner = new Map<Giver, Giver>();
    let name: string | undefined;
    for (const giver of givers) {
      const { source, at } = giver;
      const resolution = resolutions.resolve(at.subgraph, typeName, entry.field.name, at.provided);
      if (!resolution || !this.#isOneObject(at.subgraph, resolution.type)) return undefined;
      const { type, provided } = resolution;
      name = type.name;
      const rivals = resolutions.rivals(at.subgraph, typeName, entry.field.name, at.rivals);
      const above = resolutions.contexts.below(at.above, typeName);
      inner.set({ source, at: { ...at, provided, rivals, above } }, giver);
    }
    const assigned = name === undefined ? undefined : this.#assignBelow(name, entry.below, [...inner.keys()]);
    if (!assigned) return undefined;
    return this.#narrowed(entry, assigned).map(([giver, part]) => [inner.get(giver)!, part]);
  }

  #resolves({ at: { subgraph, provided } }: Giver, typeName: string, { field }: Entry): boolean {
    const resolution = this.#solver.scope.resolutions.resolve(subgraph, typeName, field.name, provided);
    return resolution !== undefined && isBare(resolution);
  }

  #depthOf({ source, at }: Giver, typeName: string, entry: Entry): number {
    if (!entry.below) return source.level;
    const { cost } = this.#solver.solve(this.#solver.scope.wantedOf([entry]), at, typeName);
    return isSatisfied(cost) ? source.level + cost.depth : Infinity;
  }

  /**
   * The field with a part of what is below it, for each giver. The first is asked whenever the field is wanted, so that
   * somebody tells whether the object is there; the others where their part is wanted.
   */
  #narrowed(entry: Entry, assigned: ReadonlyMap<Giver, readonly Entry[]>): (readonly [Giver, Entry])[] {
    const { scope } = this.#solver;
    const { conditions } = scope;
    const wantedWhen = (entries: readonly Entry[]): Condition =>
      entries.reduce((all, { condition }) => conditions.orWider(all, condition), conditions.never);
    const parts = [...assigned].map(([giver, entries]) => ({ giver, entries, when: wantedWhen(entries) }));
    const witness = parts.find(({ when }) => when === entry.condition) ?? parts[0];
    return parts.map((part) => [
      part.giver,
      {
        ...entry,
        below: scope.wantedOf(part.entries),
        condition: part === witness ? entry.condition : part.when,
      },
    ]);
  }

  /** @returns nothing if, put together, they come too late */
  parts(entry: Entry, assigned: ReadonlyMap<Giver, readonly Entry[]>): readonly SplitPart[] | undefined {
    const parts: SplitPart[] = [];
    for (const [{ source, at }, part] of this.#narrowed(entry, assigned)) {
      const { option, level } = source;
      const below = this.#solver.solve(part.below!, at, option.type.name);
      const depth = level + below.cost.depth;
      if (!isSatisfied(below.cost) || depth >= this.#depth) return undefined;
      parts.push({ option: { ...option, below }, entry: part, depth });
    }
    return parts;
  }
}
