import { isBare, type LocalEntity, NOTHING_PROVIDED, type Resolution } from '../model/resolution.ts';
import type { ContextArgument, Key, TypeReference } from '../model/supergraph-model.ts';
import type { Condition } from '../condition.ts';
import { type Delivery, INITIAL, isOnTime } from '../delivery.ts';
import type { SelectionList } from '../selection.ts';
import { collect } from './collect.ts';
import type { Need } from './cover.ts';
import type { CoverPlace, PlaceSolver } from './place.ts';
import type { Entry, Scope } from './scope.ts';
import type { Solution } from './solution.ts';
import { type Source, splitField, type SplitPart } from './split.ts';

/** One way to have a field: from the place's own fetch, or from a hop. */
export interface Option {
  /** The hop's subgraph; absent = the place's own fetch. */
  readonly hop?: string;
  readonly type: TypeReference;
  /** Must be in the representation, besides a key. */
  readonly requires?: SelectionList;
  /** Need values of objects further up. */
  readonly contexts?: readonly ContextArgument[];
  readonly below?: Solution;
  /** `below` goes on at the same place. */
  readonly isContinued?: boolean;
  /** The place's fetch would be held up by what is wanted later, and could be asked for apart. */
  readonly isHeld?: boolean;
}

const NO_RIVALS: readonly string[] = [];
const NO_WAYS: readonly Option[] = [];
const NO_LISTS: readonly SelectionList[] = [];
const NO_PARTS: readonly SplitPart[] = [];

/** The ways to have the fields of objects of one type at one place; each is found once. */
export class CoverOptions {
  readonly place: CoverPlace;
  readonly typeName: string;
  /** The place is of the query type: any subgraph can be asked for root fields. */
  readonly isQuery: boolean;
  readonly scope: Scope;
  /** Whom hops are for: as the place's own fetch, or later. */
  readonly delivery: Delivery;
  readonly #solver: PlaceSolver;
  readonly #options = new Map<Entry, readonly Option[]>();
  readonly #entries = new Map<SelectionList, Map<Condition, readonly Entry[]>>();
  #keysWith: ReadonlyMap<string, readonly SelectionList[]> | undefined;
  readonly #splits = new Map<Entry, Map<string, readonly SplitPart[]>>();
  readonly #leftovers = new Map<Solution, Entry>();

  constructor(solver: PlaceSolver, place: CoverPlace, typeName: string, delivery: Delivery) {
    this.#solver = solver;
    this.delivery = delivery;
    this.scope = solver.scope;
    this.place = place;
    this.typeName = typeName;
    this.isQuery =
      place.subgraph === undefined || typeName === solver.scope.resolutions.model.rootTypes.query;
  }

  /** How `subgraph` knows the objects, where it can be asked for them. */
  target(subgraph: string): LocalEntity | undefined {
    const entity = this.scope.resolutions.entity(subgraph, this.typeName);
    return entity && (this.isQuery || entity.keys.length > 0) ? entity : undefined;
  }

  keysOf(subgraph: string): readonly Key[] {
    return this.target(subgraph)?.keys ?? [];
  }

  /** Keys of the type that the subgraph's answer helps to fill in, its own included. */
  keysWith(subgraph: string): readonly SelectionList[] {
    return (this.#keysWith ??= this.#findKeysWith()).get(subgraph) ?? NO_LISTS;
  }

  #findKeysWith(): ReadonlyMap<string, readonly SelectionList[]> {
    const { always } = this.scope.conditions;
    const found = new Map<string, SelectionList[]>();
    const lists = new Set<SelectionList>();
    const anything: SelectionList[] = [];
    const { subgraphs } = this.scope.resolutions.model;
    for (const each of subgraphs) for (const { fields } of this.keysOf(each)) lists.add(fields);
    for (const list of lists) {
      const options = this.internal(list, always).flatMap((entry) => this.of({ entry }));
      // What a key field requires may come from anybody.
      if (options.some(({ requires }) => requires)) anything.push(list);
      else
        for (const hop of new Set(options.map((option) => option.hop ?? '')))
          found.set(hop, [...(found.get(hop) ?? []), list]);
    }
    if (anything.length > 0)
      for (const each of subgraphs) found.set(each, [...(found.get(each) ?? []), ...anything]);
    return found;
  }

