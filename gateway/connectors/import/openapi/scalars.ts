import type { SchemaView } from './schema-view.ts';
import { wordsOf } from '../names.ts';

const STRING_FORMATS: ReadonlyMap<string, string> = new Map([
  ['date-time', 'DateTime'],
  ['date', 'Date'],
  ['duration', 'Duration'],
  ['uuid', 'UUID'],
  ['byte', 'Bytes'],
  ['int64', 'BigInt'],
  ['uint64', 'BigInt'],
  ['decimal', 'Decimal'],
]);

/** The largest value of GraphQL's `Int`. */
const MAX_INT = 2147483647;

/**
 * The GraphQL scalar of a schema with one simple type. `name` is the property's or parameter's: what is called an id is
 * an `ID`. In `body`, numbers have to be sent as numbers.
 */
export function scalarOf(view: SchemaView, name: string, use: 'answer' | 'body' | 'url'): string {
  const [type] = view.types;
  const { format } = view;
  const isNamedId = /^(?:id|ids|uuid|guid)$/.test(wordsOf(name).at(-1)?.toLowerCase() ?? '');
  switch (type) {
    case 'string':
      if (isNamedId && (format === undefined || format === 'uuid')) return 'ID';
      return view.isBase64 ? 'Bytes' : (STRING_FORMATS.get(format ?? '') ?? 'String');
    case 'integer':
      if (isNamedId && use !== 'body') return 'ID';
      return format === 'int64' || format === 'uint64' || format === 'uint32' || (view.maximum ?? 0) > MAX_INT
        ? 'BigInt'
        : 'Int';
    case 'number':
      return format === 'decimal' && use !== 'body' ? 'Decimal' : format === 'int64' ? 'BigInt' : 'Float';
    case 'boolean':
      return 'Boolean';
    default:
      return 'JSON';
  }
}

/** One type for values of several simple types: texts hold them all in answers. */
export function commonType(
  types: ReadonlySet<string>,
): 'string' | 'integer' | 'number' | 'boolean' | undefined {
  if (types.has('object') || types.has('array') || types.size === 0) return undefined;
  if (types.size === 1) return [...types][0] as 'string';
  return types.size === 2 && types.has('integer') && types.has('number') ? 'number' : 'string';
}
