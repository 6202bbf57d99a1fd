import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import { guardsOf } from '../compile/field-tree.ts';
import type { PathSegment, RequiredSelection } from '../compile/plan.ts';
import type { Resolutions } from './model/resolution.ts';
import { satisfies } from './model/supergraph-model.ts';
import { type Assignment, type Budget, hold } from './validate-assignments.ts';

/** A step's selection sets at one place. */
interface Source {
  readonly step: number;
  readonly sets: readonly SelectionSetNode[];
}

/** Objects at one place of the answer, as the steps of a run leave them. Interned by a `Given`. */
export interface GivenPlace {
  readonly id: number;
  /** Object types that the objects can have. */
  readonly types: readonly string[];
  readonly sources: readonly Source[];
  /** Steps that belong here or below, each with how much of its path lies behind. */
  readonly ahead: readonly { readonly step: number; readonly depth: number }[];
}

/** Who gives which field of an object of one type, by response key. */
export type GivenObject = ReadonlyMap<string, readonly GivenField[]>;

interface GivenField {
  readonly step: number;
  readonly nodes: FieldNode[];
}

export interface AskedOfEntity {
  readonly representation: readonly RequiredSelection[];
  /** The fields that are asked for. */
  readonly names: readonly string[];
}

/** What some steps of a plan give with one assignment of its condition variables, by place and type of object. */
export class Given {
  readonly #resolutions: Resolutions;
  readonly #steps: readonly Step[];
  readonly #keys: ResponseKeys;
  readonly #budget: Budget;
  readonly #assignment: Assignment;
  readonly #running: ReadonlySet<number>;
  readonly #places = new Map<string, GivenPlace>();
  readonly #objects = new Map<string, GivenObject>();
  readonly #setIds = new Map<SelectionSetNode, number>();

  /** @param running the steps that count */
  constructor(
    resolutions: Resolutions,
    plan: { readonly steps: readonly Step[]; readonly keys: ResponseKeys; readonly budget: Budget },
    assignment: Assignment,
    running: ReadonlySet<number>,
  ) {
    this.#resolutions = resolutions;
    this.#steps = plan.steps;
    this.#keys = plan.keys;
    this.#budget = plan.budget;
    this.#assignment = assignment;
    this.#running = running;
  }

  root(typeName: string): GivenPlace {
    const ahead = Array.from(this.#running, (step) => ({ step, depth: 0 }));
    return this.#intern([typeName], [], ahead);
  }

  object(place: GivenPlace, typeName: string): GivenObject {
    const identity = `${place.id} ${typeName}`;
    let object = this.#objects.get(identity);
    if (!object) this.#objects.set(identity, (object = this.#readObject(place, typeName)));
    return object;
  }

  /** The objects below a field that somebody gives; `undefined` = it has none. */
  below(place: GivenPlace, typeName: string, key: string): GivenPlace | undefined {
    const given = this.object(place, typeName).get(key) ?? [];
    const sources = given.flatMap(({ step, nodes }) => {
      const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      return sets.length > 0 ? [{ step, sets }] : [];
    });
    if (sources.length === 0) return undefined;
    const ahead = place.ahead.flatMap(({ step, depth }) => {
      const at = this.#steps[step]?.fetch.at ?? [];
      return isMeant(at, depth, typeName) && at[depth]?.field === key ? [{ step, depth: depth + 1 }] : [];
    });
    return this.#intern(this.#typesBelow(typeName, given), sources, ahead);
  }

  /** What the step asks of an object of the type, and by what; `undefined` = nothing. */
  asked(step: number, typeName: string): AskedOfEntity | undefined {
    const fetch = this.#steps[step]?.fetch;
    if (fetch?.node !== 'entityFetch' || !isMeant(fetch.at, fetch.at.length, typeName)) return undefined;
    for (const required of fetch.requires)
      if ('onType' in required && required.onType !== undefined && this.#is(typeName, required.onType)) {
        const fields = new Map<string, GivenField[]>();
        this.#collect(fields, step, this.#topOf(step), typeName);
        const names = [...fields.values()].flat().flatMap(({ nodes }) => nodes.map(({ name }) => name.value));
        return names.length > 0 ? { representation: required.selections, names } : undefined;
      }
    return undefined;
  }

  #readObject(place: GivenPlace, typeName: string): GivenObject {
    const fields = new Map<string, GivenField[]>();
    for (const { step, sets } of place.sources) this.#collect(fields, step, sets, typeName);
    for (const { step, depth } of place.ahead) {
      const fetch = this.#steps[step]?.fetch;
      if (fetch?.at.length !== depth || !isMeant(fetch.at, depth, typeName)) continue;
      if (fetch.node === 'fetch' || this.asked(step, typeName))
        this.#collect(fields, step, this.#topOf(step), typeName);
    }
    return fields;
  }

