import { isBare, type LocalEntity, NOTHING_PROVIDED, type Provided } from '../model/resolution.ts';
import type { ContextArgument, Key, TypeReference } from '../model/supergraph-model.ts';
import type { Condition } from '../condition.ts';
import { type Delivery, INITIAL, isOnTime } from '../delivery.ts';
import type { SelectionList } from '../selection.ts';
import { collect } from './collect.ts';
import type { Need } from './cover.ts';
import type { CoverPlace, PlaceSolver } from './place.ts';
import type { Entry, Scope } from './scope.ts';
import type { Solution } from './solution.ts';

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

  of({ entry, isTypeUnknown }: Need): readonly Option[] {
    let options = this.#options.get(entry);
    if (!options) {
      options = isTypeUnknown ? this.#tellers(entry) : this.#find(entry);
      this.#options.set(entry, options);
    }
    return options;
  }

  #find(entry: Entry): readonly Option[] {
    const { resolutions } = this.scope;
    const { place, typeName } = this;
    const { name } = entry.field;
    const found: Option[] = [];
    const above = resolutions.contexts.below(place.above, typeName);
    for (const subgraph of this.#subgraphsWith(name)) {
      const isHere = subgraph === place.subgraph;
      const provided = isHere ? place.provided : NOTHING_PROVIDED;
      const resolution = resolutions.resolve(subgraph, typeName, name, provided);
      if (!resolution) continue;
      const { type, requires, contextArguments: contexts } = resolution;
      if (contexts && (this.isQuery || !resolutions.contexts.has(place.above, contexts))) continue;
      const isLocal = isHere && isBare(resolution);
      const isApart = isHere && !isOnTime(entry.delivery, place.delivery);
      const canHop = this.target(subgraph) !== undefined;
      const rivals = resolutions.rivals(subgraph, typeName, name, place.rivals);
      const below = (provided: Provided, delivery: Delivery): Pick<Option, 'below'> => {
        if (!entry.below) return {};
        const at = { subgraph, provided, rivals, above, delivery };
        return { below: this.#solver.solve(entry.below, at, type.name) };
      };
      if (isLocal)
        found.push({
          type,
          ...below(resolution.provided, place.delivery),
          ...HELD[Number(isApart && canHop)],
        });
      if (!canHop || (isLocal && !isApart)) continue;
      // What only the path to the place provides, a hop does not give.
      const hopped = isLocal ? resolutions.resolve(subgraph, typeName, name, NOTHING_PROVIDED) : resolution;
      if (!hopped) continue;
      found.push({
        type,
        hop: subgraph,
        ...(requires ? { requires } : {}),
        ...(contexts ? { contexts } : {}),
        ...below(hopped.provided, this.delivery),
      });
    }
    return found;
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

const HELD = [{}, { isHeld: true }] as const;

function isComplete(below: Solution | undefined): boolean {
  return !below || (below.cost.missing === 0 && below.cost.depth === 0);
}
