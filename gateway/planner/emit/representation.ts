import type { RequiredSelection, Rewrite } from '../../compile/plan.ts';
import type { SupergraphModel } from '../model/supergraph-model.ts';
import type { FieldSelection, SelectionList } from '../selection.ts';
import type { FetchDraft } from './fetch-draft.ts';

/** What the representations of a fetch are made of: a fragment for each type of the objects. */
export function requiresOf(model: SupergraphModel, { representations }: FetchDraft): RequiredSelection[] {
  return Array.from(representations, ([onType, { lists }]) => ({
    onType,
    selections: [TYPENAME, ...requiredOf(model, onType, lists)],
  }));
}

/** A subgraph that has an interface as an object knows no other type's name. */
export function inputRewritesOf({ representations }: FetchDraft): Rewrite[] {
  return Array.from(representations, ([onType, { entity }]) => ({ onType, entity }))
    .filter(({ entity }) => entity.isInterfaceObject)
    .map(({ onType, entity }) => ({
      rewrite: 'set' as const,
      path: [{ onType }, '__typename'],
      value: entity.name,
    }));
}

const TYPENAME: RequiredSelection = { from: '__typename', name: '__typename' };

/** @param typeName the type of the object in the supergraph */
function requiredOf(
  model: SupergraphModel,
  typeName: string,
  lists: readonly SelectionList[],
): RequiredSelection[] {
  const fields = new Map<string, { readonly field: FieldSelection; readonly below: SelectionList[] }>();
  const fragments: RequiredSelection[] = [];
  for (const { selections } of lists) {
    for (const selection of selections) {
      if (selection.kind === 'fragment') {
        const { onType } = selection;
        const inner = requiredOf(model, onType ?? typeName, [selection.below]);
        fragments.push({ ...(onType === undefined ? {} : { onType }), selections: inner });
      } else if (selection.name !== '__typename') {
        const known = fields.get(selection.key) ?? { field: selection, below: [] };
        if (selection.below && !known.below.includes(selection.below)) known.below.push(selection.below);
        fields.set(selection.key, known);
      }
    }
  }
  const required = Array.from(fields.values(), ({ field, below }): RequiredSelection => {
    const bare = { from: field.key, name: field.name };
    if (below.length === 0) return bare;
    const inner = typeOfField(model, typeName, field.name);
    const isAbstract = inner !== undefined && model.types.get(inner)?.kind !== 'object';
    const selections = requiredOf(model, inner ?? '', below);
    return { ...bare, selections: isAbstract ? [TYPENAME, ...selections] : selections };
  });
  return [...required, ...fragments];
}

function typeOfField(model: SupergraphModel, typeName: string, field: string): string | undefined {
  const type = model.types.get(typeName);
  for (const name of [typeName, ...(type?.interfaces ?? [])])
    for (const local of model.types.get(name)?.fields.get(field)?.in.values() ?? []) return local.type.name;
  return undefined;
}
