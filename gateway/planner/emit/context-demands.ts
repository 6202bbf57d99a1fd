import { isFragment } from '../../delivery-name.ts';
import type { Condition, Conditions } from '../condition.ts';
import { type Delivery, type Group, INITIAL } from '../delivery.ts';
import { MAX_CONTEXT_ROUNDS } from '../limits.ts';
import { beyondLimit, notPlannable } from '../problem.ts';
import type { Scope, WantedPart } from '../search/scope.ts';
import { fieldWith, type Selection, type SelectionList, selectionList } from '../selection.ts';
import type { TakenValue, TrailStep } from './context-sources.ts';

/**
 * Values that fields take from objects further up, as something that is wanted there. Which they are is known once
 * the fields' fetches have been put at their paths; then the operation is solved again with these wanted, too.
 * Places of which nothing more is wanted are not solved again.
 */
export class ContextDemands {
  /** How variables for such values begin: no variable of the client's does. */
  readonly prefix: string;
  readonly #lists = new Map<string, SelectionList>();
  readonly #parts = new Map<string, { part: WantedPart; readonly rootKey: string }>();
  readonly #conditions: Conditions;
  readonly #isQuery: boolean;
  #rounds = 0;
  #isNew = false;

  /** @param isQuery root fields may be asked for by the gateway itself */
  constructor({ conditions }: Scope, variables: readonly string[], isQuery: boolean) {
    this.#conditions = conditions;
    this.#isQuery = isQuery;
    let prefix = 'fromContext';
    while (variables.some((name) => name.startsWith(prefix))) prefix += '_';
    this.prefix = prefix;
  }

  /** @returns whether something is wanted that was not wanted when the round began: then there must be another */
  endRound(): boolean {
    const isNew = this.#isNew;
    this.#isNew = false;
    this.#rounds = isNew ? this.#rounds + 1 : 0;
    if (this.#rounds > MAX_CONTEXT_ROUNDS)
      throw beyondLimit(
        'too many values from @fromContext need others in turn',
        MAX_CONTEXT_ROUNDS,
        'Ask for less in one operation.',
      );
    return isNew;
  }

  /** All that is wanted; below one root field, where it is named. */
  parts(rootKey?: string): WantedPart[] {
    const found: WantedPart[] = [];
    for (const each of this.#parts.values())
      if (rootKey === undefined || each.rootKey === rootKey) found.push(each.part);
    return found;
  }

  /**
   * @param trail the way to the fields that take the values
   * @param condition when these are asked for
   * @param delivery whom they are for
   */
  add(
    trail: readonly TrailStep[],
    taken: readonly TakenValue[],
    condition: Condition,
    delivery: Delivery,
  ): void {
    // Items of a list that come later may need what is around the list: that is had with it.
    const groups = delivery.groups.map((group) => (isFragment(group) ? group : INITIAL));
    for (const { argument, input } of taken) {
      for (const { level, types } of input.sources) {
        if (level === 0 && !this.#isQuery)
          throw notPlannable(
            `the context "${argument.context}" would take its value from a root field of a mutation or subscription.`,
          );
        const onTypes = types ?? trail[level]!.types;
        const list = this.#listOf(trail.slice(0, level), argument.selection, onTypes);
        for (const group of groups) this.#want(list, condition, group, trail[0]?.field.key ?? '');
      }
    }
  }

  #want(list: SelectionList, condition: Condition, group: Group, rootKey: string): void {
    const identity = `${list.id} ${group}`;
    const known = this.#parts.get(identity);
    const both = known ? this.#conditions.orWider(known.part.condition, condition) : condition;
    if (known?.part.condition === both) return;
    this.#isNew = true;
    this.#parts.set(identity, { part: { list, condition: both, group }, rootKey });
  }

  /** The selection at the end of the way; the same list whenever it is wanted. */
  #listOf(way: readonly TrailStep[], selection: SelectionList, onTypes: readonly string[]): SelectionList {
    const identity = `${way.map(({ field, wantedOn }) => `${field.key} ${wantedOn.join()}`).join('/')} ${selection.id} ${onTypes.join()}`;
    let list = this.#lists.get(identity);
    if (!list) {
      list = selectionList([onObjects(onTypes, selection)]);
      for (const { field, wantedOn } of way.toReversed())
        list = selectionList([onObjects(wantedOn, selectionList([fieldWith(field, list)]))]);
      this.#lists.set(identity, list);
    }
    return list;
  }
}

function onObjects(onTypes: readonly string[], below: SelectionList): Selection {
  return { kind: 'fragment', onTypes, guards: [], below };
}
