import protobuf from 'protobufjs';
import type { Codecs } from './codec.ts';
import { InputFault, shown } from './codec-fault.ts';
import { MAX_MESSAGE_DEPTH } from './codec-message.ts';
import { enumWriter, mapKeyWriter, scalarWriter } from './codec-write-scalar.ts';
import { wellKnownWriter } from './codec-write-well-known.ts';
import { declaredFields, hasPresence, wellKnownOf } from './describe.ts';
import { didYouMean } from './suggest.ts';

/** Checks plain data and turns it into the library's message. Throws `InputFault`. */
export type Write = (data: unknown, depth: number) => protobuf.Message;

/** Checks one plain value and turns it into the library's form. Throws `InputFault`. */
export type WriteValue = (value: unknown, depth: number) => unknown;

interface FieldWriter {
  /** The property of the library's message. */
  readonly property: string;
  readonly write: WriteValue;
  readonly oneof: string | undefined;
  /** `null` is a value of this field (`google.protobuf.Value`), not the lack of one. */
  readonly takesNull: boolean;
}

/** The writer of a message type: one table look-up per field that is given. */
export function compileWriter(type: protobuf.Type, codecs: Codecs): Write {
  const wellKnown = wellKnownWriter(type, codecs);
  if (wellKnown !== undefined) return wellKnown;
  const fields = new Map<string, FieldWriter>();
  const required: protobuf.Field[] = [];
  for (const field of declaredFields(type)) {
    fields.set(field.jsonName, fieldWriter(field, codecs));
    if (field.required) required.push(field);
  }
  const oneofs = new Set(
    type.oneofsArray
      .filter((oneof) => !oneof.isProto3Optional)
      .flatMap(({ name }) => [name, camelCase(name)]),
  );
  const Message = type.ctor as unknown as new () => Record<string, unknown>;
  return (data, depth) => {
    if (!isObject(data)) throw new InputFault(`${shown(data)} is not an object`);
    if (depth > MAX_MESSAGE_DEPTH) throw new InputFault(`nested deeper than ${MAX_MESSAGE_DEPTH} messages`);
    const message = new Message();
    let chosen: Map<string, string> | undefined;
    for (const [key, value] of oneofs.size > 0 ? withMembers(data, oneofs, fields) : Object.entries(data)) {
      if (value === undefined) continue;
      const field = fields.get(key);
      if (field === undefined) throw new InputFault(`unknown field.${didYouMean(key, fields.keys())}`, key);
      if (value === null && !field.takesNull) continue;
      try {
        message[field.property] = field.write(value, depth);
      } catch (error) {
        throw InputFault.below(error, key);
      }
      if (field.oneof === undefined) continue;
      const other = (chosen ??= new Map<string, string>()).get(field.oneof);
      if (other !== undefined) {
        throw new InputFault(
          `"${other}" and "${key}" exclude each other: give one of them (oneof "${field.oneof}")`,
        );
      }
      chosen.set(field.oneof, key);
    }
    for (const field of required) {
      if (!Object.hasOwn(message, field.name)) throw new InputFault('required, but missing', field.jsonName);
    }
    return message as unknown as protobuf.Message;
  };
}

/** A oneof may be given by its own name, as an object with the member that is set: the form of a GraphQL `@oneOf` input. */
function withMembers(
  data: Readonly<Record<string, unknown>>,
  oneofs: ReadonlySet<string>,
  fields: ReadonlyMap<string, FieldWriter>,
): [string, unknown][] {
  return Object.entries(data).flatMap(([key, value]): [string, unknown][] =>
    oneofs.has(key) && !fields.has(key) && isObject(value) ? Object.entries(value) : [[key, value]],
  );
}

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function fieldWriter(field: protobuf.Field, codecs: Codecs): FieldWriter {
  const single = valueWriter(field, codecs);
  const jsonValue =
    field.resolvedType instanceof protobuf.Type && wellKnownOf(field.resolvedType) === 'Value';
  const oneof = field.partOf && !field.partOf.isProto3Optional ? field.partOf.name : undefined;
  if (field instanceof protobuf.MapField) {
    return { property: field.name, write: mapWriter(field, single), oneof, takesNull: false };
  }
  if (field.repeated) return { property: field.name, write: listWriter(single), oneof, takesNull: false };
  return { property: field.name, write: single, oneof, takesNull: jsonValue && hasPresence(field) };
}

function valueWriter(field: protobuf.Field, codecs: Codecs): WriteValue {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum) return enumWriter(resolvedType);
  if (resolvedType instanceof protobuf.Type) {
    const compiled = codecs.compiled(resolvedType);
    return (value, depth) => compiled.write(value, depth + 1);
  }
  return scalarWriter(field.type);
}

function listWriter(single: WriteValue): WriteValue {
  return (value, depth) => {
    if (!Array.isArray(value)) throw new InputFault(`${shown(value)} is not a list`);
    const items = value as readonly unknown[];
    const result: unknown[] = [];
    let index = 0;
    try {
      for (; index < items.length; index++) result.push(single(items[index], depth));
    } catch (error) {
      throw InputFault.below(error, index);
    }
    return result;
  };
}

function mapWriter(field: protobuf.MapField, single: WriteValue): WriteValue {
  const writeKey = mapKeyWriter(field.keyType);
  return (given, depth) => {
    const value = Array.isArray(given) ? fromEntries(given) : given;
    if (!isObject(value)) throw new InputFault(`${shown(value)} is not an object`);
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      try {
        // `__proto__` is a key like any other.
        Object.defineProperty(result, writeKey(key), { value: single(value[key], depth), enumerable: true });
      } catch (error) {
        throw InputFault.below(error, key, true);
      }
    }
    return result;
  };
}

/** The form that GraphQL can type: a list of `{ key, value }`, as maps are read. */
function fromEntries(entries: readonly unknown[]): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [index, entry] of entries.entries()) {
    const fault = (text: string): unknown => InputFault.below(new InputFault(text), index);
    if (!isObject(entry)) throw fault(`${shown(entry)} is not an entry with a key and a value`);
    const { key, value } = entry;
    const isKey = typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean';
    if (!isKey) throw fault(`${shown(key)} is not a key`);
    if (String(key) in result) throw fault(`the key ${shown(key)} is given twice`);
    result[String(key)] = value;
  }
  return result;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
