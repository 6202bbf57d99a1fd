/** google.protobuf.FieldMask (https://protobuf.dev/reference/protobuf/google.protobuf/#field-mask). */
import type { MessageTypeDefinition, PackageDefinition } from '@grpc/proto-loader';
import { messageType } from './protos.ts';

/** Which fields: by name in the decoded message (camelCase), the whole of it or only some fields within. */
export type Projection = Map<string, Projection | true>;

interface Field {
  readonly decodedName: string;
  /** Full name of the message that a path may lead into; absent for scalars, lists, maps and well-known types. */
  readonly message?: string;
}

const fieldsByType = new WeakMap<MessageTypeDefinition<object, object>, Map<string, Field>>();

/**
 * Reads the paths of a mask against a message.
 * @param protos what defines the message
 * @param message full name of the message, such as `users.v1.User`
 * @param paths in the spelling of the .proto; `*` stands for all fields
 * @returns what the mask selects, undefined for everything (no path at all, or `*`), and the paths that lead nowhere
 */
export function readPaths(
  protos: PackageDefinition,
  message: string,
  paths: readonly string[],
): { readonly projection: Projection | undefined; readonly unknown: readonly string[] } {
  const projection: Projection = new Map();
  const unknown = paths.filter((path) => path !== '*' && !add(protos, projection, message, path.split('.')));
  const everything = paths.length === 0 || paths.includes('*');
  return { projection: everything ? undefined : projection, unknown };
}

/** Adds one path. @returns whether the path leads to a field */
function add(
  protos: PackageDefinition,
  projection: Projection,
  message: string,
  [name, ...rest]: readonly string[],
): boolean {
  const field = fieldsOf(protos, message).get(name ?? '');
  if (!field) return false;
  const selected = projection.get(field.decodedName);
  if (rest.length === 0) {
    projection.set(field.decodedName, true);
    return true;
  }
  if (!field.message) return false;
  const inner: Projection = selected === undefined || selected === true ? new Map() : selected;
  if (!add(protos, inner, field.message, rest)) return false;
  if (selected !== true) projection.set(field.decodedName, inner);
  return true;
}

/** The selected fields of a message; the message itself if everything is selected. */
export function project<Message extends object>(
  message: Message,
  projection: Projection | undefined,
): Message {
  if (!projection) return message;
  const result: Record<string, unknown> = {};
  for (const [name, inner] of projection) {
    const value: unknown = message[name as keyof Message];
    if (value === undefined) continue;
    result[name] = inner === true ? value : project(value as object, inner);
  }
  return result as Message;
}

/** `target` with the selected fields of `source`; what is selected and absent in `source` is removed. */
export function overwrite<Message extends object>(
  target: Message,
  source: Partial<Message>,
  projection: Projection,
): Message {
  const result = { ...target } as Record<string, unknown>;
  for (const [name, inner] of projection) {
    const value: unknown = source[name as keyof Message];
    if (inner !== true) result[name] = overwrite(result[name] ?? {}, value ?? {}, inner);
    else if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result as Message;
}

function fieldsOf(protos: PackageDefinition, message: string): Map<string, Field> {
  const type = messageType(protos, message)!;
  let fields = fieldsByType.get(type);
  if (!fields) {
    const { field } = type.type as { field: DescribedField[] };
    const scope = message.slice(0, message.lastIndexOf('.') + 1);
    fields = new Map(field.map((described) => [described.name, describe(protos, described, scope)]));
    fieldsByType.set(type, fields);
  }
  return fields;
}

/** A google.protobuf.FieldDescriptorProto as proto-loader gives it; `typeName` is relative to the package. */
interface DescribedField {
  readonly name: string;
  readonly jsonName: string;
  readonly label: string;
  readonly typeName: string;
}

function describe(
  protos: PackageDefinition,
  { name, jsonName, label, typeName }: DescribedField,
  scope: string,
): Field {
  const message = scope + typeName;
  const enterable =
    label !== 'LABEL_REPEATED' && typeName !== '' && messageType(protos, message) !== undefined;
  return { decodedName: jsonName || name, ...(enterable && { message }) };
}
