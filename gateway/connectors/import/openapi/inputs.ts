import type { EnumType, Enums } from './enums.ts';
import { valuesNote } from './enums.ts';
import type { Part } from './library.ts';
import { onEach, toApi, writtenKey } from './mapping-text.ts';
import type { Notes } from './notes.ts';
import { isTooLong } from './outputs.ts';
import { commonType, scalarOf } from './scalars.ts';
import type { SchemaReader, SchemaView } from './schema-view.ts';
import type { TypeNames } from './type-names.ts';
import { singular } from '../plurals.ts';
import { UniqueNames } from '../unique-names.ts';
import { camelCase, pascalCase } from '../names.ts';

/** The type of a value that a client gives. */
export type Input =
  | { readonly kind: 'scalar'; readonly name: string; readonly isText?: true }
  | { readonly kind: 'enum'; readonly type: EnumType }
  | { readonly kind: 'input'; readonly type: InputType }
  | { readonly kind: 'list'; readonly item: Input; readonly isNullable: boolean };

export interface InputField {
  name: string;
  readonly property: string;
  readonly input: Input;
  isNullable: boolean;
  readonly description: string | undefined;
  readonly isDeprecated: boolean;
}

export interface InputType {
  readonly name: string;
  readonly part: Part;
  readonly description: string | undefined;
  fields: InputField[];
  /** Sent as the client gives it: names stay as in the API. */
  isVerbatim: boolean;
}

/** What a value is sent as: JSON can hold anything, forms and URLs only texts and lists of them. */
export type Medium = 'json' | 'text';

export interface TypedInput {
  readonly input: Input;
  readonly isNullable: boolean;
}

export const JSON_INPUT: Input = { kind: 'scalar', name: 'JSON' };

const TEXT: Input = { kind: 'scalar', name: 'String' };

const MAX_FORM_DEPTH = 5;
/** How long a line of a body may be. */
const MAX_LINE = 90;
/** How many fields a body may have, all inputs in it written out, to be mapped. */
const MAX_BODY_FIELDS = 400;

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

/** An input that requires itself could never be given (GraphQL spec, "Circular References"): one field of the circle is not required. */
function openCircles(type: InputType, open: Set<InputType>, done: Set<InputType>): void {
  if (done.has(type)) return;
  open.add(type);
  for (const field of type.fields) {
    if (field.isNullable || field.input.kind !== 'input') continue;
    if (open.has(field.input.type)) field.isNullable = true;
    else openCircles(field.input.type, open, done);
  }
  open.delete(type);
  done.add(type);
}

/** Fields of an input with all inputs in it; infinite if it holds itself. */
function sizeOf(type: InputType, sizes: Map<InputType, number>, open: Set<InputType>): number {
  const known = sizes.get(type);
  if (known !== undefined) return known;
  if (open.has(type)) return Infinity;
  open.add(type);
  let size = 0;
  for (const { input } of type.fields) {
    const leaf = leafInput(input);
    size +=
      leaf.kind === 'input'
        ? sizeOf(leaf.type, sizes, open)
        : leaf.kind === 'enum'
          ? leaf.type.values.length
          : 1;
  }
  open.delete(type);
  sizes.set(type, size);
  return size;
}

function makeVerbatim(first: InputType, notes: Notes): void {
  const stack = [first];
  for (let type = stack.pop(); type; type = stack.pop()) {
    if (type.isVerbatim) continue;
    type.isVerbatim = true;
    const kept = type.fields.filter((f) => /^(?!__)[A-Za-z_]\w*$/.test(f.property));
    for (const field of type.fields) {
      const leaf = leafInput(field.input);
      if (leaf.kind === 'input') stack.push(leaf.type);
      if (!kept.includes(field))
        notes.problem(
          'OPENAPI_LEFT_OUT',
          type.part,
          `${type.name} is sent as it is, and "${field.property}" is no GraphQL name: it is left out.`,
        );
    }
    type.fields = kept.map((f) => ({ ...f, name: f.property, input: asSent(f.input) }));
  }
}

/** The types of values that need no mapping. */
function asSent(input: Input): Input {
  if (input.kind === 'list') return { ...input, item: asSent(input.item) };
  if (input.kind === 'enum' && input.type.isMapped) return { kind: 'scalar', name: 'String', isText: true };
  if (input.kind === 'scalar' && input.name === 'BigInt' && input.isText !== true)
    return { kind: 'scalar', name: 'Float' };
  return input;
}

export function leafInput(input: Input): Exclude<Input, { kind: 'list' }> {
  return input.kind === 'list' ? leafInput(input.item) : input;
}

/** Whether a value is sent as the client gives it. */
function isAsGiven(input: Input): boolean {
  const leaf = leafInput(input);
  if (leaf.kind === 'enum') return !leaf.type.isMapped;
  if (leaf.kind === 'scalar') return leaf.name !== 'BigInt' || leaf.isText === true;
  return leaf.type.isVerbatim || leaf.type.fields.every((f) => f.name === f.property && isAsGiven(f.input));
}

/** A value of the arguments as the API wants it: `$args.input { first_name: firstName }`. */
export function sentText(path: string, input: Input, medium: Medium = 'json', depth = 0): string {
  if (input.kind === 'list') return sentText(path, input.item, medium, depth + 1);
  if (input.kind === 'enum') return path + (input.type.isMapped ? onEach(toApi(input.type), depth) : '');
  if (input.kind === 'scalar') {
    // A whole number of 64 bits is a text in GraphQL; JSON wants the number.
    const isNumber = input.name === 'BigInt' && input.isText !== true && medium === 'json';
    return path + (isNumber ? onEach('->parseInt', depth) : '');
  }
  if (isAsGiven(input)) return path;
  return `${path} { ${input.type.fields.map(sentField).join(' ')} }`;
}

function sentField({ name, property, input }: InputField): string {
  const value = sentText(name, input);
  return value === property && name === property ? name : `${writtenKey(property)}: ${value}`;
}

/** The same for a whole body, long objects with a field per line. */
export function sentLines(path: string, input: Input): string[] {
  const text = sentText(path, input);
  const leaf = leafInput(input);
  if (text.length <= MAX_LINE || leaf.kind !== 'input' || isAsGiven(input)) return [text];
  const fields = leaf.type.fields.flatMap((field) => {
    const lines = sentLines(field.name, field.input);
    if (lines.length === 1) return [sentField(field)];
    return field.name === field.property
      ? lines
      : [`${writtenKey(field.property)}: ${lines[0]}`, ...lines.slice(1)];
  });
  return [`${path} {`, ...fields.map((line) => `  ${line}`), '}'];
}

/** The fields of a form, or of an object in a query: `card: { number }` is `card[number]`. */
export function formFields(type: InputType, prefix: string, path: string): string[] {
  return type.fields.flatMap((field) => {
    const key = prefix === '' ? field.property : `${prefix}[${field.property}]`;
    const at = `${path}.${field.name}`;
    if (field.input.kind === 'input') return formFields(field.input.type, key, at);
    return [`${writtenKey(key)}: ${sentText(at, field.input, 'text')}`];
  });
}
