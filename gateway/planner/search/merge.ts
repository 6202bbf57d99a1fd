import { valueIdentity } from '../model/contexts.ts';
import type { Entry, Scope } from './scope.ts';
import { type Assigned, type Cost, FREE, type Hop, type Solution } from './solution.ts';

/** The same field for several types, once. */
export function mergeAssigned(all: readonly Assigned[]): Assigned[] {
  const merged = new Map<string, Assigned>();
  const fields = new Map<unknown, number>();
  for (const assigned of all) {
    const { field } = assigned.entry;
    const number = fields.get(field) ?? fields.size;
    fields.set(field, number);
    const taken = assigned.contexts?.map((each) => `${each.name} ${valueIdentity(each)}`).join() ?? '';
    const identity = `${number} ${assigned.below?.id} ${assigned.condition?.id} ${assigned.type.text} ${taken}`;
    const known = merged.get(identity);
    merged.set(identity, known ? { ...known, types: union(known.types, assigned.types) } : assigned);
  }
  return [...merged.values()];
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  const added = b.filter((name) => !a.includes(name));
  return added.length === 0 ? a : [...a, ...added];
}

export function mergeHop(hops: Map<string, Hop>, hop: Hop): void {
  const known = hops.get(hop.key);
  if (!known) {
    hops.set(hop.key, hop);
    return;
  }
  hops.set(hop.key, {
    ...known,
    level: Math.max(known.level, hop.level),
    contexts: [...known.contexts, ...hop.contexts],
    inputs: [...known.inputs, ...hop.inputs],
    parts: [...known.parts, ...hop.parts],
  });
}

export function mergeLeft(scope: Scope, left: readonly Entry[]): Entry[] {
  const merged = new Map<string, Entry>();
  for (const entry of left) {
    const identity = `${entry.field.key} ${entry.below?.id} ${entry.condition.id} ${entry.delivery.id}`;
    const known = merged.get(identity);
    merged.set(
      identity,
      known ? { ...known, types: scope.typeSets.of([...known.types.names, ...entry.types.names]) } : entry,
    );
  }
  return [...merged.values()];
}

export function costOf(locals: readonly Assigned[], hops: readonly Hop[], left: readonly Entry[]): Cost {
  let { held, depth, fetches, later, fields } = FREE;
  const add = (level: number, below: Solution | undefined): void => {
    if (below) {
      depth = Math.max(depth, level + below.cost.depth);
      fetches += below.cost.fetches;
      fields += below.cost.fields;
      held += below.cost.held;
    }
    later += level > 0 ? 1 + (below?.cost.fields ?? 0) : (below?.cost.later ?? 0);
    fields += 1;
  };
  for (const { below, isHeld } of locals) {
    add(0, below);
    if (isHeld) held += 1;
  }
  fetches += new Set(hops.map(({ key }) => key.replace(/@[^[]*/, ''))).size;
  for (const { level, parts } of hops) {
    depth = Math.max(depth, level);
    const counted = new Set<Solution>();
    for (const { assigned, continued } of parts) {
      for (const { below } of assigned) {
        if (below && counted.has(below)) continue;
        if (below) counted.add(below);
        add(level, below);
      }
      if (continued) add(level, continued);
    }
  }
  return { missing: left.length, held, depth, fetches, later, fields };
}
