import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { TypeTable } from '../compile/type-table.ts';
import type { Variables } from '../compile/variables.ts';

/** Boolean variables decide which fields there are: with their values fixed, the fields are fixed. */
export interface Selections {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: Variables;
  readonly types: TypeTable;
}

/**
 * The fields of a type in query order, those with the same response key together: CollectFields of
 * section 6.3.2 of the GraphQL specification. `typename` is a concrete type, or an interface whose
 * concrete type is not known (an `@interfaceObject`).
 */
export function collectFields(
  selections: Selections,
  typename: string,
  sets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const add = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (!isIncluded(selection, selections.conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = fields.get(key);
        if (nodes) nodes.push(selection);
        else fields.set(key, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        if (condition === undefined || selections.types.satisfies(typename, condition))
          add(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = selections.fragments.get(selection.name.value);
        if (fragment && selections.types.satisfies(typename, fragment.typeCondition.name.value))
          add(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) add(set);
  return fields;
}

export function isIncluded(selection: SelectionNode, conditions: Variables): boolean {
  for (const directive of selection.directives ?? []) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const value = directive.arguments?.[0]?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? conditions[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    if (holds === (name === 'skip')) return false;
  }
  return true;
}

/** The variables that `@skip` and `@include` look at, sorted. */
export function conditionVariables(sets: readonly SelectionSetNode[]): string[] {
  const names = new Set<string>();
  for (const set of sets) {
    visit(set, {
      Directive(node) {
        if (node.name.value !== 'skip' && node.name.value !== 'include') return;
        const value = node.arguments?.[0]?.value;
        if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names].sort();
}
