/** google.protobuf.Struct to plain JSON and back (https://protobuf.dev/reference/protobuf/google.protobuf/#struct). */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Value {
  nullValue?: number;
  boolValue?: boolean;
  numberValue?: number;
  stringValue?: string;
  structValue?: Struct;
  listValue?: { values?: Value[] };
}

export interface Struct {
  fields?: Record<string, Value>;
}

export function toStruct(json: { readonly [key: string]: Json }): Struct {
  return { fields: Object.fromEntries(Object.entries(json).map(([key, value]) => [key, toValue(value)])) };
}

function toValue(json: Json): Value {
  if (json === null) return { nullValue: 0 };
  if (typeof json === 'boolean') return { boolValue: json };
  if (typeof json === 'number') return { numberValue: json };
  if (typeof json === 'string') return { stringValue: json };
  if (Array.isArray(json)) return { listValue: { values: json.map(toValue) } };
  return { structValue: toStruct(json) };
}

export function fromStruct(struct: Struct): { [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(struct.fields ?? {}).map(([key, value]) => [key, fromValue(value)]),
  );
}

function fromValue(value: Value): Json {
  if (value.structValue) return fromStruct(value.structValue);
  if (value.listValue) return (value.listValue.values ?? []).map(fromValue);
  return value.stringValue ?? value.numberValue ?? value.boolValue ?? null;
}
