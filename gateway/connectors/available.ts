import type { MessageType, ProtoField } from '../upstreams/grpc/types.ts';
import type { Mapping, OutputShape } from './mapping/mapping.ts';
import { splitItems } from './mapping/split.ts';

/** What is known, before any data, about the object at some place of an answer. */
export type Available =
  /** A selection lists its fields. */
  | {
      readonly kind: 'mapped';
      readonly fields: ReadonlyMap<string, MappedField>;
      readonly open: boolean;
      readonly message: MessageType | undefined;
      /** The type's own `@mapping`, which the selection around it knows nothing of. */
      readonly via?: Mapping;
    }
  /** No selection: a protobuf message gives its fields under their own names. */
  | { readonly kind: 'message'; readonly message: MessageType }
  /** A protobuf map, as the list of its entries. */
  | { readonly kind: 'map'; readonly entry: MessageType }
  /** No selection, and nothing describes the answer: every field may be there, under its own name. */
  | { readonly kind: 'open' }
  /** Has GraphQL's own form already: fields under their names, no mapping applies. */
  | { readonly kind: 'graphql' }
  /** Just these fields, in GraphQL's own form: those of a representation. */
  | { readonly kind: 'names'; readonly names: ReadonlySet<string> };

type MappedField = { shape: OutputShape; offset: number; source?: readonly string[] };

export const NOTHING_AVAILABLE: Available = { kind: 'names', names: new Set() };

/** Whether no selection around the value says what is in it: it is taken whole, and then apart by names. */
export function isPlain({ kind }: Available): boolean {
  return kind === 'message' || kind === 'open' || kind === 'graphql';
}

/** The place that a selection describes; `message` is what it reads from, when that is known. */
export function availableFrom(shape: OutputShape | undefined, message: MessageType | undefined): Available {
  if (shape === undefined) return message ? { kind: 'message', message } : { kind: 'open' };
  if (shape.kind === 'object') return { kind: 'mapped', fields: shape.fields, open: shape.open, message };
  if (shape.kind === 'value') {
    if (message && shape.source?.length === 0) return { kind: 'message', message };
    const target = message && shape.source ? fieldAt(message, shape.source) : undefined;
    return target && typeof target.type === 'object' && target.type.kind === 'message'
      ? { kind: 'message', message: target.type }
      : { kind: 'open' };
  }
  // Where it may be null, there is no object that could have more fields.
  const objects = shape.shapes.filter((s) => s.kind !== 'value' || s.literal !== null);
  const parts = objects.map((s) => availableFrom(s, message));
  const fields = new Map<string, MappedField>();
  let open = false;
  for (const part of parts) {
    if (part.kind === 'mapped') {
      for (const [name, field] of part.fields) {
        const known = fields.get(name);
        fields.set(
          name,
          known ? { ...known, shape: { kind: 'oneOf', shapes: [known.shape, field.shape] } } : field,
        );
      }
      open ||= part.open;
    } else open = true;
  }
  return { kind: 'mapped', fields, open, message };
}

/** The place that a connector's selection describes. */
export function availableOf(mapping: Mapping | undefined, response: MessageType | undefined): Available {
  const { shape } = mapping ?? {};
  return availableFrom(shape, shape?.kind === 'value' ? response : readFrom(mapping, response).message);
}

/** Whether the object has the field, as far as is known. */
export function hasField(available: Available, name: string): boolean {
  switch (available.kind) {
    case 'mapped':
      return available.fields.has(name) || available.open;
    case 'message':
      return (
        available.message.fields.has(name) ||
        available.message.oneofs.has(name) ||
        available.message.oneofs.has(snake(name))
      );
    case 'open':
    case 'map':
    case 'graphql':
      return true;
    case 'names':
      return available.names.has(name);
  }
}

/** What is known about the object (or the objects of the list) in a field. */
export function availableIn(available: Available, name: string): Available {
  if (available.kind === 'mapped') {
    const field = available.fields.get(name);
    if (!field) return { kind: 'open' };
    const from =
      available.message && field.source?.length ? fieldAt(available.message, field.source) : undefined;
    if (from?.map && field.shape.kind === 'value') return { kind: 'map', entry: entryOf(from) };
    const message =
      from && typeof from.type === 'object' && from.type.kind === 'message' ? from.type : undefined;
    if (field.shape.kind === 'value' && message) return { kind: 'message', message };
    return availableFrom(field.shape, field.source?.length === 0 ? available.message : message);
  }
  if (available.kind === 'message') {
    const field = available.message.fields.get(name);
    if (field?.map) return { kind: 'map', entry: entryOf(field) };
    // The members of a oneof stand in the message itself.
    if (!field && hasField(available, name)) return available;
    if (field && typeof field.type === 'object' && field.type.kind === 'message')
      return { kind: 'message', message: field.type };
  }
  return available.kind === 'graphql' || available.kind === 'names' ? { kind: 'graphql' } : { kind: 'open' };
}

/** The message that protobuf itself uses for an entry of a map (language guide, "Maps"). */
function entryOf(map: ProtoField): MessageType {
  const { map: key, ...value } = map;
  const fields = new Map<string, ProtoField>([
    ['key', { ...value, name: 'key', jsonName: 'key', number: 1, repeated: false, type: key!.key }],
    ['value', { ...value, name: 'value', jsonName: 'value', number: 2, repeated: false, type: map.type }],
  ]);
  return { kind: 'message', name: `${map.name}.Entry`, fields, oneofs: new Map() };
}

/** Follows JSON names through messages; undefined where the path leaves what is typed. */
export function fieldAt(message: MessageType, path: readonly string[]): ProtoField | undefined {
  let at: MessageType | undefined = message;
  let field: ProtoField | undefined;
  for (const name of path) {
    field = at?.fields.get(name);
    if (!field) return undefined;
    at =
      typeof field.type === 'object' && field.type.kind === 'message' && !field.map ? field.type : undefined;
  }
  return field;
}

/** The only repeated message of a list response. */
export function repeatedMessage(message: MessageType | undefined) {
  const lists = [...(message?.fields.values() ?? [])].filter(
    (f) => f.repeated && !f.map && typeof f.type === 'object' && f.type.kind === 'message',
  );
  return lists.length === 1 ? lists[0] : undefined;
}

/** The message that the fields of a mapping are read from, and how it is reached: `$.users { id }` reads users. */
export function readFrom(
  mapping: Mapping | undefined,
  response: MessageType | undefined,
): { message: MessageType | undefined; base: readonly string[] } {
  if (!mapping || !response) return { message: response, base: [] };
  const { shape } = splitItems(mapping).items;
  const base = shape.kind === 'value' ? shape.source : undefined;
  if (base === undefined) return { message: undefined, base: [] };
  const type = base.length === 0 ? response : fieldAt(response, base)?.type;
  return { message: typeof type === 'object' && type.kind === 'message' ? type : undefined, base };
}

export const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
