import type { MessageType, ProtoField, ScalarKind } from '../../../upstreams/grpc/types.ts';

export type ScalarName =
  | 'DateTime'
  | 'Duration'
  | 'BigInt'
  | 'JSON'
  | 'Bytes'
  | 'Int'
  | 'Float'
  | 'String'
  | 'Boolean'
  | 'ID';

/** What protobuf writes otherwise than other wires. */
export const SAID_OF_SCALARS = { Duration: 'A span of time in seconds: `3.5s`.' };

/** Kinds are those of docs/grpc.md: what does not fit 32 bits with a sign is a `BigInt`. */
export function scalarOf(kind: ScalarKind): ScalarName {
  switch (kind) {
    case 'double':
    case 'float':
      return 'Float';
    case 'int32':
    case 'sint32':
    case 'sfixed32':
      return 'Int';
    case 'bool':
      return 'Boolean';
    case 'string':
      return 'String';
    case 'bytes':
      return 'Bytes';
    default:
      return 'BigInt';
  }
}

/** The scalar of a message that plain data has as a value; undefined for a message with fields of its own. */
export function scalarMessage(message: MessageType): ScalarName | undefined {
  switch (message.wellKnown) {
    case undefined:
      // GraphQL has no objects without fields.
      return message.fields.size === 0 ? 'JSON' : undefined;
    case 'Timestamp':
      return 'DateTime';
    case 'Duration':
      return 'Duration';
    case 'wrapper':
      return scalarOf(message.fields.get('value')?.type as ScalarKind);
    default:
      return 'JSON';
  }
}

export function isFieldMask({ type }: ProtoField): boolean {
  return typeof type === 'object' && type.kind === 'message' && type.wellKnown === 'FieldMask';
}

/** Kinds that identify: texts and whole numbers. */
export function isKeyKind({ type }: ProtoField): boolean {
  return typeof type === 'string' && !['bool', 'float', 'double', 'bytes'].includes(type);
}

/** Whether a field holds an identifier by its name: `id`, `user_id`, `user_ids`, or a reference to a resource. */
export function holdsId(field: ProtoField): boolean {
  if (!isKeyKind(field) || field.map) return false;
  return field.refersTo !== undefined || /(?:^|_)ids?$/.test(snakeOf(field.name));
}

export function snakeOf(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
