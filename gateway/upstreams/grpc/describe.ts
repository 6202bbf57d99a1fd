import protobuf from 'protobufjs';
import { behaviorsOf, referenceOf, resourceOf } from './annotations.ts';
import type {
  EnumType,
  MessageType,
  ProtoField,
  ProtoMethod,
  ProtoService,
  ScalarKind,
  WellKnown,
} from './types.ts';

const WELL_KNOWN = new Map<string, WellKnown>([
  ['google.protobuf.Timestamp', 'Timestamp'],
  ['google.protobuf.Duration', 'Duration'],
  ['google.protobuf.Struct', 'Struct'],
  ['google.protobuf.Value', 'Value'],
  ['google.protobuf.ListValue', 'ListValue'],
  ['google.protobuf.FieldMask', 'FieldMask'],
  ['google.protobuf.Any', 'Any'],
  ['google.protobuf.Empty', 'Empty'],
  ...['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map(
    (kind): [string, WellKnown] => [`google.protobuf.${kind}Value`, 'wrapper'],
  ),
]);

export function fullNameOf(object: protobuf.ReflectionObject): string {
  return object.fullName.replace(/^\./, '');
}

export function wellKnownOf(type: protobuf.Type): WellKnown | undefined {
  return WELL_KNOWN.get(fullNameOf(type));
}

/** The fields that a message declares itself; extensions (named `.package.field` by the library) have no plain form. */
export function declaredFields(type: protobuf.Type): readonly protobuf.Field[] {
  return type.fieldsArray.filter((field) => !field.name.startsWith('.')).map((field) => field.resolve());
}

/** Whether an unset field can be told from one that holds its default. */
export function hasPresence(field: protobuf.Field): boolean {
  if (field.repeated || field.map) return false;
  // The library says "implicit" of proto3's message fields, though it treats them as explicit.
  return field.resolvedType instanceof protobuf.Type || field.partOf !== null || field.hasPresence;
}

/** Whether numbers without a name are not values of the enum (proto2, `features.enum_type = CLOSED`). */
export function isClosed(type: protobuf.Enum): boolean {
  const features = (type as unknown as { _features?: { enum_type?: string } })._features;
  return features?.enum_type === 'CLOSED';
}

/** Turns the library's reflection objects into plain data, each once. */
export class Describer {
  readonly #messages = new Map<protobuf.Type, MessageType>();
  readonly #enums = new Map<protobuf.Enum, EnumType>();

  message(type: protobuf.Type): MessageType {
    const known = this.#messages.get(type);
    if (known !== undefined) return known;
    const wellKnown = wellKnownOf(type);
    const fields = declaredFields(type);
    const oneofs = type.oneofsArray.filter((oneof) => !oneof.isProto3Optional);
    const described: MessageType = {
      kind: 'message',
      name: fullNameOf(type),
      fields: new Map(fields.map((field) => [field.jsonName, this.#field(field)])),
      oneofs: new Map(oneofs.map((oneof) => [oneof.name, oneof.fieldsArray.map((field) => field.jsonName)])),
      ...(wellKnown && { wellKnown }),
      ...resourceOf(type),
      ...commentOf(type),
      ...deprecationOf(type),
    };
    this.#messages.set(type, described);
    return described;
  }

  enum(type: protobuf.Enum): EnumType {
    const known = this.#enums.get(type);
    if (known !== undefined) return known;
    const described: EnumType = {
      kind: 'enum',
      name: fullNameOf(type),
      values: new Map(Object.entries(type.values)),
      valueComments: new Map(
        Object.entries(type.comments).flatMap(([name, comment]) => (comment ? [[name, comment]] : [])),
      ),
      deprecatedValues: new Set(
        Object.keys(type.values).filter((name) => type.valuesOptions?.[name]?.['deprecated'] === true),
      ),
      closed: isClosed(type),
      ...commentOf(type),
    };
    this.#enums.set(type, described);
    return described;
  }

  service(service: protobuf.Service): ProtoService {
    const name = fullNameOf(service);
    return {
      name,
      methods: new Map(service.methodsArray.map((method) => [method.name, this.#method(name, method)])),
      ...(service.filename != null && { file: service.filename }),
      ...commentOf(service),
    };
  }

  #field(field: protobuf.Field): ProtoField {
    const typeOf = (): ProtoField['type'] => this.#typeOf(field);
    const oneof = field.partOf;
    return {
      name: field.protoName,
      jsonName: field.jsonName,
      number: field.id,
      repeated: field.repeated,
      ...(field instanceof protobuf.MapField && { map: { key: field.keyType as ScalarKind } }),
      get type() {
        return typeOf();
      },
      presence: hasPresence(field) ? 'explicit' : 'implicit',
      ...(field.required && { required: true }),
      ...(oneof && !oneof.isProto3Optional && { oneof: oneof.name }),
      ...behaviorsOf(field),
      ...referenceOf(field),
      ...commentOf(field),
      ...deprecationOf(field),
    };
  }

  #typeOf(field: protobuf.Field): ProtoField['type'] {
    if (field.resolvedType instanceof protobuf.Type) return this.message(field.resolvedType);
    if (field.resolvedType instanceof protobuf.Enum) return this.enum(field.resolvedType);
    return field.type as ScalarKind;
  }

  #method(service: string, method: protobuf.Method): ProtoMethod {
    const level: unknown = method.options?.['idempotency_level'];
    return {
      fullName: `${service}/${method.name}`,
      path: `/${service}/${method.name}`,
      name: method.name,
      service,
      request: this.message(method.resolvedRequestType!),
      response: this.message(method.resolvedResponseType!),
      clientStreaming: Boolean(method.requestStream),
      serverStreaming: Boolean(method.responseStream),
      idempotent: level === 'NO_SIDE_EFFECTS' || level === 'IDEMPOTENT',
      readOnly: level === 'NO_SIDE_EFFECTS',
      ...commentOf(method),
      ...deprecationOf(method),
    };
  }
}

function deprecationOf(object: protobuf.ReflectionObject): { deprecated?: boolean } {
  return object.options?.['deprecated'] === true ? { deprecated: true } : {};
}

function commentOf(object: { comment?: string | null }): { comment?: string } {
  return object.comment ? { comment: object.comment } : {};
}