  of({ entry, isTypeUnknown }: Need): readonly Option[] {
    let options = this.#options.get(entry);
    if (!options) {
      options = isTypeUnknown ? this.#tellers(entry) : this.#find(entry);
      this.#options.set(entry, options);
    }
    return options;
  }

  #find(entry: Entry): readonly Option[] {
    const { subgraph: here } = this.place;
    const subgraphs = this.#subgraphsWith(entry.field.name);
    const own = here !== undefined && subgraphs.includes(here) ? this.#waysOf(entry, here) : NO_WAYS;
    const local = own.find(({ hop, isHeld }) => hop === undefined && !isHeld);
    const found: Option[] = [];
    for (const subgraph of subgraphs) {
      if (subgraph === here) found.push(...own);
      else if (!local || !this.#isNoBetter(entry, subgraph, local))
        found.push(...this.#waysOf(entry, subgraph));
    }
    return found;
  }

  /** One way, or none; of what the place's fetch gives before it is wanted also that of a fetch for those who want it. */
  #waysOf(entry: Entry, subgraph: string): readonly Option[] {
    const { resolutions } = this.scope;
    const { place, typeName } = this;
    const { name } = entry.field;
    const isHere = subgraph === place.subgraph;
    const provided = isHere ? place.provided : NOTHING_PROVIDED;
    const resolution = resolutions.resolve(subgraph, typeName, name, provided);
    if (!resolution) return NO_WAYS;
    const { contextArguments: contexts } = resolution;
    if (contexts && (this.isQuery || !resolutions.contexts.has(place.above, contexts))) return NO_WAYS;
    const canHop = this.target(subgraph) !== undefined;
    if (!isHere || !isBare(resolution)) return canHop ? [this.#hopTo(subgraph, entry, resolution)] : NO_WAYS;
    const local = this.#way(entry, subgraph, resolution, place.delivery);
    if (!canHop || isOnTime(entry.delivery, place.delivery)) return [local];
    const held = { ...local, isHeld: true };
    // What only the path to the place provides, a hop does not give.
    const hopped = resolutions.resolve(subgraph, typeName, name, NOTHING_PROVIDED);
    if (!hopped) return [held];
    return [held, this.#hopTo(subgraph, entry, hopped)];
  }

  #hopTo(subgraph: string, entry: Entry, resolution: Resolution): Option {
    return { hop: subgraph, ...this.#way(entry, subgraph, resolution, this.delivery) };
  }

  #way(entry: Entry, subgraph: string, resolution: Resolution, delivery: Delivery): Option {
    const { resolutions } = this.scope;
    const { place, typeName } = this;
    const { type, requires, contextArguments: contexts, provided } = resolution;
    const above = resolutions.contexts.below(place.above, typeName);
    const rivals = resolutions.rivals(subgraph, typeName, entry.field.name, place.rivals);
    const at = { subgraph, provided, rivals, above, delivery };
    const below = entry.below && this.#solver.solve(entry.below, at, type.name);
    return {
      type,
      ...(requires ? { requires } : {}),
      ...(contexts ? { contexts } : {}),
      ...(below ? { below } : {}),
    };
  }

  /**
   * Whether a hop surely takes more fetches one after the other than asking for the field here, so that what is
   * below it there need not be solved: at least its own, and one more if the subgraph does not have all.
   * @param local holds nobody up
   */
  #isNoBetter(entry: Entry, subgraph: string, { below }: Option): boolean {
    if (!below || !entry.below) return true;
    if (below.cost.missing > 0 || below.cost.held > 0 || below.cost.depth > 1) return false;
    if (below.cost.depth === 0) return true;
    const { resolutions, typeSets } = this.scope;
    const type = resolutions.resolve(subgraph, this.typeName, entry.field.name, NOTHING_PROVIDED)?.type.name;
    if (type === undefined || resolutions.entity(subgraph, type)?.isInterfaceObject) return false;
    const possible = resolutions.possible(subgraph, type, NO_RIVALS);
    return collect(this.scope, entry.below, typeSets.of(possible)).some(
      ({ field, types }) =>
        field.name !== '__typename' &&
        types.names.some(
          (name) => resolutions.resolve(subgraph, name, field.name, NOTHING_PROVIDED) === undefined,
        ),
    );
  }

