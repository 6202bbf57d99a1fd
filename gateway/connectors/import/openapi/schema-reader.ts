import type { Library } from './library.ts';
import type { Notes } from './notes.ts';
import type { JsonObject, Part } from './part.ts';
import { idOf, isObject, refOf, textOf } from './part.ts';
import type { Draft } from './schema-draft.ts';
import { finish, isNull, laid, newDraft, typesOf, useOf } from './schema-draft.ts';
import type { SchemaView } from './schema-view.ts';

/** How many schemas one `allOf` may be made of. */
const MAX_MERGED = 500;
/** How long the name of a property may be, in characters: it stands in mappings, which have limits. */
const MAX_NAME = 1000;

/** Reads schemas; each is read once. */
export class SchemaReader {
  readonly #library: Library;
  readonly #notes: Notes;
  readonly #views = new Map<string, SchemaView | undefined>();
  /** Base schema → the schemas that extend it with `allOf`; found when first asked for. */
  #heirs: Map<string, Part[]> | undefined;

  constructor(library: Library, notes: Notes) {
    this.#library = library;
    this.#notes = notes;
  }

  /** Undefined if a reference cannot be followed, which then has been told. */
  read(part: Part): SchemaView | undefined {
    const key = idOf(part);
    if (this.#views.has(key)) return this.#views.get(key);
    // A schema that is reached again while it is being read is a circle without a value; `merge` tells.
    this.#views.set(key, undefined);
    const view = this.#read(part);
    this.#views.set(key, view);
    return view;
  }

  #read(part: Part): SchemaView | undefined {
    const alias = this.#alias(part);
    if (alias) {
      const target = this.read(alias.part);
      return (
        target && {
          ...target,
          nullable: target.nullable || alias.nullable,
          use: laid(target.use, useOf(part)),
        }
      );
    }
    const followed = this.#library.follow(part);
    if (!followed) return undefined;
    const draft = newDraft();
    this.#merge(followed, draft, new Set(), new Set(), true);
    return finish(followed, draft, laid(draft.use, useOf(part)));
  }

