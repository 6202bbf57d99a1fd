import { notPlannable } from './problem.ts';
import type { Resolutions } from './model/resolution.ts';
import type { Entry } from './search/scope.ts';
import type { Selection } from './selection.ts';

/** @throws SluiceError that names a field which no subgraph can answer here */
export function refuseLeft(resolutions: Resolutions, typeName: string, left: readonly Entry[]): void {
  const [entry] = left;
  if (!entry) return;
  const path = [entry.field.name];
  let selections = entry.below?.parts.flatMap(({ list }) => list.selections) ?? [];
  for (let field = firstField(selections); field; field = firstField(selections)) {
    path.push(field.name);
    selections = [...(field.below?.selections ?? [])];
  }
  const context = contextOf(resolutions, path.at(-1) ?? '');
  throw notPlannable(
    context !== undefined
      ? `the field "${path.join('.')}" takes a value from the context "${context}", which no object around it has here.`
      : `no subgraph can answer the field "${path.join('.')}" of ${typeName} here. The supergraph lacks a key or a way to it.`,
  );
}

/** A context that some field of this name takes a value from. */
function contextOf({ model }: Resolutions, field: string): string | undefined {
  for (const type of model.types.values())
    for (const { contextArguments } of type.fields.get(field)?.in.values() ?? [])
      if (contextArguments?.[0]) return contextArguments[0].context;
  return undefined;
}

function firstField(selections: readonly Selection[]): Extract<Selection, { kind: 'field' }> | undefined {
  for (const selection of selections) {
    const found = selection.kind === 'field' ? selection : firstField(selection.below.selections);
    if (found && found.name !== '__typename') return found;
  }
  return undefined;
}