  /** What the place provides may be resolved nowhere else. */
  #subgraphsWith(field: string): readonly string[] {
    const { subgraph } = this.place;
    const resolvers = this.scope.resolutions.resolvers(this.typeName, field);
    return subgraph === undefined || resolvers.includes(subgraph) ? resolvers : [subgraph, ...resolvers];
  }

  /** Subgraphs that have the interface itself, with all of its types. */
  #tellers(entry: Entry): readonly Option[] {
    const { typeName } = this;
    const { resolutions } = this.scope;
    const { above } = this.place;
    const type: TypeReference = { text: typeName, name: typeName, nonNull: false, isComposite: true };
    return resolutions.entitySubgraphs(typeName).flatMap((hop): readonly Option[] => {
      if (resolutions.entity(hop, typeName)?.isInterfaceObject !== false || !entry.below) return [];
      const { delivery } = this;
      const place = { subgraph: hop, provided: NOTHING_PROVIDED, rivals: [], above, delivery };
      const below = this.#solver.solve(entry.below, place, typeName);
      return [{ hop, type, below, isContinued: true }];
    });
  }

  /** See `splitField`; found once for the same sources. */
  split(entry: Entry, sources: readonly Source[], depth: number): readonly SplitPart[] | undefined {
    const identity = `${depth} ${sources.map(({ option, level }) => `${option.hop ?? ''}:${level}`).join()}`;
    let ofEntry = this.#splits.get(entry);
    if (!ofEntry) this.#splits.set(entry, (ofEntry = new Map()));
    let parts = ofEntry.get(identity);
    if (!parts) {
      parts = splitField(this.#solver, this, entry, sources, depth) ?? NO_PARTS;
      ofEntry.set(identity, parts);
    }
    return parts.length > 0 ? parts : undefined;
  }

  /** The fields of a key or of `@requires`, as something to be had at this place. */
  internal(list: SelectionList, condition: Condition): readonly Entry[] {
    let ofList = this.#entries.get(list);
    if (!ofList) this.#entries.set(list, (ofList = new Map()));
    let entries = ofList.get(condition);
    if (!entries) {
      const { scope, typeName } = this;
      entries = collect(
        scope,
        scope.wanted([{ list, condition, group: INITIAL }]),
        scope.objectsOf(typeName),
      ).filter(({ field }) => field.name !== '__typename');
      ofList.set(condition, entries);
    }
    return entries;
  }

  /** What an option leaves of a field. */
  leftover(entry: Entry, below: Solution): Entry {
    let left = this.#leftovers.get(below);
    if (!left) {
      left = { ...entry, below: this.scope.wantedOf(below.left) };
      this.#leftovers.set(below, left);
    }
    return left;
  }

  /** One field of an interface is not put together from subgraphs that each have it for some of the types only. */
  isSplit({ left, types }: Solution): boolean {
    return left.some((entry) => {
      const all = entry.siblings ?? entry.types;
      return all.names.some(
        (name) =>
          types.names.includes(name) &&
          !left.some((each) => each.field.key === entry.field.key && each.types.names.includes(name)),
      );
    });
  }
}

/** Subgraphs that give something of what is needed, or of what a hop to one of them needs. */
export function candidatesOf(options: CoverOptions, needs: readonly Need[]): string[] {
  const found = new Set<string>();
  const pending: Need[] = [...needs];
  const seen = new Set<Entry>();
  const { always } = options.scope.conditions;
  const want = (list: SelectionList): void => {
    for (const entry of options.internal(list, always)) pending.push({ entry });
  };
  for (let need = pending.pop(); need; need = pending.pop()) {
    if (seen.has(need.entry)) continue;
    seen.add(need.entry);
    const ways = options.of(need);
    // What comes with the place at no further cost needs nobody else.
    if (ways.some(({ hop, below, isHeld }) => hop === undefined && !isHeld && isComplete(below))) continue;
    for (const { hop, requires } of ways) {
      if (requires) want(requires);
      if (hop === undefined || found.has(hop)) continue;
      found.add(hop);
      if (!options.isQuery) for (const { fields } of options.keysOf(hop)) want(fields);
    }
  }
  return options.scope.resolutions.model.subgraphs.filter((subgraph) => found.has(subgraph));
}

function isComplete(below: Solution | undefined): boolean {
  return !below || (below.cost.missing === 0 && below.cost.depth === 0);
}
