import type { EnumType, Enums } from './enums.ts';
import { valuesNote } from './enums.ts';
import type { Library } from './library.ts';
import type { Part } from './part.ts';
import type { Notes } from './notes.ts';
import { commonType, scalarOf } from './scalars.ts';
import type { JsonType, SchemaView } from './schema-view.ts';
import type { SchemaReader } from './schema-reader.ts';
import type { TypeNames } from './type-names.ts';
import { singular } from '../plurals.ts';
import { UniqueNames } from '../unique-names.ts';
import { camelCase, pascalCase } from '../names.ts';
import { unionMembers } from './union-members.ts';

/** The type of a value in an answer, without whether it may be null. */
export type Output =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'enum'; readonly type: EnumType }
  | { readonly kind: 'object'; readonly type: ObjectType }
  | { readonly kind: 'union'; readonly type: UnionType }
  /** A map with values of a type: the list of its entries. */
  | { readonly kind: 'entries'; readonly type: ObjectType }
  /** An id, or the object itself: a link if the object is an entity. */
  | { readonly kind: 'expandable'; readonly type: ObjectType }
  | { readonly kind: 'list'; readonly item: Output; readonly isNullable: boolean };

export interface OutputField {
  readonly name: string;
  /** In the answer. */
  readonly property: string;
  output: Output;
  isNullable: boolean;
  readonly description: string | undefined;
  readonly isDeprecated: boolean;
  /** The field is an entity of which the property is the key. */
  readonly link?: { readonly key: string; readonly isList: boolean };
}

export interface ObjectType {
  readonly name: string;
  readonly part: Part;
  readonly description: string | undefined;
  readonly fields: OutputField[];
}

export interface UnionType {
  readonly name: string;
  readonly part: Part;
  readonly description: string | undefined;
  /** The property that tells the members apart. */
  readonly property: string;
  readonly members: readonly { readonly values: readonly string[]; readonly type: ObjectType }[];
  /** Set where the mapping language cannot take it apart. */
  asJson: boolean;
}

export const JSON_OUTPUT: Output = { kind: 'scalar', name: 'JSON' };

export interface Typed {
  readonly output: Output;
  readonly isNullable: boolean;
}

/** How long the pointer to a schema may be: those of aliases in YAML that hold themselves grow without end. */
const MAX_POINTER_KEYS = 120;

export function isTooLong({ pointer }: Part): boolean {
  return pointer.length > MAX_POINTER_KEYS && pointer.split('/').length > MAX_POINTER_KEYS;
}

/** Makes GraphQL types of the schemas that answers have. */
export class Outputs {
  readonly objects = new Map<string, ObjectType>();
  readonly unions = new Map<string, UnionType>();
  readonly enums: Enums;
  readonly library: Library;
  readonly reader: SchemaReader;
  readonly #names: TypeNames;
  readonly #notes: Notes;
  readonly #open = new Set<string>();
  readonly #queue: { type: ObjectType; view: SchemaView }[] = [];

  constructor(library: Library, reader: SchemaReader, names: TypeNames, enums: Enums, notes: Notes) {
    this.library = library;
    this.reader = reader;
    this.enums = enums;
    this.#names = names;
    this.#notes = notes;
  }

  /** The type of a schema; `place` names it if nothing else does, `name` is the property's. */
  of(part: Part, place: string, name = ''): Typed {
    const view = this.reader.read(part);
    // Lists and maps of themselves, or without end, hold anything; objects are read later, one by one.
    const isEndless = !view || this.#open.has(view.id) || isTooLong(view.part);
    if (isEndless) return { output: JSON_OUTPUT, isNullable: true };
    this.#open.add(view.id);
    const output = this.#output(view, place, name);
    this.#open.delete(view.id);
    // A member that the description does not know yet is null.
    return { output, isNullable: view.nullable || output.kind === 'union' };
  }

  /** Reads the fields of all types that were named so far, and of those that they name. */
  complete(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#fields(next.type, next.view);
  }

  #output(view: SchemaView, place: string, name: string): Output {
    const alternatives = this.#alternatives(view);
    if (alternatives.length > 0 && view.properties.size === 0)
      return this.#choice(view, alternatives, place, name);
    const common = commonType(view.types);
    if (common !== undefined) return this.#scalar(view, common, place, name);
    if (view.types.size > 1) return this.#asJson(view, 'values of several types');
    if (view.types.has('array')) {
      if (!view.items) return { kind: 'list', item: JSON_OUTPUT, isNullable: true };
      const item = this.of(view.items, singular(place), name);
      const isMap = item.output.kind === 'entries';
      return { kind: 'list', item: isMap ? JSON_OUTPUT : item.output, isNullable: item.isNullable };
    }
    if (!view.types.has('object')) return JSON_OUTPUT;
    if (this.#readable(view).length > 0)
      return alternatives.length > 0
        ? this.#polymorphic(view, alternatives, place)
        : { kind: 'object', type: this.object(view, place) };
    return this.#map(view, place, name);
  }

