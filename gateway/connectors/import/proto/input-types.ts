import type { MessageType, ProtoField } from '../../../upstreams/grpc/types.ts';
import { isValidName, pascalCase } from '../names.ts';
import type { SdlField, SdlType } from '../sdl/model.ts';
import { describedAs } from './descriptions.ts';
import type { Draft } from './draft.ts';
import type { OutputTypes } from './output-types.ts';
import { holdsId, isFieldMask, isKeyKind, scalarMessage, scalarOf } from './scalars.ts';

/**
 * What the input is for. `create`: no identifier that the service gives. `update`: the given fields change, so that
 * none must be given, and the key stands outside.
 */
export type Purpose = 'any' | 'create' | 'update';

export interface InputContext {
  readonly draft: Draft;
  readonly typeNames: ReadonlyMap<string, string>;
  readonly outputs: OutputTypes;
  /** Fields of the message that are its key. */
  keyOf(message: MessageType): readonly ProtoField[];
}

/** Messages as input types: each once for each purpose, when first needed. */
export class InputTypes {
  readonly #context: InputContext;
  readonly #names = new Map<string, string>();
  readonly #recursive = new Map<MessageType, ReadonlySet<MessageType>>();

  constructor(context: InputContext) {
    this.#context = context;
  }

  /** The name of the message's input type; `JSON` if there is nothing to give in it. */
  object(message: MessageType, purpose: Purpose = 'any'): string {
    const id = `${purpose} ${message.name}`;
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const { draft, typeNames } = this.#context;
    const base = typeNames.get(message.name)!;
    if (![...message.fields.values()].some((field) => this.#isGiven(field, message, purpose))) {
      this.#names.set(id, draft.scalar('JSON'));
      return 'JSON';
    }
    const short = base.endsWith('Input') ? base : `${base}Input`;
    const name = draft.names.take(
      purpose === 'any' ? short : `${purpose === 'create' ? 'Create' : 'Update'}${short}`,
    );
    this.#names.set(id, name);
    // The place among the others is that of the first use, before what it uses itself.
    const type = {
      kind: 'input',
      name,
      description: describedAs(message.comment, false).description,
    } as const;
    const fields: SdlField[] = [];
    draft.add({ ...type, fields });
    fields.push(...this.fields(message, purpose));
    return name;
  }

  /** The fields of an input (or the arguments) for a message; `without` is given otherwise. */
  fields(message: MessageType, purpose: Purpose, without: ReadonlySet<ProtoField> = new Set()): SdlField[] {
    const fields: SdlField[] = [];
    const seen = new Set<string>();
    for (const field of message.fields.values()) {
      if (without.has(field) || !this.#isGiven(field, message, purpose)) continue;
      const choice = this.#choiceOf(field, message, purpose);
      if (choice === undefined) fields.push(this.field(field, message, purpose));
      else if (!seen.has(choice)) {
        seen.add(choice);
        fields.push(this.#choice(message, field.oneof!, choice, purpose));
      }
    }
    return fields;
  }

  field(field: ProtoField, owner: MessageType, purpose: Purpose, isRequired = false): SdlField {
    const required = isRequired || this.#isRequired(field, owner, purpose);
    const type = this.typeOf(field, this.#context.keyOf(owner).includes(field));
    const described = describedAs(field.comment, field.deprecated && !required);
    return { name: field.jsonName, type: `${type}${required ? '!' : ''}`, ...described };
  }

  /** Without the mark for what must be given. */
  typeOf(field: ProtoField, isKey = false): string {
    const item = this.#itemOf(field, isKey);
    if (field.map) return `[${this.#entry(field, item)}!]`;
    const isJson =
      typeof field.type === 'object' && field.type.kind === 'message' && field.type.wellKnown === 'Value';
    return field.repeated ? `[${item}${isJson ? '' : '!'}]` : item;
  }

  /** GraphQL reads them as a list of entries, and they are sent as such. */
  #entry(field: ProtoField, item: string): string {
    const key = scalarOf(field.map!.key);
    const id = `${key} ${item}`;
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const { draft } = this.#context;
    const stem = pascalCase(item).replace(/Input$/, '');
    const name = draft.names.take(key === 'String' ? `${stem}EntryInput` : `${stem}By${key}EntryInput`);
    this.#names.set(id, name);
    const value = item === 'JSON' ? item : `${item}!`;
    const fields = [
      { name: 'key', type: `${draft.scalar(key)}!` },
      { name: 'value', type: value },
    ];
    draft.add({ kind: 'input', name, fields });
    return name;
  }

  #itemOf(field: ProtoField, isKey: boolean): string {
    const { draft, outputs } = this.#context;
    const { type } = field;
    if (typeof type === 'string')
      return draft.scalar(isKeyKind(field) && (isKey || holdsId(field)) ? 'ID' : scalarOf(type));
    if (type.kind === 'enum') {
      const { values, name } = outputs.enum(type);
      return values ? name : 'String';
    }
    const scalar = scalarMessage(type);
    return scalar === undefined ? this.object(type) : draft.scalar(scalar);
  }

  /** What clients give: not what only the service writes, and no masks, which the gateway fills. */
  #isGiven(field: ProtoField, owner: MessageType, purpose: Purpose): boolean {
    const { behaviors = [] } = field;
    if (isFieldMask(field) || behaviors.includes('OUTPUT_ONLY') || !isValidName(field.jsonName)) return false;
    if (purpose === 'create') return !behaviors.includes('IDENTIFIER');
    if (purpose === 'update')
      return !behaviors.includes('IMMUTABLE') && !this.#context.keyOf(owner).includes(field);
    return true;
  }

