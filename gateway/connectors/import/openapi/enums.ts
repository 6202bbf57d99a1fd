import type { SchemaView } from './schema-view.ts';
import type { TypeNames } from './type-names.ts';
import { constantCase, isEnumValueName } from '../names.ts';

export interface EnumType {
  readonly name: string;
  readonly description: string | undefined;
  readonly values: readonly { readonly name: string; readonly value: string }[];
  /** Whether the API's values are written otherwise than GraphQL's. */
  readonly isMapped: boolean;
}

/** Above this a mapping would be longer than what it is good for. */
const MAX_MAPPED = 100;

/** Enums of a schema; equal lists of values under the same last word are one enum. */
export class Enums {
  readonly all: EnumType[] = [];
  readonly #names: TypeNames;
  readonly #known = new Map<string, EnumType | undefined>();

  constructor(names: TypeNames) {
    this.#names = names;
  }

  /** Undefined if the values make no enum: a single one, or ones that no names can be made of. */
  of(view: SchemaView, place: string): EnumType | undefined {
    const { values } = view;
    if (!values || values.length < 2 || !values.every((v) => typeof v === 'string')) return undefined;
    const list = [...new Set(values)];
    const lastWord = /[A-Z]?[a-z0-9]*$/.exec(place)?.[0].toLowerCase() ?? '';
    const key = `${lastWord} ${JSON.stringify(list)}`;
    for (const known of [view.id, key]) if (this.#known.has(known)) return this.#known.get(known);
    const named = namesOf(list);
    const type = named && {
      name: this.#names.output(view.part, place),
      description: view.use.description,
      values: named,
      isMapped: named.some((v) => v.name !== v.value),
    };
    this.#known.set(view.id, type).set(key, type);
    if (type) this.all.push(type);
    return type;
  }
}

function namesOf(values: readonly string[]): EnumType['values'] | undefined {
  const asTheyAre = values.map((value) => ({ name: value, value }));
  const areNames = values.every(isEnumValueName);
  const names = values.map(enumName);
  const areTold = names.every((n) => n !== undefined) && new Set(names).size === names.length;
  const isSame = areTold && names.every((n, i) => n === values[i]);
  if (isSame || (areNames && (!areTold || values.length > MAX_MAPPED))) return asTheyAre;
  if (!areTold || values.length > MAX_MAPPED || values.some((v) => v.length > 200)) return undefined;
  return values.map((value, i) => ({ name: names[i]!, value }));
}

function enumName(value: string): string | undefined {
  if (value === '') return 'EMPTY';
  const name = constantCase(value);
  return name?.startsWith('__') === true ? undefined : name;
}

/** What is said about a text whose values make no enum. */
export function valuesNote(values: readonly unknown[] | undefined): string | undefined {
  if (!values || values.length === 0) return undefined;
  const shown = values
    .slice(0, 50)
    .map((v) => `\`${typeof v === 'string' ? v.slice(0, 100) : JSON.stringify(v)}\``);
  if (shown.length === 1) return `Always ${shown[0]}.`;
  return `One of ${shown.join(', ')}${values.length > shown.length ? ' …' : ''}.`;
}
