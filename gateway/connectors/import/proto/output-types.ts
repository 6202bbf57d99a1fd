import type { EnumType, MessageType, ProtoField } from '../../../upstreams/grpc/types.ts';
import { UniqueNames } from '../unique-names.ts';
import { camelCase, isValidName, pascalCase } from '../names.ts';
import type { SdlDirective, SdlField } from '../sdl/model.ts';
import { writtenName } from './json-name.ts';
import { describedAs } from './descriptions.ts';
import type { Draft } from './draft.ts';
import type { Entity } from './entities.ts';
import { enumForm } from './enums.ts';
import type { EnumForm } from './enums.ts';
import type { Link, Links } from './links.ts';
import { wrappedMessage } from './responses.ts';
import { isScalar } from '../sdl/scalars.ts';
import { holdsId, isKeyKind, scalarMessage, scalarOf } from './scalars.ts';
import { Unions } from './unions.ts';

export interface OutputContext {
  readonly draft: Draft;
  /** By full name. */
  readonly typeNames: ReadonlyMap<string, string>;
  readonly entities: ReadonlyMap<string, Entity>;
  readonly links: Links;
  /** Of the `@grpc` directives. */
  readonly upstream: string;
}

/** A field of GraphQL with the line of the type's mapping that fills it. */
interface Filled {
  readonly field: SdlField;
  readonly mapping: string;
  /** Whether the field takes the message's field of its own name. */
  readonly isPlain: boolean;
}

/** Messages as object types: each once, when first needed. */
export class OutputTypes {
  readonly #context: OutputContext;
  readonly #unions: Unions;
  readonly #made = new Set<string>();
  readonly #open: MessageType[] = [];
  readonly #enums = new Map<string, EnumForm & { readonly name: string }>();
  readonly #entries = new Map<string, string>();

  constructor(context: OutputContext) {
    this.#context = context;
    this.#unions = new Unions((message) => this.object(message));
  }

  /** The name of the message's type. */
  object(message: MessageType): string {
    if (!this.#made.has(message.name)) {
      this.#made.add(message.name);
      this.#open.push(message);
    }
    return this.#context.typeNames.get(message.name)!;
  }