  /** What the step asks at its own place. */
  #topOf(step: number): readonly SelectionSetNode[] {
    const each = this.#steps[step];
    const sets = (each?.document.definitions ?? []).flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [definition.selectionSet] : [],
    );
    if (each?.fetch.node !== 'entityFetch') return sets;
    return sets.flatMap(({ selections: [entities] }) =>
      entities?.kind === Kind.FIELD && entities.selectionSet ? [entities.selectionSet] : [],
    );
  }

  #collect(
    fields: Map<string, GivenField[]>,
    step: number,
    sets: readonly SelectionSetNode[],
    typeName: string,
  ): void {
    const subgraph = this.#steps[step]?.fetch.subgraph ?? '';
    for (const { selections } of sets) {
      this.#budget.spend(selections.length);
      for (const selection of selections) {
        if (!hold(guardsOf(selection), this.#assignment)) continue;
        if (selection.kind === Kind.FIELD) {
          for (const key of this.#keys.allOf(selection)) {
            const known = fields.get(key) ?? [];
            fields.set(key, known);
            const own = known.find((each) => each.step === step);
            if (own) own.nodes.push(selection);
            else known.push({ step, nodes: [selection] });
          }
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const onType = selection.typeCondition?.name.value;
          if (onType === undefined || this.#isThere(subgraph, typeName, onType))
            this.#collect(fields, step, [selection.selectionSet], typeName);
        }
      }
    }
  }

  /** Types that every giving subgraph can mean. */
  #typesBelow(typeName: string, given: readonly GivenField[]): readonly string[] {
    let types: readonly string[] | undefined;
    for (const { step, nodes } of given) {
      const subgraph = this.#steps[step]?.fetch.subgraph ?? '';
      const own = this.#possible(subgraph, typeName, nodes[0]?.name.value ?? '');
      const common = types?.filter((name) => own.includes(name)) ?? own;
      types = common.length > 0 ? common : types;
    }
    return types ?? [];
  }

  #possible(subgraph: string, typeName: string, field: string): readonly string[] {
    const { model } = this.#resolutions;
    const local = this.#resolutions.entity(subgraph, typeName)?.name ?? typeName;
    const name = model.types.get(local)?.fields.get(field)?.in.get(subgraph)?.type.name ?? '';
    const type = model.types.get(name);
    const there = type?.in.get(subgraph)?.possible ?? [];
    const all = (there.length > 0 ? there : [name]).flatMap((each) => {
      const known = model.types.get(each);
      return known?.in.get(subgraph)?.isInterfaceObject === true ? [...known.objects] : [each];
    });
    if (type?.kind !== 'union') return all;
    // A member that not every subgraph has which gives the field may not be meant along this path.
    const givers = this.#resolutions.resolvers(typeName, field);
    const everywhere = all.filter((each) =>
      givers.every((giver) => type.in.get(giver)?.possible.includes(each) ?? true),
    );
    return everywhere.length > 0 ? everywhere : all;
  }

  #is(typeName: string, condition: string): boolean {
    return satisfies(this.#resolutions.model, typeName, condition);
  }

  /** Whether the subgraph takes an object of the type for one of `condition`. */
  #isThere(subgraph: string, typeName: string, condition: string): boolean {
    if (typeName === condition) return true;
    const local = this.#resolutions.model.types.get(condition)?.in.get(subgraph);
    if (!local || local.isInterfaceObject) return this.#is(typeName, condition);
    return local.possible.some((each) => each === typeName || this.#isObjectFor(subgraph, each, typeName));
  }

  #isObjectFor(subgraph: string, interfaceName: string, typeName: string): boolean {
    const local = this.#resolutions.model.types.get(interfaceName)?.in.get(subgraph);
    return local?.isInterfaceObject === true && this.#is(typeName, interfaceName);
  }

  #intern(
    types: readonly string[],
    sources: readonly Source[],
    ahead: readonly { readonly step: number; readonly depth: number }[],
  ): GivenPlace {
    this.#budget.spend(ahead.length);
    const identity = [
      types.join(),
      ...sources.map(({ step, sets }) => `${step}:${sets.map((set) => this.#idOf(set)).join()}`),
      ...ahead.map(({ step, depth }) => `${step}+${depth}`),
    ].join(' ');
    let place = this.#places.get(identity);
    if (!place)
      this.#places.set(identity, (place = { id: this.#places.size, types: [...types], sources, ahead }));
    return place;
  }

  #idOf(set: SelectionSetNode): number {
    let id = this.#setIds.get(set);
    if (id === undefined) this.#setIds.set(set, (id = this.#setIds.size));
    return id;
  }
}

