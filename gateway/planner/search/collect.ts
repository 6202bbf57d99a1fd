import type { Condition } from '../condition.ts';
import type { Group } from '../delivery.ts';
import type { FieldSelection } from '../selection.ts';
import { checkNesting, type Entry, type Scope, type Wanted, type WantedPart } from './scope.ts';
import type { TypeSet } from './type-set.ts';

interface Occurrence {
  readonly field: FieldSelection;
  readonly types: TypeSet;
  readonly condition: Condition;
  readonly group: Group;
}

/**
 * The fields that are wanted at a place, in the order of their first occurrence (section 6.3.2 of the GraphQL
 * specification, "CollectFields", for all types and conditions at once). A key that different types select
 * differently gives several entries, with types that do not overlap.
 */
export function collect(scope: Scope, wanted: Wanted, types: TypeSet): readonly Entry[] {
  const ofTypes = collectedOf(scope, wanted);
  let entries = ofTypes.get(types);
  if (!entries) ofTypes.set(types, (entries = collectEntries(scope, wanted, types)));
  return entries;
}

/** Many subgraphs are asked the same: what it is, is found out once. */
function collectedOf({ collected }: Scope, wanted: Wanted): Map<TypeSet, readonly Entry[]> {
  let ofTypes = collected.get(wanted);
  if (!ofTypes) collected.set(wanted, (ofTypes = new Map()));
  return ofTypes;
}

function collectEntries(scope: Scope, wanted: Wanted, types: TypeSet): Entry[] {
  const found = new Map<string, Occurrence[]>();
  const seen = new Set<string>();
  const walk = ({ list, condition, group }: WantedPart, types: TypeSet, levels: number): void => {
    checkNesting(levels);
    // A fragment that is spread again and again says nothing new.
    const identity = `${list.id} ${types.id} ${condition.id} ${group}`;
    if (seen.has(identity)) return;
    seen.add(identity);
    scope.step();
    for (const selection of list.selections) {
      const under = scope.conditions.and(condition, selection.guards);
      if (under === scope.conditions.never) continue;
      if (selection.kind === 'field') {
        const occurrence = { field: selection, types, condition: under, group };
        const known = found.get(selection.key);
        if (known) known.push(occurrence);
        else found.set(selection.key, [occurrence]);
        continue;
      }
      let narrowed = types;
      if (selection.onType !== undefined) narrowed = scope.typeSets.narrow(types, selection.onType);
      if (selection.onTypes) narrowed = scope.typeSets.among(narrowed, selection.onTypes);
      if (narrowed.names.length === 0) continue;
      let inside = selection.group ?? group;
      if (selection.defer !== undefined) inside = scope.deliveries.inside(inside, selection.defer);
      walk({ list: selection.below, condition: under, group: inside }, narrowed, levels + 1);
    }
  };
  for (const part of wanted.parts) walk(part, types, 0);
  const entries: Entry[] = [];
  for (const occurrences of found.values()) entries.push(...entriesOf(scope, occurrences));
  return entries;
}

function entriesOf(scope: Scope, occurrences: readonly Occurrence[]): Entry[] {
  const [first] = occurrences;
  if (first && occurrences.every(({ types }) => types === first.types))
    return [entryOf(scope, first.types, occurrences)];
  const groups = new Map<string, { names: string[]; occurrences: Occurrence[] }>();
  const byType = new Map<string, { text: string; occurrences: Occurrence[] }>();
  for (const [index, occurrence] of occurrences.entries()) {
    for (const name of occurrence.types.names) {
      const of = byType.get(name) ?? { text: '', occurrences: [] };
      of.text += `${index},`;
      of.occurrences.push(occurrence);
      byType.set(name, of);
    }
  }
  for (const [name, { text, occurrences: own }] of byType) {
    const group = groups.get(text);
    if (group) group.names.push(name);
    else groups.set(text, { names: [name], occurrences: own });
  }
  return Array.from(groups.values(), (group) => ({
    ...entryOf(scope, scope.typeSets.of(group.names), group.occurrences),
    siblings: scope.typeSets.of(group.occurrences.flatMap(({ types }) => types.names)),
  }));
}

function entryOf(scope: Scope, types: TypeSet, occurrences: readonly Occurrence[]): Entry {
  let condition = scope.conditions.never;
  const parts: WantedPart[] = [];
  for (const occurrence of occurrences) {
    condition = scope.conditions.or(condition, occurrence.condition);
    const { below } = occurrence.field;
    const { condition: own, group } = occurrence;
    if (below) parts.push({ list: below, condition: own, group });
  }
  const { field } = occurrences[0]!;
  const conditions = new Set(occurrences.map((occurrence) => occurrence.condition));
  return {
    field,
    types,
    condition,
    delivery: scope.deliveries.of(occurrences.map(({ group }) => group)),
    ...(field.below ? { below: scope.wanted(parts) } : {}),
    ...(conditions.size > 1 ? { conditions: [...conditions] } : {}),
  };
}
