import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { Deferrals } from '../compile/incremental.ts';
import { isIncluded, type Selections } from './collect-fields.ts';
import { earliest, type Group, type Groups, isOnTime } from './delivery-group.ts';

/** What the projection of an answer in parts knows. */
export interface DeliveryScope {
  readonly deferrals: Deferrals;
  readonly groups: Groups;
  /**
   * Whether a deferred fragment comes with all of its fields, also those that were told before it (the protocol of
   * 2022); otherwise each field comes once.
   */
  readonly repeats: boolean;
  /** The steps that must be done before what these groups want at a place, or below it, can be read. */
  stepsFor(at: string, groups: readonly Group[]): readonly number[];
  /** The same for the items of a streamed list, by its response key. */
  stepsForItems(at: string, key: string, groups: readonly Group[]): readonly number[];
}

/** Selections, and which deferred fragment they are in. */
export interface Selected {
  readonly set: SelectionSetNode;
  readonly group: Group;
}

/** The occurrences of one response key. */
export interface Collected {
  readonly nodes: readonly FieldNode[];
  /** Of each node. */
  readonly groups: readonly Group[];
}

export interface CollectedParts {
  /** What comes with the object. */
  readonly now: ReadonlyMap<string, Collected>;
  /** What comes later, by which groups want it. */
  readonly later: readonly {
    readonly groups: readonly Group[];
    readonly fields: ReadonlyMap<string, Collected>;
  }[];
  /** With `repeats`, the fragments as they are. */
  readonly fragments: ReadonlyMap<Group, readonly Selected[]>;
  /** Deferred fragments that begin here, outer ones first. */
  readonly opened: readonly Group[];
}

/** Like `collectFields`, for an answer in parts: the fields of a type that come with `current`, and those that come later. */
export function collectParts(
  selections: Selections,
  delivery: DeliveryScope,
  typename: string,
  selected: readonly Selected[],
  current: readonly Group[],
): CollectedParts {
  const { groups, deferrals, repeats } = delivery;
  const found = new Map<string, { nodes: FieldNode[]; groups: Group[] }>();
  const opened = new Set<Group>();
  const fragments = new Map<Group, Selected[]>();
  const spread = new Set<string>();
  const enter = (set: SelectionSetNode, around: Group, group: Group): void => {
    if (around !== group) opened.add(group);
    if (around === group || !repeats) {
      add({ set, group });
      return;
    }
    const known = fragments.get(group);
    if (known) known.push({ set, group });
    else fragments.set(group, [{ set, group }]);
  };
  const add = ({ set, group }: Selected): void => {
    for (const selection of set.selections) {
      if (!isIncluded(selection, selections.conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const known = found.get(key) ?? { nodes: [], groups: [] };
        found.set(key, known);
        known.nodes.push(selection);
        known.groups.push(group);
        continue;
      }
      const deferral = deferrals.get(selection);
      const inside = deferral?.kind === 'defer' ? groups.inside(group, deferral) : group;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        if (condition === undefined || selections.types.satisfies(typename, condition))
          enter(selection.selectionSet, group, inside);
        continue;
      }
      const name = selection.name.value;
      const identity = `${inside.name} ${name}`;
      if (spread.has(identity)) continue;
      spread.add(identity);
      const fragment = selections.fragments.get(name);
      if (fragment && selections.types.satisfies(typename, fragment.typeCondition.name.value))
        enter(fragment.selectionSet, group, inside);
    }
  };
  for (const each of selected) add(each);

  const now = new Map<string, Collected>();
  const later = new Map<string, { groups: readonly Group[]; fields: Map<string, Collected> }>();
  for (const [key, collected] of found) {
    const wanted = earliest(collected.groups, groups.root);
    if (isOnTime(wanted, current)) {
      now.set(key, collected);
      continue;
    }
    const names = wanted.map(({ index }) => index).join();
    const part = later.get(names) ?? { groups: wanted, fields: new Map<string, Collected>() };
    later.set(names, part);
    part.fields.set(key, collected);
  }
  return { now, later: [...later.values()], fragments, opened: [...opened] };
}
