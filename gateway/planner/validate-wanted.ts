import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { guardsOf } from '../compile/field-tree.ts';
import { restKey } from '../delivery-name.ts';
import type { Resolutions } from './model/resolution.ts';
import { satisfies } from './model/supergraph-model.ts';
import { type Assignment, type Budget, hold } from './validate-assignments.ts';

interface WantedOptions {
  readonly resolutions: Resolutions;
  readonly assignment: Assignment;
  readonly budget: Budget;
}

/** What the operation selects of an object, for one assignment. */
export class WantedFields {
  readonly #options: WantedOptions;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #ids = new Map<SelectionSetNode, number>();

  constructor(options: WantedOptions, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#options = options;
    this.#fragments = fragments;
  }

  idOf(sets: readonly SelectionSetNode[]): string {
    return sets
      .map((set) => {
        let id = this.#ids.get(set);
        if (id === undefined) this.#ids.set(set, (id = this.#ids.size));
        return id;
      })
      .join();
  }

  /** Selection sets below each field, by response key. */
  of(sets: readonly SelectionSetNode[], typeName: string): ReadonlyMap<string, SelectionSetNode[]> {
    const fields = new Map<string, SelectionSetNode[]>();
    this.#collect(fields, sets, typeName);
    return fields;
  }

  #collect(
    fields: Map<string, SelectionSetNode[]>,
    sets: readonly SelectionSetNode[],
    typeName: string,
  ): void {
    const { resolutions, assignment, budget } = this.#options;
    for (const { selections } of sets) {
      budget.spend(selections.length);
      for (const selection of selections) {
        if (!hold(guardsOf(selection), assignment)) continue;
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          const below = fields.get(key) ?? [];
          if (selection.selectionSet) below.push(selection.selectionSet);
          fields.set(key, below);
          // Further items of a streamed list are wanted as much as the first ones.
          if (isStreamed(selection)) fields.set(restKey(key), below);
          continue;
        }
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
        const onType = fragment?.typeCondition?.name.value;
        if (fragment && (onType === undefined || satisfies(resolutions.model, typeName, onType)))
          this.#collect(fields, [fragment.selectionSet], typeName);
      }
    }
  }
}

/** Lists of scalars come whole. */
function isStreamed({ directives, selectionSet }: FieldNode): boolean {
  return selectionSet !== undefined && directives?.some(({ name }) => name.value === 'stream') === true;
}