/** Whether objects of the type are meant once so much of the path lies behind. */
export function isMeant(at: readonly PathSegment[], depth: number, typeName: string): boolean {
  const types = at[depth - 1]?.types;
  return types === undefined || types.includes(typeName);
}

/** Response keys of the fields of a plan's documents, after their output rewrites. */
export class ResponseKeys {
  readonly #renamed = new Map<FieldNode, string>();
  readonly #rests = new Map<FieldNode, string>();

  constructor(steps: readonly Step[]) {
    for (const { fetch, document } of steps) {
      const to = new Map<string, string>();
      const rests = new Map<string, string>();
      for (const rewrite of fetch.outputRewrites) {
        if (rewrite.rewrite === 'set') continue;
        const path = rewrite.path.filter((segment) => typeof segment === 'string').join('.');
        (rewrite.rewrite === 'rename' ? to : rests).set(path, rewrite.to);
      }
      for (const definition of document.definitions) {
        if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
        const top = fetch.node === 'entityFetch' ? undefined : '';
        if (to.size > 0) this.#visit(definition.selectionSet, top, to);
        if (rests.size > 0) this.#visitLists(definition.selectionSet, top, rests);
      }
    }
  }

  of(node: FieldNode): string {
    return this.#renamed.get(node) ?? aliasOf(node);
  }

  /** The key, and that of a streamed list's further items. */
  allOf(node: FieldNode): readonly string[] {
    const rest = this.#rests.get(node);
    return rest === undefined ? [this.of(node)] : [this.of(node), rest];
  }

  /** @param path undefined = above the entities; otherwise with aliases taken back */
  #visitLists(set: SelectionSetNode, path: string | undefined, to: ReadonlyMap<string, string>): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) this.#visitLists(selection.selectionSet, path, to);
      if (selection.kind !== Kind.FIELD) continue;
      const key = this.of(selection);
      const below = path === undefined ? '' : path === '' ? key : `${path}.${key}`;
      const rest = to.get(below);
      if (rest !== undefined) this.#rests.set(selection, rest);
      if (selection.selectionSet) this.#visitLists(selection.selectionSet, below, to);
    }
  }

  /** @param path undefined = above the entities, whose field does not count */
  #visit(set: SelectionSetNode, path: string | undefined, to: ReadonlyMap<string, string>): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) this.#visit(selection.selectionSet, path, to);
      if (selection.kind !== Kind.FIELD) continue;
      const below =
        path === undefined ? '' : path === '' ? aliasOf(selection) : `${path}.${aliasOf(selection)}`;
      const renamed = to.get(below);
      if (renamed !== undefined) this.#renamed.set(selection, renamed);
      if (selection.selectionSet) this.#visit(selection.selectionSet, below, to);
    }
  }
}

function aliasOf({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}
