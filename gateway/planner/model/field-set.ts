import { Kind, parse, type SelectionSetNode } from 'graphql';
import {
  convertField,
  type FieldSelection,
  type Selection,
  selectionList,
  type SelectionList,
} from '../selection.ts';

/** Reads the field sets of `@key`, `@requires` and `@provides`, each text once. */
export class FieldSets {
  readonly #lists = new Map<string, SelectionList>();
  readonly #aliases = new Map<string, string>();
  readonly #isTaken: (name: string) => boolean;

  /** @param isTaken whether a field of the schema has this name */
  constructor(isTaken: (name: string) => boolean) {
    this.#isTaken = isTaken;
  }

  /** @throws Error that names the place */
  read(text: string, place: string): SelectionList {
    let list = this.#lists.get(text);
    if (!list) this.#lists.set(text, (list = this.#convert(parseFieldSet(text, place))));
    return list;
  }

  #convert(set: SelectionSetNode): SelectionList {
    return selectionList(
      set.selections.flatMap((node): readonly Selection[] => {
        if (node.kind === Kind.FIELD) {
          const field = convertField(node, [], (below) => this.#convert(below));
          return [{ ...field, key: this.#keyOf(field) }];
        }
        if (node.kind === Kind.FRAGMENT_SPREAD) return [];
        const onType = node.typeCondition?.name.value;
        const below = this.#convert(node.selectionSet);
        return [{ kind: 'fragment', ...(onType === undefined ? {} : { onType }), guards: [], below }];
      }),
    );
  }

  /**
   * Clients' fields with arguments are called `name__0` and so on (compile/canonical.ts); those of field sets
   * `name__r0`: one alias per field and arguments, which no other field has.
   */
  #keyOf({ name, argumentText }: FieldSelection): string {
    if (argumentText === '') return name;
    const identity = `${name}${argumentText}`;
    let alias = this.#aliases.get(identity);
    if (alias === undefined) {
      let number = this.#aliases.size;
      while (this.#isTaken(`${name}__r${number}`)) number += 1;
      alias = `${name}__r${number}`;
      this.#aliases.set(identity, alias);
    }
    return alias;
  }
}

function parseFieldSet(text: string, place: string): SelectionSetNode {
  const bare = text.trim();
  try {
    const { definitions } = parse(bare.startsWith('{') ? bare : `{${bare}}`, { noLocation: true });
    const [definition] = definitions;
    if (definition?.kind === Kind.OPERATION_DEFINITION) return definition.selectionSet;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The field set "${text}" of ${place} cannot be read: ${reason}`, { cause });
  }
  throw new Error(`The field set "${text}" of ${place} is no selection of fields.`);
}
