import { camelCase, pascalCase } from '../names.ts';
import { singular } from '../plurals.ts';
import { UniqueNames } from '../unique-names.ts';
import type { Enums } from './enums.ts';
import { valuesNote } from './enums.ts';
import { MAX_BODY_FIELDS, makeVerbatim, openCircles, sizeOf } from './input-circles.ts';
import type { Input, InputType, Medium, TypedInput } from './input-model.ts';
import { JSON_INPUT } from './input-model.ts';
import type { Part } from './part.ts';
import type { Notes } from './notes.ts';
import { isTooLong } from './outputs.ts';
import { commonType, scalarOf } from './scalars.ts';
import type { SchemaReader } from './schema-reader.ts';
import type { SchemaView } from './schema-view.ts';
import type { TypeNames } from './type-names.ts';

const TEXT: Input = { kind: 'scalar', name: 'String' };

const MAX_FORM_DEPTH = 5;

/** An input whose fields are still to be read. */
interface Task {
  readonly type: InputType;
  readonly view: SchemaView;
  readonly writable: readonly (readonly [string, Part])[];
  readonly medium: Medium;
  readonly around: readonly string[];
}

/** Makes GraphQL inputs of the schemas that requests have. */
export class Inputs {
  readonly types = new Map<string, InputType>();
  readonly #reader: SchemaReader;
  readonly #names: TypeNames;
  readonly #enums: Enums;
  readonly #notes: Notes;
  readonly #open = new Set<string>();
  readonly #queue: Task[] = [];

  constructor(reader: SchemaReader, names: TypeNames, enums: Enums, notes: Notes) {
    this.#reader = reader;
    this.#names = names;
    this.#enums = enums;
    this.#notes = notes;
  }

  /** Undefined if the medium cannot hold such a value, or the schema cannot be read. */
  of(
    part: Part,
    place: string,
    name: string,
    medium: Medium,
    around: readonly string[] = [],
  ): TypedInput | undefined {
    const view = this.#reader.read(part);
    if (!view) return undefined;
    // Lists of themselves, or without end, hold anything; objects are read later, one by one.
    if (this.#open.has(view.id) || isTooLong(view.part))
      return medium === 'json' ? { input: JSON_INPUT, isNullable: true } : undefined;
    this.#open.add(view.id);
    const input = this.#input(view, place, name, medium, around);
    this.#open.delete(view.id);
    return input && { input, isNullable: view.nullable };
  }

  #input(
    view: SchemaView,
    place: string,
    name: string,
    medium: Medium,
    around: readonly string[],
  ): Input | undefined {
    const json = medium === 'json' ? JSON_INPUT : undefined;
    const alternatives = view.alternatives.flatMap((a) => this.#reader.read(a) ?? []);
    if (alternatives.length > 0 && view.properties.size === 0) {
      const [first] = alternatives;
      if (alternatives.length === 1) return this.#input(first!, place, name, medium, [...around, view.id]);
      const types = new Set(alternatives.flatMap((a) => [...a.types]));
      const common = alternatives.every((a) => a.types.size > 0) ? commonType(types) : undefined;
      if (common !== undefined && (medium === 'text' || types.size === 1))
        return this.#scalar({ ...view, types: new Set([common]), values: undefined }, place, name, medium);
      if (json) return json;
      // A URL and a form hold the first of the alternatives that they can.
      for (const alternative of alternatives) {
        const input = this.#input(alternative, place, name, medium, [...around, view.id]);
        if (input) return input;
      }
      return undefined;
    }
    const common = commonType(view.types);
    if (common !== undefined && (medium === 'text' || common !== 'string' || view.types.size === 1))
      return this.#scalar({ ...view, types: new Set([common]) }, place, name, medium);
    if (view.types.size !== 1)
      return json ?? (view.types.size === 0 ? { kind: 'scalar', name: 'String' } : undefined);
    if (view.types.has('array')) return this.#list(view, place, name, medium, around);
    const writable = [...view.properties].filter(([, p]) => this.#reader.read(p)?.use.readOnly !== true);
    if (!view.types.has('object') || writable.length === 0) return json;
    if (medium === 'text' && (around.includes(view.id) || around.length > MAX_FORM_DEPTH)) return undefined;
    const known = this.types.get(`${medium} ${view.id}`);
    if (known) return { kind: 'input', type: known };
    const type = this.#newType(view, place, medium);
    const task = { type, view, writable, medium, around: [...around, view.id] };
    if (medium === 'json') {
      this.#queue.push(task);
      return { kind: 'input', type };
    }
    this.#open.delete(view.id);
    this.#fields(task);
    return type.fields.length === 0 ? undefined : { kind: 'input', type };
  }

  #list(
    view: SchemaView,
    place: string,
    name: string,
    medium: Medium,
    around: readonly string[],
  ): Input | undefined {
    const item = view.items && this.of(view.items, singular(place), name, medium, [...around, view.id]);
    if (!item && medium === 'text' && view.items) return undefined;
    if (!item)
      return { kind: 'list', item: medium === 'json' ? JSON_INPUT : TEXT, isNullable: medium === 'json' };
    // A form or URL has no lists of lists, nor of objects.
    if (medium === 'text' && (item.input.kind === 'list' || item.input.kind === 'input')) return undefined;
    return { kind: 'list', item: item.input, isNullable: item.isNullable };
  }

  #scalar(view: SchemaView, place: string, name: string, medium: Medium): Input {
    const type = view.types.has('string') ? this.#enums.of(view, place) : undefined;
    if (type) return { kind: 'enum', type };
    const scalar = scalarOf(view, name, medium === 'json' ? 'body' : 'url');
    return { kind: 'scalar', name: scalar, ...(view.types.has('string') && { isText: true }) };
  }

  #newType(view: SchemaView, place: string, medium: Medium): InputType {
    const type: InputType = {
      name: this.#names.input(view.part, place),
      part: view.part,
      description: view.use.description,
      fields: [],
      isVerbatim: false,
    };
    this.types.set(`${medium} ${view.id}`, type);
    return type;
  }

  #fields({ type, view, writable, medium, around }: Task): void {
    const names = new UniqueNames();
    for (const [property, part] of writable) {
      const inner = this.#reader.read(part);
      const base = type.name.replace(/Input$/, '');
      const typed = this.of(part, base + pascalCase(camelCase(property)), property, medium, around);
      if (!typed && inner)
        this.#notes.problem(
          'OPENAPI_LEFT_OUT',
          part,
          `The field "${property}" holds what a form cannot: it is left out.`,
        );
      if (!typed || !inner) continue;
      const note = typed.input.kind === 'scalar' ? valuesNote(inner.values) : undefined;
      type.fields.push({
        name: names.take(camelCase(property)),
        property,
        input: typed.input,
        isNullable: typed.isNullable || !view.required.has(property) || inner.use.default !== undefined,
        description: [inner.use.description, note].filter((t) => t !== undefined).join('\n\n') || undefined,
        isDeprecated: inner.use.deprecated,
      });
    }
  }

  /**
   * Inputs that hold themselves, and very large ones, cannot be written out in a mapping: they are sent as they are,
   * so that all their fields, and those below, are called as in the API.
   */
  settle(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#fields(next);
    const sizes = new Map<InputType, number>();
    for (const type of this.types.values())
      if (!type.isVerbatim && sizeOf(type, sizes, new Set()) > MAX_BODY_FIELDS)
        makeVerbatim(type, this.#notes);
    const done = new Set<InputType>();
    for (const type of this.types.values()) openCircles(type, new Set(), done);
  }
}
