import { restKey } from '../../delivery-name.ts';
import type { PathSegment } from '../../compile/plan.ts';
import type { Condition, Conditions } from '../condition.ts';
import type { Deliveries, Delivery } from '../delivery.ts';
import { MAX_FETCHES } from '../limits.ts';
import { valueIdentity } from '../model/contexts.ts';
import type { Resolutions } from '../model/resolution.ts';
import { beyondLimit } from '../problem.ts';
import { clashes } from '../search/clashes.ts';
import { mergeAssigned } from '../search/merge.ts';
import type { Scope } from '../search/scope.ts';
import type { Assigned, Hop, HopPart, Solution } from '../search/solution.ts';
import type { ContextDemands } from './context-demands.ts';
import { type TakenValue, takenValues, type TrailStep, withTaken } from './context-sources.ts';
import { type FetchDraft, type Representing, select, type SelectedObject } from './fetch-draft.ts';

/** Where objects are: their path, and which types they can have. */
interface Position {
  readonly path: readonly PathSegment[];
  readonly types: readonly string[];
  /** The objects' types may not be known yet. */
  readonly isOpaque: boolean;
  /** Whom the objects are for. */
  readonly delivery: Delivery;
  /** The way there. */
  readonly trail: readonly TrailStep[];
}

/** Puts chosen solutions into fetches: the same place, subgraph and inputs are one fetch. */
export class Emitter {
  readonly drafts: FetchDraft[] = [];
  readonly #resolutions: Resolutions;
  readonly #conditions: Conditions;
  readonly #deliveries: Deliveries;
  readonly #demands: ContextDemands;
  readonly #known = new Map<string, FetchDraft[]>();

  /** @param demands told which values are wanted further up */
  constructor({ resolutions, conditions, deliveries }: Scope, demands: ContextDemands) {
    this.#resolutions = resolutions;
    this.#conditions = conditions;
    this.#deliveries = deliveries;
    this.#demands = demands;
  }

  /** The hops of an operation's root. */
  emitRoot(hops: readonly Hop[], typeName: string): void {
    const position = {
      path: [],
      types: [typeName],
      isOpaque: false,
      delivery: this.#deliveries.initial,
      trail: [],
    };
    this.#emitHops(hops, position, undefined, new Map());
  }

