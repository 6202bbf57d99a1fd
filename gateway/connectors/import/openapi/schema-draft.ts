import type { JsonObject, Part } from './part.ts';
import { flagOf, idOf, isObject, textOf } from './part.ts';
import type { JsonType, SchemaView, Use } from './schema-view.ts';

export type Draft = { -readonly [Key in keyof Omit<SchemaView, 'id' | 'part'>]: SchemaView[Key] } & {
  types: Set<JsonType>;
  properties: Map<string, Part>;
  required: Set<string>;
};

export const newDraft = (): Draft => ({
  types: new Set(),
  nullable: false,
  format: undefined,
  isBase64: false,
  values: undefined,
  properties: new Map(),
  required: new Set(),
  items: undefined,
  additional: undefined,
  alternatives: [],
  discriminator: undefined,
  inheritedDiscriminator: undefined,
  maximum: undefined,
  maxItems: undefined,
  use: { description: undefined, deprecated: false, readOnly: false, writeOnly: false, default: undefined },
});

const JSON_TYPES: ReadonlySet<unknown> = new Set<JsonType>([
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
]);

export function typesOf(value: JsonObject, draft: Draft): void {
  const { type } = value;
  if (value['nullable'] === true) draft.nullable = true;
  for (const name of Array.isArray(type) ? (type as unknown[]) : [type]) {
    if (name === 'null') draft.nullable = true;
    else if (JSON_TYPES.has(name)) draft.types.add(name as JsonType);
  }
}

/** Types that only the keywords tell. */
export function finish(part: Part, draft: Draft, use: Use): SchemaView {
  const { types, values } = draft;
  if (types.size === 0) {
    if (draft.properties.size > 0 || draft.additional !== undefined) types.add('object');
    else if (draft.items) types.add('array');
    else for (const value of values ?? []) if (typeof value === 'string') types.add('string');
  }
  const real = values?.filter((v) => v !== null);
  const saysNull = real !== undefined && real.length < values!.length && real.length > 0;
  return { ...draft, id: idOf(part), part, nullable: draft.nullable || saysNull, values: real, use };
}

export function isNull(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { type, enum: values } = value;
  return (
    type === 'null' ||
    value['const'] === null ||
    (Array.isArray(values) && values.length > 0 && values.every((v) => v === null))
  );
}

export function useOf(part: Part): Use {
  return {
    description: textOf(part, 'description'),
    deprecated: flagOf(part, 'deprecated'),
    readOnly: flagOf(part, 'readOnly'),
    writeOnly: flagOf(part, 'writeOnly'),
    default: isObject(part.value) ? part.value['default'] : undefined,
  };
}

/** What is said nearer to the use counts. */
export function laid(under: Use, over: Use): Use {
  return {
    description: over.description ?? under.description,
    deprecated: over.deprecated || under.deprecated,
    readOnly: over.readOnly || under.readOnly,
    writeOnly: over.writeOnly || under.writeOnly,
    default: over.default ?? under.default,
  };
}
