import type { ContextInput, ContextSource } from '../../compile/plan.ts';
import { valueIdentity } from '../model/contexts.ts';
import { type ContextArgument, satisfies, type SupergraphModel } from '../model/supergraph-model.ts';
import type { FieldSelection, SelectionList } from '../selection.ts';

/** One field on the way from the root to a place, with the objects that it is a field of. */
export interface TrailStep {
  readonly field: FieldSelection;
  /** The types for which the operation asks for it. */
  readonly wantedOn: readonly string[];
  /** The types that the objects can have. */
  readonly types: readonly string[];
  /** The objects' types may not be known yet. */
  readonly isOpaque: boolean;
}

/** A value that fields of a fetch take from further up. */
export interface TakenValue {
  readonly argument: ContextArgument;
  readonly input: ContextInput;
}

/**
 * Where each of the values can be found, nearest object first: an object that certainly carries the context is
 * the last one that is looked at.
 */
export function takenValues(
  model: SupergraphModel,
  trail: readonly TrailStep[],
  wanted: readonly ContextArgument[],
  prefix: string,
): TakenValue[] {
  const byIdentity = new Map<string, ContextArgument>();
  for (const argument of wanted) byIdentity.set(valueIdentity(argument), argument);
  const sorted = [...byIdentity].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, argument], index) => ({
    argument,
    input: {
      variable: `${prefix}_${index}`,
      type: argument.type,
      context: argument.context,
      sources: sourcesOf(model, trail, argument),
    },
  }));
}

function sourcesOf(
  model: SupergraphModel,
  trail: readonly TrailStep[],
  { context, selection }: ContextArgument,
): ContextSource[] {
  const carriers = model.contexts.get(context) ?? new Set<string>();
  const sources: ContextSource[] = [];
  for (let level = trail.length - 1; level >= 0; level--) {
    const { types, isOpaque } = trail[level]!;
    const possible = isOpaque ? withObjects(model, types) : types;
    const carrying = possible.filter((name) => carriers.has(name));
    if (carrying.length === 0) continue;
    const isCertain = !isOpaque && carrying.length === types.length;
    const byPath = new Map<string, { readonly path: readonly string[]; readonly types: string[] }>();
    for (const name of carrying) {
      const path = pathOf(model, name, selection) ?? [];
      const identity = path.join('.');
      const known = byPath.get(identity) ?? { path, types: [] };
      known.types.push(name);
      byPath.set(identity, known);
    }
    for (const { path, types: own } of byPath.values())
      sources.push({ level, ...(isCertain && byPath.size === 1 ? {} : { types: own.sort() }), path });
    if (isCertain) break;
  }
  return sources;
}

function withObjects(model: SupergraphModel, names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => [name, ...(model.types.get(name)?.objects ?? [])]))];
}

/** Response keys from an object of the type to the one value that the selection selects. */
function pathOf(
  model: SupergraphModel,
  typeName: string,
  list: SelectionList,
): readonly string[] | undefined {
  for (const selection of list.selections) {
    if (selection.kind === 'field') {
      // Below, the composer allows fields alone.
      const below = selection.below && pathOf(model, '', selection.below);
      return [selection.key, ...(below ?? [])];
    }
    const { onType, below } = selection;
    if (onType !== undefined && !satisfies(model, typeName, onType)) continue;
    const path = pathOf(model, typeName, below);
    if (path) return path;
  }
  return undefined;
}

/** The field with the arguments that the gateway fills in. */
export function withTaken(
  field: FieldSelection,
  contexts: readonly ContextArgument[],
  taken: readonly TakenValue[],
): FieldSelection {
  const texts = contexts.map((argument) => {
    const value = taken.find((each) => valueIdentity(each.argument) === valueIdentity(argument));
    return `${argument.name}:$${value?.input.variable ?? ''}`;
  });
  const own = field.argumentText.slice(1, -1);
  return { ...field, argumentText: `(${[...(own === '' ? [] : [own]), ...texts].join(',')})` };
}
