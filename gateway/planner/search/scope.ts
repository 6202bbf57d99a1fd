import type { Condition, Conditions } from '../condition.ts';
import { Deliveries, type Delivery, type Group } from '../delivery.ts';
import { MAX_NESTING, MAX_SEARCH_STEPS } from '../limits.ts';
import type { Resolutions } from '../model/resolution.ts';
import { beyondLimit } from '../problem.ts';
import { type FieldSelection, fieldWith, type SelectionList, selectionList } from '../selection.ts';
import type { TypeSet, TypeSets } from './type-set.ts';

/** What is to be answered at one place: lists of selections, each under its condition. Interned. */
export interface Wanted {
  readonly id: number;
  readonly parts: readonly WantedPart[];
}

export interface WantedPart {
  readonly list: SelectionList;
  readonly condition: Condition;
  /** The deferred fragment that wants it; what of it is in further ones comes later. */
  readonly group: Group;
}

/** A field at one place, all of its occurrences as one. */
export interface Entry {
  readonly field: FieldSelection;
  /** Objects of these types are asked for it. */
  readonly types: TypeSet;
  readonly condition: Condition;
  readonly delivery: Delivery;
  readonly below?: Wanted;
  /** Those of the occurrences, where they differ. */
  readonly conditions?: readonly Condition[];
  /** All types of the occurrences, where the key is wanted differently of some. */
  readonly siblings?: TypeSet;
}

/** What the planning of one operation shares. */
export class Scope {
  readonly resolutions: Resolutions;
  readonly conditions: Conditions;
  readonly typeSets: TypeSets;
  readonly deliveries = new Deliveries();
  /** See `collect`. */
  readonly collected = new Map<Wanted, Map<TypeSet, readonly Entry[]>>();
  readonly #wanted = new Map<string, Wanted>();
  #steps = 0;

  constructor(resolutions: Resolutions, conditions: Conditions, typeSets: TypeSets) {
    this.resolutions = resolutions;
    this.conditions = conditions;
    this.typeSets = typeSets;
  }

  /** How much has been searched. */
  get steps(): number {
    return this.#steps;
  }

  /** @throws SluiceError `OPERATION_NOT_PLANNABLE` beyond `MAX_SEARCH_STEPS` */
  step(steps = 1): void {
    this.#steps += steps;
    if (this.#steps > MAX_SEARCH_STEPS)
      throw beyondLimit(
        'its search takes too many steps',
        MAX_SEARCH_STEPS,
        'Ask for less in one operation.',
      );
  }

  /** Objects of a type; of an interface, those of which nothing more is known count as one more type. */
  objectsOf(typeName: string): TypeSet {
    return this.typeSets.of([...(this.resolutions.model.types.get(typeName)?.objects ?? []), typeName]);
  }

  wanted(parts: readonly WantedPart[]): Wanted {
    const unique: WantedPart[] = [];
    for (const part of parts) if (!unique.some((each) => isSamePart(each, part))) unique.push(part);
    const text = unique.map(({ list, condition, group }) => `${list.id}:${condition.id}:${group}`).join();
    let known = this.#wanted.get(text);
    if (!known) this.#wanted.set(text, (known = { id: this.#wanted.size, parts: unique }));
    return known;
  }

  /** What is left of entries, as something to be answered elsewhere. */
  wantedOf(entries: readonly Entry[]): Wanted {
    return this.wanted(
      entries.flatMap(({ field, types, condition, delivery, below }) =>
        delivery.groups.map((group) => ({
          list: selectionList([
            { kind: 'fragment', onTypes: types.names, guards: [], below: listOf(field, below, group) },
          ]),
          condition,
          group,
        })),
      ),
    );
  }
}

function isSamePart(a: WantedPart, b: WantedPart): boolean {
  return a.list === b.list && a.condition === b.condition && a.group === b.group;
}

/** The field with what is left below it. The conditions and groups below are absolute: they are kept as they are. */
function listOf(field: FieldSelection, below: Wanted | undefined, group: Group): SelectionList {
  if (!below) return selectionList([{ ...field, guards: [] }]);
  const fragments = below.parts.flatMap(({ list, condition, group: inner }) =>
    condition.alternatives.map((guards) => ({
      kind: 'fragment' as const,
      guards,
      below: list,
      ...(inner === group ? {} : { group: inner }),
    })),
  );
  return selectionList([fieldWith(field, selectionList(fragments))]);
}

/** @throws SluiceError `OPERATION_NOT_PLANNABLE` beyond `MAX_NESTING` levels of fields or of fragments */
export function checkNesting(levels: number): void {
  if (levels > MAX_NESTING)
    throw beyondLimit('it is nested too deeply', MAX_NESTING, 'Ask for less in one operation.');
}