  /** What alternatives there really are: some only say which properties are required. */
  #alternatives(view: SchemaView): SchemaView[] {
    const views = view.alternatives.flatMap((part) => this.reader.read(part) ?? []);
    const distinct = [...new Map(views.map((v) => [v.id, v])).values()];
    return distinct.filter(
      (v) =>
        v.types.size > 0 ||
        v.alternatives.length > 0 ||
        (view.properties.size === 0 && view.types.size === 0),
    );
  }

  /** A schema with properties of its own and alternatives: a base with its heirs, if a discriminator tells them apart. */
  #polymorphic(view: SchemaView, alternatives: readonly SchemaView[], place: string): Output {
    const heirs = alternatives.filter((a) => a.id !== view.id);
    if (view.discriminator !== undefined && heirs.every((a) => a.types.has('object'))) {
      const union = this.#union(view, heirs, place);
      if (union) return union;
    }
    this.#notes.problem(
      'OPENAPI_LEFT_OUT',
      view.part,
      'The schema has properties and alternatives (oneOf or anyOf) beside them; only the properties are imported.',
    );
    return { kind: 'object', type: this.object(view, place) };
  }

  #choice(view: SchemaView, alternatives: readonly SchemaView[], place: string, name: string): Output {
    const [first] = alternatives;
    if (alternatives.length === 1 && first) return this.#output(first, place, name);
    const types = new Set<JsonType>(alternatives.flatMap((a) => [...a.types]));
    const common = alternatives.every((a) => a.alternatives.length === 0 && a.types.size > 0)
      ? commonType(types)
      : undefined;
    if (common !== undefined) {
      const formats = new Set(alternatives.map((a) => a.format));
      const format = formats.size === 1 ? first!.format : undefined;
      return this.#scalar(
        { ...view, types: new Set([common]), format, values: undefined },
        common,
        place,
        name,
      );
    }
    const objects = alternatives.filter(
      (a) => a.types.has('object') && a.types.size === 1 && this.#readable(a).length > 0,
    );
    const others = alternatives.filter((a) => !objects.includes(a));
    if (objects.length > 0 && others.length > 0 && others.every((o) => commonType(o.types) !== undefined)) {
      const type = this.object(objects[0]!, place);
      return { kind: 'expandable', type };
    }
    const union = others.length === 0 ? this.#union(view, objects, place) : undefined;
    return union ?? this.#asJson(view, 'alternatives that nothing tells apart');
  }

  #union(view: SchemaView, alternatives: readonly SchemaView[], place: string): Output | undefined {
    const known = this.unions.get(view.id);
    if (known) return { kind: 'union', type: known };
    const told = unionMembers(view, alternatives, this.library, this.reader);
    if (!told) return undefined;
    const name = this.#names.output(view.part, place);
    const members = told.members.flatMap((member) => {
      if (this.#readable(member.view).length === 0) return [];
      const memberPlace = `${name}${pascalCase(member.values[0] ?? 'Member')}`;
      return [{ values: member.values, type: this.object(member.view, memberPlace) }];
    });
    if (members.length === 0) return undefined;
    const type: UnionType = {
      name,
      part: view.part,
      description: view.use.description,
      property: told.property,
      members,
      asJson: false,
    };
    this.unions.set(view.id, type);
    return { kind: 'union', type };
  }

  #map(view: SchemaView, place: string, name: string): Output {
    const { additional } = view;
    if (additional === undefined || additional === true) return JSON_OUTPUT;
    const value = this.of(additional, `${singular(place)}Value`, name);
    // Keys and plain values are best read together; objects could not be selected from.
    if (value.output.kind !== 'object') return JSON_OUTPUT;
    const id = `${view.id} entry`;
    let type = this.objects.get(id);
    if (!type) {
      const typeName = this.#names.place(`${value.output.type.name}Entry`, `${place}Entry`);
      const common = { description: undefined, isDeprecated: false };
      const fields: OutputField[] = [
        {
          ...common,
          name: 'key',
          property: 'key',
          output: { kind: 'scalar', name: 'String' },
          isNullable: false,
        },
        { ...common, name: 'value', property: 'value', output: value.output, isNullable: value.isNullable },
      ];
      type = { name: typeName, part: view.part, description: 'One entry of a map.', fields };
      this.objects.set(id, type);
    }
    return { kind: 'entries', type };
  }

  #scalar(view: SchemaView, common: JsonType, place: string, name: string): Output {
    if (common === 'string' && view.types.size === 1 && view.values) {
      const type = this.enums.of(view, place);
      if (type) return { kind: 'enum', type };
    }
    return { kind: 'scalar', name: scalarOf({ ...view, types: new Set([common]) }, name, 'answer') };
  }

  #asJson(view: SchemaView, what: string): Output {
    this.#notes.problem(
      'OPENAPI_AS_JSON',
      view.part,
      `The schema has ${what}: it becomes the scalar JSON.`,
      'Add a discriminator, or a property with one constant value in each alternative.',
    );
    return JSON_OUTPUT;
  }

  object(view: SchemaView, place: string): ObjectType {
    const known = this.objects.get(view.id);
    if (known) return known;
    const { description } = view.use;
    const name = this.#names.output(view.part, place);
    const type: ObjectType = { name, part: view.part, description, fields: [] };
    this.objects.set(view.id, type);
    this.#queue.push({ type, view });
    return type;
  }

  #readable(view: SchemaView): [string, Part][] {
    return [...view.properties].filter(([, part]) => this.reader.read(part)?.use.writeOnly !== true);
  }

  #fields(type: ObjectType, view: SchemaView): void {
    const names = new UniqueNames();
    for (const [property, part] of this.#readable(view)) {
      const inner = this.reader.read(part);
      const { output, isNullable } = this.of(part, type.name + pascalCase(camelCase(property)), property);
      const name = names.take(camelCase(property));
      const note = output.kind === 'enum' || output.kind === 'list' ? undefined : valuesNote(inner?.values);
      type.fields.push({
        name,
        property,
        output,
        isNullable: isNullable || !view.required.has(property),
        description: [inner?.use.description, note].filter((t) => t !== undefined).join('\n\n') || undefined,
        isDeprecated: inner?.use.deprecated === true,
      });
    }
  }
}
