import type { GraphQLNamedType } from 'graphql';
import { isEnumType, isLeafType, isSpecifiedScalarType } from 'graphql';
import type { ProtoField } from '../../upstreams/grpc/types.ts';

/** If the proto field cannot fill the leaf type: the GraphQL types that it can fill. */
export function unfitTypes(field: ProtoField, type: GraphQLNamedType): readonly string[] | undefined {
  if (!isLeafType(type)) return undefined;
  if (isEnumType(type) && typeof field.type === 'object' && field.type.kind === 'enum') return undefined;
  const isUnknown = !isSpecifiedScalarType(type) && !isEnumType(type) && !KNOWN_CUSTOM.has(type.name);
  const allowed = allowedTypes(field);
  return isUnknown || allowed?.includes(type.name) ? undefined : allowed;
}

const KNOWN_CUSTOM = new Set(['BigInt', 'Decimal', 'DateTime', 'LocalDateTime', 'Date', 'Duration', 'Bytes']);

/** GraphQL types that a proto field can fill; undefined = no opinion. */
function allowedTypes(field: ProtoField): readonly string[] | undefined {
  const { type } = field;
  if (typeof type === 'object') {
    if (type.kind === 'enum') return ['String'];
    switch (type.wellKnown) {
      case 'Timestamp':
        return ['DateTime', 'String', 'JSON'];
      case 'Duration':
        return ['Duration', 'String', 'JSON'];
      default:
        return undefined;
    }
  }
  switch (type) {
    case 'bool':
      return ['Boolean', 'String', 'JSON'];
    case 'string':
      return [
        'String',
        'ID',
        'Decimal',
        'DateTime',
        'Date',
        'LocalDateTime',
        'BigInt',
        'Duration',
        'Bytes',
        'JSON',
      ];
    case 'bytes':
      return ['Bytes', 'String', 'JSON'];
    case 'double':
    case 'float':
      return ['Float', 'Decimal', 'String', 'JSON'];
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return ['BigInt', 'ID', 'String', 'Decimal', 'JSON'];
    case 'uint32':
    case 'fixed32':
      return ['BigInt', 'Float', 'ID', 'String', 'Int', 'JSON'];
    default:
      return ['Int', 'Float', 'BigInt', 'ID', 'String', 'Decimal', 'JSON'];
  }
}