  #isRequired(field: ProtoField, owner: MessageType, purpose: Purpose): boolean {
    const { behaviors = [], required, type, oneof } = field;
    if (oneof !== undefined) return false;
    if (required !== true && (purpose === 'update' || !behaviors.includes('REQUIRED'))) return false;
    // An input that must hold itself could not be written.
    const inner =
      typeof type === 'object' && type.kind === 'message' && !field.repeated && !field.map ? type : undefined;
    return !inner || !this.#reaches(inner).has(owner);
  }

  #reaches(message: MessageType): ReadonlySet<MessageType> {
    const known = this.#recursive.get(message);
    if (known) return known;
    const found = new Set([message]);
    // The set grows while it is read.
    for (const next of found)
      for (const { type } of next.fields.values())
        if (typeof type === 'object' && type.kind === 'message') found.add(type);
    this.#recursive.set(message, found);
    return found;
  }

  /** The field's name for a oneof that is given as one object; undefined: the field is no such member. */
  #choiceOf(field: ProtoField, message: MessageType, purpose: Purpose): string | undefined {
    if (field.oneof === undefined) return undefined;
    const name = oneofField(field.oneof);
    const members = this.#given(message, field.oneof, purpose);
    // A member of the same name would be meant instead.
    return message.fields.has(name) ||
      message.fields.has(field.oneof) ||
      !isValidName(name) ||
      members.length < 2
      ? undefined
      : name;
  }

  #given(message: MessageType, oneof: string, purpose: Purpose): readonly ProtoField[] {
    return message.oneofs
      .get(oneof)!
      .map((key) => message.fields.get(key)!)
      .filter((member) => this.#isGiven(member, message, purpose));
  }

  #choice(message: MessageType, oneof: string, name: string, purpose: Purpose): SdlField {
    const { draft, typeNames } = this.#context;
    const members = this.#given(message, oneof, purpose);
    const id = `oneof ${message.name} ${oneof} ${members.map(({ jsonName }) => jsonName).join()}`;
    const known = this.#names.get(id);
    if (known !== undefined) return { name, type: known };
    const typeName = draft.names.take(`${typeNames.get(message.name)!}${pascalCase(oneof)}Input`);
    this.#names.set(id, typeName);
    const fields: SdlField[] = [];
    const type: SdlType = {
      kind: 'input',
      name: typeName,
      description: 'Exactly one of them.',
      directives: [{ name: 'oneOf' }],
      fields,
    };
    draft.add(type);
    for (const member of members) fields.push(this.field(member, message, 'any'));
    return { name, type: typeName };
  }
}

/** As the gateway's codec reads it. */
const oneofField = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
