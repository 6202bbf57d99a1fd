import type { Guard } from '../../compile/field-tree.ts';
import { alternativesGiven, conjunction } from '../condition.ts';
import type { CompositeType, SupergraphModel } from '../model/supergraph-model.ts';
import type { SelectedField, SelectedObject } from './fetch-draft.ts';

/** A selection as text, with the client's variables that it uses. */
export interface Printed {
  readonly text: string;
  readonly variables: ReadonlySet<string>;
}

/** @param given guards that are known to hold */
export function printSelection(
  model: SupergraphModel,
  subgraph: string,
  object: SelectedObject,
  given: readonly Guard[],
): Printed {
  const variables = new Set<string>();
  const text = new Printer(model, subgraph, variables).object(object, given);
  return { text, variables };
}

class Printer {
  readonly #model: SupergraphModel;
  readonly #subgraph: string;
  readonly #variables: Set<string>;

  constructor(model: SupergraphModel, subgraph: string, variables: Set<string>) {
    this.#model = model;
    this.#subgraph = subgraph;
    this.#variables = variables;
  }

  object(object: SelectedObject, given: readonly Guard[]): string {
    const parts: string[] = [];
    const onTypes = new Map<string, string[]>();
    for (const name of object.typenameOn) {
      if (name === object.typeName) parts.push('__typename');
      else onTypes.set(name, ['__typename']);
    }
    const types = this.#typesOf(object);
    for (const field of object.fields) {
      const printed = this.#field(field, given);
      if (printed.length === 0) continue;
      for (const condition of this.#coverOf(object, types, field)) {
        if (condition === undefined) {
          parts.push(...printed);
          continue;
        }
        const known = onTypes.get(condition);
        if (known) known.push(...printed);
        else onTypes.set(condition, [...printed]);
      }
    }
    for (const [name, fields] of onTypes) parts.push(`...on ${name}{${fields.join(' ')}}`);
    return `{${parts.length > 0 ? parts.join(' ') : '__typename'}}`;
  }

  /** Once for each combination of conditions under which it is selected. */
  #field({ key, field, alias, condition, below }: SelectedField, given: readonly Guard[]): string[] {
    for (const name of field.variables) this.#variables.add(name);
    const responseKey = alias ?? key;
    const head = `${responseKey === field.name ? '' : `${responseKey}:`}${field.name}${field.argumentText}`;
    const alternatives = condition ? alternativesGiven(condition, given) : ALWAYS;
    return alternatives.map((guards) => {
      const known = guards.length === 0 ? given : (conjunction(given, guards) ?? given);
      const selection = below ? this.object(below, known) : '';
      return this.#guarded(guards, head, selection);
    });
  }

  /** `@include` and `@skip` may stand once each: further ones go to fragments around. */
  #guarded(guards: readonly Guard[], head: string, selection: string): string {
    let directives = '';
    let text = '';
    const used = new Set<boolean>();
    const around: Guard[] = [];
    for (const guard of guards) {
      this.#variables.add(guard.variable);
      if (used.has(guard.value)) around.push(guard);
      else directives += directiveOf(guard);
      used.add(guard.value);
    }
    text = `${head}${directives}${selection}`;
    for (const guard of around) text = `...${directiveOf(guard)}{${text}}`;
    return text;
  }

  /** Type conditions that mean the field's types and no others that can be here; `undefined` = none is needed. */
  #coverOf(
    object: SelectedObject,
    all: readonly string[],
    field: SelectedField,
  ): readonly (string | undefined)[] {
    const { types } = field;
    const isAll = all.every((name) => types.includes(name));
    if (object.typeName !== undefined && isAll && this.#declares(object.typeName, field)) return [undefined];
    const [first] = types;
    if (types.length < 2 || first === undefined) return types;
    for (const name of this.#model.types.get(first)?.in.get(this.#subgraph)?.interfaces ?? []) {
      const meant = this.#model.types.get(name)?.in.get(this.#subgraph)?.possible ?? [];
      const isExact =
        types.every((each) => meant.includes(each)) &&
        all.every((each) => types.includes(each) || !meant.includes(each));
      if (isExact && this.#declares(name, field)) return [name];
    }
    return types;
  }

  /** Whether the type has the field with the same type. */
  #declares(typeName: string, { field, type }: SelectedField): boolean {
    const declared = this.#model.types.get(typeName)?.fields.get(field.name)?.in.get(this.#subgraph);
    return declared?.type.text === type.text;
  }

  #typesOf(object: SelectedObject): readonly string[] {
    if (object.typeName === undefined) return [...new Set(object.fields.flatMap(({ types }) => types))];
    const type: CompositeType | undefined = this.#model.types.get(object.typeName);
    return type?.in.get(this.#subgraph)?.possible ?? [object.typeName];
  }
}

const ALWAYS: readonly (readonly Guard[])[] = [[]];

function directiveOf({ variable, value }: Guard): string {
  return `@${value ? 'include' : 'skip'}(if:$${variable})`;
}