  /** Writes what has been asked for, and what that asks for. */
  finish(): void {
    const made = new Map<string, Parameters<Draft['add']>[0]>();
    // The list grows while it is read.
    for (const message of this.#open) made.set(message.name, this.#objectType(message));
    for (const [name, type] of made) {
      const from = this.#unions.fromOf(this.#context.typeNames.get(name)!);
      this.#context.draft.add(
        from === undefined ? type : { ...type, directives: withFrom(type.directives ?? [], from) },
      );
    }
    for (const union of this.#unions.types()) this.#context.draft.add(union);
  }

  enum(type: EnumType): EnumForm & { readonly name: string } {
    const known = this.#enums.get(type.name);
    if (known) return known;
    const name = this.#context.typeNames.get(type.name)!;
    const form = { ...enumForm(type, name), name };
    this.#enums.set(type.name, form);
    if (form.values)
      this.#context.draft.add({
        kind: 'enum',
        name,
        values: form.values,
        ...describedAs(type.comment, false),
      });
    return form;
  }

  /** The type of a field that is not null: `User`, `[String!]`. */
  typeOf(field: ProtoField, isKey = false): { readonly type: string; readonly isNullable: boolean } {
    const item = this.#itemOf(field, isKey);
    if (field.map) return { type: `[${this.#entry(field, item)}!]`, isNullable: false };
    if (field.repeated) return { type: `[${item.type}${item.isNullable ? '' : '!'}]`, isNullable: false };
    const isUnset = field.presence === 'explicit' && field.required !== true;
    return { type: item.type, isNullable: item.isNullable || isUnset };
  }

  /** `isNullable`: null may stand in the place of a value that is set. */
  #itemOf(field: ProtoField, isKey: boolean): { type: string; isNullable: boolean } {
    const { type } = field;
    const { draft } = this.#context;
    if (typeof type === 'string') {
      const isId = isKeyKind(field) && (isKey || holdsId(field));
      return { type: draft.scalar(isId ? 'ID' : scalarOf(type)), isNullable: false };
    }
    if (type.kind === 'enum') {
      const { values, name, mayBeNull } = this.enum(type);
      return values ? { type: name, isNullable: mayBeNull } : { type: 'String', isNullable: false };
    }
    const scalar = scalarMessage(type);
    // `null` is a value of a `Value`.
    if (scalar !== undefined) return { type: draft.scalar(scalar), isNullable: type.wellKnown === 'Value' };
    return { type: this.object(type), isNullable: false };
  }

  /** Maps are lists of entries; equal ones share a type. */
  #entry(field: ProtoField, item: { type: string; isNullable: boolean }): string {
    const key = scalarOf(field.map!.key);
    const value = `${item.type}${item.isNullable ? '' : '!'}`;
    const known = this.#entries.get(`${key} ${value}`);
    if (known !== undefined) return known;
    const { draft } = this.#context;
    const name = draft.names.take(
      key === 'String' ? `${pascalCase(item.type)}Entry` : `${pascalCase(item.type)}By${key}Entry`,
    );
    this.#entries.set(`${key} ${value}`, name);
    draft.add({
      kind: 'type',
      name,
      // Other subgraphs have entries of texts and numbers, too.
      directives: isScalar(item.type) ? [{ name: 'shareable' }] : [],
      fields: [
        { name: 'key', type: `${draft.scalar(key)}!` },
        { name: 'value', type: value },
      ],
    });
    return name;
  }

  #objectType(message: MessageType): Parameters<Draft['add']>[0] {
    const { entities, typeNames } = this.#context;
    const name = typeNames.get(message.name)!;
    const entity = entities.get(message.name);
    const filled = this.#fields(message, entity, name);
    const keyNames = entity?.key.map((key) => filled.find((f) => f.of === key)!.field.name);
    const mapping = filled.every((f) => f.isPlain) ? undefined : filled.map((f) => f.mapping).join('\n');
    const directives: SdlDirective[] = [
      ...(keyNames ? [{ name: 'key', args: { fields: keyNames.join(' ') } }] : []),
      ...(mapping === undefined ? [] : [{ name: 'mapping', args: { selection: mapping } }]),
      ...(entity ? this.#loader(entity, keyNames!) : []),
    ];
    const notes = message.deprecated === true ? ['Deprecated.'] : [];
    const { description } = describedAs(message.comment, false, ...notes);
    return {
      kind: 'type',
      name,
      description,
      directives,
      fields: filled.map((f) => f.field),
    };
  }

  /** The call that brings an object by its key; where a field of `Query` says it with `entity`, nothing. */
  #loader({ batch, single }: Entity, keyNames: readonly string[]): SdlDirective[] {
    const { upstream } = this.#context;
    if (batch) {
      const request = `${writtenName(batch.requestField.jsonName)}: $batch.${keyNames[0]!}`;
      const selection = `$.${writtenName(batch.responseField.jsonName)}`;
      return [{ name: 'grpc', args: { upstream, method: batch.method.fullName, request, selection } }];
    }
    if (!single || single.isAlone) return [];
    const { method, requestFields } = single;
    const request = requestFields
      .map(({ jsonName }, i) => `${writtenName(jsonName)}: $this.${keyNames[i]!}`)
      .join(' ');
    const wrapped = wrappedMessage(method.response);
    const selection = wrapped && `$.${writtenName(wrapped.jsonName)}`;
    return [{ name: 'grpc', args: { upstream, method: method.fullName, request, selection } }];
  }

  #fields(
    message: MessageType,
    entity: Entity | undefined,
    typeName: string,
  ): (Filled & { readonly of?: ProtoField })[] {
    const names = new UniqueNames();
    const filled: (Filled & { readonly of?: ProtoField })[] = [];
    const unions = this.#unions.of(message, typeName, this.#context);
    const links = new Map<ProtoField, Link>();
    // Fields before what is made of them: a message that has both `user` and `user_id` keeps its `user`.
    const own = new Map<ProtoField, string>();
    const all = [...message.fields.values()];
    const visible = all.filter(
      (f) => !f.behaviors?.includes('INPUT_ONLY') || entity?.key.includes(f) === true,
    );
    // A type has at least one field.
    const shown = visible.length > 0 ? visible : all;
    for (const field of shown) {
      if (unions.some((union) => union.oneof === field.oneof)) continue;
      const link = this.#context.links.find(field, message);
      if (link) links.set(field, link);
      if (link?.keyName === undefined) own.set(field, names.take(fieldName(field)));
    }
    for (const [field, link] of links)
      if (link.keyName !== undefined) {
        const isFree = !names.has(link.keyName) && !names.has(link.name);
        own.set(field, names.take(isFree ? link.keyName : fieldName(field)));
        if (!isFree) links.delete(field);
      }
    const seen = new Set<string>();
    for (const field of shown) {
      const union = unions.find(({ oneof }) => oneof === field.oneof);
      if (union) {
        if (seen.has(union.oneof)) continue;
        seen.add(union.oneof);
        const name = names.take(camelCase(union.oneof));
        const isPlain = union.isFoundBy(name);
        filled.push({
          field: { name, type: union.name, description: union.description },
          mapping: `${name}: $`,
          isPlain,
        });
        continue;
      }
      const name = own.get(field)!;
      const { type, isNullable } = this.typeOf(field, entity?.key.includes(field));
      const members = field.oneof === undefined ? [] : message.oneofs.get(field.oneof)!;
      const others = members.filter((member) => member !== field.jsonName);
      const note =
        others.length > 0 ? [`Set only if ${list(others)} ${others.length > 1 ? 'are' : 'is'} not.`] : [];
      const isPlain = name === field.jsonName;
      filled.push({
        of: field,
        field: {
          name,
          type: `${type}${isNullable ? '' : '!'}`,
          ...describedAs(field.comment, field.deprecated, ...note),
        },
        mapping: isPlain && writtenName(name) === name ? name : `${name}: ${source(field)}`,
        isPlain,
      });
      const link = links.get(field);
      if (!link || names.has(link.name)) continue;
      names.take(link.name);
      filled.push(this.#link(field, link));
    }
    return filled;
  }

  /** The object of which only the key is known: everything else is loaded when a query asks for it. */
  #link(field: ProtoField, { entity, name }: Link): Filled {
    const type = this.object(entity.message);
    const key = fieldName(entity.key[0]!);
    const from = source(field);
    const isText = field.type === 'string';
    // An implicit field is there even if nobody has set it.
    const mapping = field.repeated
      ? `${name}: ${from} { ${key}: $ }`
      : field.presence === 'explicit'
        ? `${name}: ${from} { ${key}: $ }`
        : `${name}: ${from}->match([${isText ? '""' : zeroOf(field)}, null], [@, { ${key}: @ }])`;
    return { field: { name, type: field.repeated ? `[${type}]!` : type }, mapping, isPlain: false };
  }
}

/** 64-bit numbers are texts. */
const zeroOf = ({ type }: ProtoField): string =>
  typeof type === 'string' && type.endsWith('64') ? '"0"' : '0';

/** The JSON name where it is one that GraphQL writes so; `ID` is `id`. */
export function fieldName({ jsonName, name }: ProtoField): string {
  return isValidName(jsonName) && !/^[A-Z]/.test(jsonName) ? jsonName : camelCase(name);
}

/** What the mapping language reads. */
export function source({ jsonName }: ProtoField): string {
  const written = writtenName(jsonName);
  return written === jsonName ? jsonName : `$.${written}`;
}

function list(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

function withFrom(directives: readonly SdlDirective[], from: string): readonly SdlDirective[] {
  const own = directives.find((d) => d.name === 'mapping');
  if (!own) {
    const at = directives.findIndex((d) => d.name === 'grpc');
    return directives.toSpliced(at < 0 ? directives.length : at, 0, { name: 'mapping', args: { from } });
  }
  return directives.map((d) => (d === own ? { name: 'mapping', args: { from, ...d.args } } : d));
}