  /** A schema that only points to another, perhaps to say that it may be null (`allOf: [ref]`, `anyOf: [ref, null]`). */
  #alias(part: Part): { part: Part; nullable: boolean } | undefined {
    const { value } = part;
    if (!isObject(value)) return undefined;
    if (refOf(value) !== undefined) {
      const target = this.#library.follow(part);
      return target && { part: target, nullable: value['nullable'] === true };
    }
    if (SAYS_MORE.some((key) => Object.hasOwn(value, key))) return undefined;
    for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
      const members = this.#members(part, key);
      if (members.length === 0) continue;
      const real = members.filter((m) => !isNull(m.value));
      const others = ['allOf', 'anyOf', 'oneOf'].filter((k) => k !== key && Object.hasOwn(value, k));
      if (real.length !== 1 || others.length > 0) return undefined;
      return { part: real[0]!, nullable: value['nullable'] === true || real.length < members.length };
    }
    return undefined;
  }

  #members(part: Part, key: string): Part[] {
    if (!isObject(part.value) || !Array.isArray(part.value[key])) return [];
    const list = { ...part, pointer: `${part.pointer}/${key}`, value: part.value[key] };
    return this.#library.entries(list).map(([, member]) => member);
  }

  #merge(part: Part, draft: Draft, open: Set<string>, done: Set<string>, isTop: boolean): void {
    const { value } = part;
    if (!isObject(value)) return;
    const id = idOf(part);
    if (open.has(id) || open.size > MAX_MERGED) {
      this.#notes.problem(
        'OPENAPI_REF_CYCLE',
        part,
        'The schema is made of itself by allOf.',
        'Take one of the schemas out of the circle.',
      );
      return;
    }
    // A base that several of the merged schemas extend is merged once: the paths to it may double at every step.
    if (done.has(id)) return;
    open.add(id);
    for (const member of this.#members(part, 'allOf')) {
      const target = this.#library.follow(member);
      if (target) this.#merge(target, draft, open, done, false);
    }
    open.delete(id);
    done.add(id);
    this.#own(part, value, draft, isTop);
  }

  #own(part: Part, value: JsonObject, draft: Draft, isTop: boolean): void {
    typesOf(value, draft);
    draft.format = textOf(part, 'format') ?? draft.format;
    draft.isBase64 ||= value['contentEncoding'] === 'base64';
    if (Array.isArray(value['enum'])) draft.values = value['enum'] as unknown[];
    else if (Object.hasOwn(value, 'const')) draft.values = [value['const']];
    for (const [name, property] of this.#library.entries(this.#library.get(part, 'properties'))) {
      if (name.length <= MAX_NAME) draft.properties.set(name, property);
      else
        this.#notes.problem(
          'OPENAPI_LEFT_OUT',
          property,
          `A property is left out: its name has ${name.length} characters, and ${MAX_NAME} are read.`,
        );
    }
    if (Array.isArray(value['required']))
      for (const name of value['required'] as unknown[])
        if (typeof name === 'string') draft.required.add(name);
    const items = this.#library.entries(part).find(([key]) => key === 'items')?.[1];
    if (isObject(items?.value) || items?.value === true) draft.items = items;
    this.#additional(part, value, draft);
    for (const key of ['oneOf', 'anyOf']) {
      const members = this.#members(part, key);
      if (members.length === 0) continue;
      draft.alternatives = members.filter((m) => !isNull(m.value));
      if (draft.alternatives.length < members.length) draft.nullable = true;
    }
    // A base's discriminator is not about those that extend it.
    if (isTop || draft.alternatives.length > 0) this.#discriminator(part, draft);
    else draft.inheritedDiscriminator ??= textOf(this.#library.get(part, 'discriminator'), 'propertyName');
    if (typeof value['maximum'] === 'number') draft.maximum = value['maximum'];
    if (typeof value['maxItems'] === 'number') draft.maxItems = value['maxItems'];
    draft.use = laid(draft.use, useOf(part));
  }

  #additional(part: Part, value: JsonObject, draft: Draft): void {
    const { additionalProperties: additional } = value;
    if (additional === true) draft.additional = true;
    if (isObject(additional))
      draft.additional =
        Object.keys(additional).length === 0
          ? true
          : { ...part, pointer: `${part.pointer}/additionalProperties`, value: additional };
  }

  #discriminator(part: Part, draft: Draft): void {
    const found = this.#library.get(part, 'discriminator');
    const property = textOf(found, 'propertyName');
    if (!found || property === undefined) return;
    const mapping = new Map<string, string>();
    for (const [value, target] of this.#library.entries(this.#library.get(found, 'mapping')))
      if (typeof target.value === 'string') mapping.set(value, target.value);
    draft.discriminator = { property, mapping };
    // A base that is used itself stands for all that extend it.
    if (draft.alternatives.length === 0) draft.alternatives = this.#heirsOf(part);
  }

  #heirsOf(base: Part): Part[] {
    this.#heirs ??= this.#findHeirs();
    return this.#heirs.get(idOf(base)) ?? [];
  }

  #findHeirs(): Map<string, Part[]> {
    const heirs = new Map<string, Part[]>();
    const library = this.#library;
    const components = library.get(library.root, 'components');
    for (const [, schema] of library.entries(components && library.get(components, 'schemas')))
      for (const member of this.#members(schema, 'allOf')) {
        const base = refOf(member.value) === undefined ? undefined : library.follow(member);
        if (base) heirs.set(idOf(base), [...(heirs.get(idOf(base)) ?? []), schema]);
      }
    return heirs;
  }
}

/** What a wrapper around one other schema may not have if it is only another name for it. */
const SAYS_MORE = [
  'type',
  'properties',
  'items',
  'additionalProperties',
  'enum',
  'const',
  'required',
  'discriminator',
  'format',
];