  /** @returns every fetch that was made for what is below */
  #emit(
    solution: Solution,
    draft: FetchDraft,
    object: SelectedObject,
    path: readonly PathSegment[],
    delivery: Delivery,
    trail: readonly TrailStep[],
  ): FetchDraft[] {
    const { locals, hops, types, isOpaque } = solution;
    const position = { path, types: types.names, isOpaque, delivery, trail };
    const below = new Map<string, FetchDraft[]>();
    const made: FetchDraft[] = [];
    for (const assigned of locals) {
      const nested = this.#emitField(assigned, assigned.types, draft, object, position);
      if (assigned.below) below.set(inputKey(undefined, assigned.entry.field.key, assigned.below), nested);
      made.push(...nested);
    }
    made.push(...this.#emitHops(hops, position, draft, below));
    return made;
  }

  /** @param names the types as the draft's subgraph knows them */
  #emitField(
    { entry, types, condition, type, below, contexts }: Assigned,
    names: readonly string[],
    draft: FetchDraft,
    object: SelectedObject,
    position: Position,
  ): FetchDraft[] {
    const { field } = entry;
    if (field.name === '__typename') {
      for (const name of names) object.typenameOn.add(name);
      return [];
    }
    const asked = contexts ? withTaken(field, contexts, draft.taken) : field;
    const selected = select(
      object,
      { key: field.key, field: asked, types: names, condition, type },
      this.#conditions,
    );
    if (!below || !selected.below) return [];
    const above = restricted(position, types);
    const path = [...above, { field: field.key }];
    const step = { field, wantedOn: entry.types.names, types, isOpaque: position.isOpaque };
    const trail = [...position.trail, step];
    const made = this.#emit(below, draft, selected.below, path, position.delivery, trail);
    if (field.stream === undefined || !type.text.startsWith('[')) return made;
    selected.splitAt = field.stream;
    // What its items need is the same of all of them, but the first ones do not wait for the others.
    const restPath = [...above, { field: restKey(field.key) }];
    const rest = this.#emit(below, draft, selected.below, restPath, this.#deliveries.of([field.key]), trail);
    return [...made, ...rest];
  }

  /** @param below the fetches that were made for fields of the place's own fetch */
  #emitHops(
    hops: readonly Hop[],
    position: Position,
    origin: FetchDraft | undefined,
    below: Map<string, FetchDraft[]>,
  ): FetchDraft[] {
    const made: FetchDraft[] = [];
    const byKey = new Map<string, FetchDraft>();
    const levels = new Set(hops.map(({ level }) => level));
    for (const level of levels) {
      const ofLevel = hops.filter((hop) => hop.level === level);
      const byDraft = new Map<FetchDraft, Hop[]>();
      for (const hop of ofLevel) {
        const draft = this.#draftOf(hop, position, origin, byKey, below);
        byKey.set(hop.key, draft);
        byDraft.set(draft, [...(byDraft.get(draft) ?? []), hop]);
      }
      for (const [draft, together] of byDraft)
        made.push(draft, ...this.#emitDraft(draft, together, position, below));
    }
    return made;
  }

  /** The fetch of a hop, which waits for whoever gives its inputs. */
  #draftOf(
    hop: Hop,
    { path, delivery, trail }: Position,
    origin: FetchDraft | undefined,
    byKey: ReadonlyMap<string, FetchDraft>,
    below: ReadonlyMap<string, FetchDraft[]>,
  ): FetchDraft {
    const waitsFor = new Set<FetchDraft>(origin ? [origin] : []);
    for (const { provider, fieldKey, below: solution } of hop.inputs) {
      const giving = provider === undefined ? origin : byKey.get(provider);
      if (giving) waitsFor.add(giving);
      if (solution)
        for (const each of below.get(inputKey(provider, fieldKey, solution)) ?? []) waitsFor.add(each);
    }
    const forWhom = hop.delivery ?? delivery;
    return this.#draftFor(hop, path, waitsFor, forWhom, this.#take(hop, trail, forWhom));
  }

  /** The values that the hop's fields take from further up, which are wanted there from now on. */
  #take({ contexts, parts }: Hop, trail: readonly TrailStep[], delivery: Delivery): readonly TakenValue[] {
    if (contexts.length === 0) return NOTHING_TAKEN;
    const { always, never } = this.#conditions;
    const taken = takenValues(this.#resolutions.model, trail, contexts, this.#demands.prefix);
    const condition = parts
      .flatMap(({ assigned }) => assigned)
      .reduce<Condition>((all, each) => this.#conditions.orWider(all, each.condition ?? always), never);
    this.#demands.add(trail, taken, condition, delivery);
    return taken;
  }

  /** What all hops of one fetch ask for. */
  #emitDraft(
    draft: FetchDraft,
    hops: readonly Hop[],
    position: Position,
    below: Map<string, FetchDraft[]>,
  ): FetchDraft[] {
    const made: FetchDraft[] = [];
    const parts = hops.flatMap((hop) => hop.parts);
    const localNames = new Map(parts.map(({ typeName, entity }) => [typeName, entity.name]));
    const inside = { ...position, delivery: draft.delivery };
    for (const assigned of mergeAssigned(parts.flatMap((part) => part.assigned))) {
      const names = [...new Set(assigned.types.map((name) => localNames.get(name) ?? name))];
      const nested = this.#emitField(assigned, names, draft, draft.top, inside);
      const solution = assigned.below;
      if (solution)
        for (const { key } of hops) below.set(inputKey(key, assigned.entry.field.key, solution), nested);
      made.push(...nested);
    }
    for (const { continued } of parts)
      if (continued)
        made.push(...this.#emit(continued, draft, draft.top, position.path, draft.delivery, position.trail));
    return made;
  }

  #draftFor(
    hop: Hop,
    path: readonly PathSegment[],
    waitsFor: Set<FetchDraft>,
    delivery: Delivery,
    taken: readonly TakenValue[],
  ): FetchDraft {
    const inputs = [...waitsFor].map(({ id }) => id).sort((a, b) => a - b);
    const identity = `${hop.kind} ${hop.subgraph} ${inputs.join()} ${JSON.stringify(path)} ${delivery.id} ${takenIdentity(taken)}`;
    const known = this.#known.get(identity) ?? [];
    let draft = known.find((each) => hop.parts.every((part) => fits(each, part)));
    if (!draft) {
      if (this.drafts.length >= MAX_FETCHES)
        throw beyondLimit('it needs too many requests', MAX_FETCHES, 'Ask for less in one operation.');
      const query = this.#resolutions.model.rootTypes.query;
      const [first] = hop.parts;
      draft = {
        id: this.drafts.length,
        kind: hop.kind === 'query' ? 'root' : 'entity',
        subgraph: hop.subgraph,
        path,
        waitsFor,
        delivery,
        taken,
        top: {
          ...(hop.kind === 'query' ? { typeName: first?.entity.name ?? query } : {}),
          typenameOn: new Set<string>(),
          fields: [],
        },
        representations: new Map<string, Representing>(),
      };
      this.drafts.push(draft);
      this.#known.set(identity, [...known, draft]);
    }
    for (const part of hop.parts) {
      const { typeName, entity, representation } = part;
      const representing = draft.representations.get(typeName) ?? { entity, lists: [], asked: '' };
      const asked = askedBy(part);
      if (representing.asked !== asked)
        representing.asked = representing.asked === '' ? asked : `${representing.asked}|${asked}`;
      for (const list of representation)
        if (!representing.lists.includes(list)) representing.lists.push(list);
      draft.representations.set(typeName, representing);
    }
    return draft;
  }
}

