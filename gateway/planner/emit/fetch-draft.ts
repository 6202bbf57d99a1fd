import type { Condition, Conditions } from '../condition.ts';
import type { Delivery } from '../delivery.ts';
import type { LocalEntity } from '../model/resolution.ts';
import type { TypeReference } from '../model/supergraph-model.ts';
import type { FieldSelection, SelectionList } from '../selection.ts';
import type { InitialCount } from '../../compile/incremental.ts';
import type { PathSegment } from '../../compile/plan.ts';
import type { TakenValue } from './context-sources.ts';

/** A fetch while the plan is being put together. */
export interface FetchDraft {
  readonly id: number;
  /** `root`: root fields, perhaps below a path; `entity`: by representations. */
  readonly kind: 'root' | 'entity';
  readonly subgraph: string;
  readonly path: readonly PathSegment[];
  readonly waitsFor: Set<FetchDraft>;
  readonly delivery: Delivery;
  /** Values that its fields take from further up. */
  readonly taken: readonly TakenValue[];
  readonly top: SelectedObject;
  /** By type of the objects, as the place knows it. */
  readonly representations: Map<string, Representing>;
}

export interface Representing {
  readonly entity: LocalEntity;
  readonly lists: SelectionList[];
  /** What is asked of objects of the type, as text. */
  asked: string;
}

/** What a fetch selects of an object. */
export interface SelectedObject {
  /** The type of the place in the subgraph; absent = the entities of an entity fetch. */
  readonly typeName?: string;
  /** The types that are asked for their name; of a place with a type, all. Nobody at the root of an operation. */
  readonly typenameOn: Set<string>;
  readonly fields: SelectedField[];
}

export interface SelectedField {
  readonly key: string;
  readonly field: FieldSelection;
  /** Types of the subgraph that the field is asked of. */
  types: readonly string[];
  /** Absent = always. */
  condition: Condition | undefined;
  readonly type: TypeReference;
  readonly below?: SelectedObject;
  /** How many items of the list come first; the others go to a key of their own. */
  splitAt?: InitialCount;
  /** The response key in the document, where it must not be `key`. */
  alias?: string;
}

/** Adds a field, or finds it where it is already. */
export function select(
  object: SelectedObject,
  { key, field, types, condition, type }: Omit<SelectedField, 'below' | 'alias' | 'splitAt'>,
  conditions: Conditions,
): SelectedField {
  for (const known of object.fields) {
    if (known.key !== key || known.field.argumentText !== field.argumentText) continue;
    if (sameNames(known.types, types)) {
      known.condition =
        known.condition && condition ? conditions.orWider(known.condition, condition) : undefined;
      return known;
    }
    if (!type.isComposite && known.condition === condition && known.type.text === type.text) {
      known.types = [...known.types, ...types.filter((name) => !known.types.includes(name))];
      return known;
    }
  }
  const added: SelectedField = {
    key,
    field,
    types,
    condition,
    type,
    ...(type.isComposite
      ? { below: { typeName: type.name, typenameOn: new Set([type.name]), fields: [] } }
      : {}),
  };
  object.fields.push(added);
  return added;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name) => b.includes(name)));
}