const NOTHING_TAKEN: readonly TakenValue[] = [];

/** Empty for the common case. */
function takenIdentity(taken: readonly TakenValue[]): string {
  return taken.length === 0
    ? ''
    : JSON.stringify(taken.map(({ argument, input }) => [valueIdentity(argument), input]));
}

/**
 * One representation cannot have a field twice, with different arguments. And a subgraph that has an interface as
 * an object cannot tell types apart: what is asked of one is asked of all.
 */
function fits({ representations }: FetchDraft, part: HopPart): boolean {
  const { typeName, entity, representation } = part;
  if (entity.isInterfaceObject && representations.size > 0) {
    const isAlone = representations.size === 1 && representations.has(typeName);
    const asked = askedBy(part);
    for (const each of representations.values()) if (!isAlone && each.asked !== asked) return false;
  }
  const known = representations.get(typeName);
  return !known || !clashes([...new Set([...known.lists, ...representation])]);
}

function askedBy({ assigned, representation }: HopPart): string {
  const fields = assigned.map(
    ({ entry, condition, below }) => `${entry.field.key} ${condition?.id} ${below?.id}`,
  );
  return [...fields.sort(), ...representation.map(({ id }) => id)].join();
}

function inputKey(provider: string | undefined, fieldKey: string, below: Solution): string {
  return `${provider ?? ''}/${fieldKey}/${below.id}`;
}

/** The path to objects of these types only. */
function restricted(
  { path, types: all, isOpaque }: Position,
  types: readonly string[],
): readonly PathSegment[] {
  const last = path.at(-1);
  if (!last || isOpaque || types.length >= all.length) return path;
  return [...path.slice(0, -1), { ...last, types: [...types].sort() }];
}
