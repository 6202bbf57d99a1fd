import { namedType } from './definitions.ts';
import {
  addField,
  addFields,
  addKey,
  type Edit,
  fieldNames,
  gives,
  keysOf,
  kindOf,
  resolversOf,
} from './edits.ts';
import type { Places } from './places.ts';

/**
 * The edits after which a query can go on in another subgraph with the objects of a type, the most likely first; none
 * where there is a way already.
 */
export function waysToMove(places: Places, type: string, from: string, to: string): Edit[] {
  const source = places.definitions(from);
  const target = places.definitions(to);
  if (!source || !target) return [];
  const keys = keysOf(target, type);
  const resolvable = keys.filter((key) => key.resolvable);
  if (resolvable.some((key) => gives(source, type, key.fields))) return [];
  const unresolvable = keys.find((key) => !key.resolvable && gives(source, type, key.fields));
  if (unresolvable) return [makeResolvable(places, type, unresolvable.fields, to)];
  const key = sharedKey(places, type, from, to);
  const byKey = key === undefined ? [] : [addKey(places, type, key, from, to)];
  const byFields = resolvable.flatMap(({ fields }) => resolveKey(places, type, fields, from));
  // A subgraph with a key of its own is likelier to be known by it than to learn the other's.
  return keysOf(source, type).length > 0 ? [...byKey, ...byFields] : [...byFields, ...byKey];
}

/** Lets a subgraph resolve all fields of a key. They are one edit, and not to be mixed with other fields. */
function resolveKey(places: Places, type: string, key: string, subgraph: string): Edit[] {
  const definitions = places.definitions(subgraph);
  const missing = fieldNames(key).filter((field) => !definitions || !gives(definitions, type, field));
  const isDeclared = missing.some((field) => definitions?.field(type, field));
  if (isDeclared || !definitions || definitions.type(type).length === 0)
    return missing.flatMap((field) => addField(places, type, field, subgraph) ?? []);
  if (missing.length === 0) return [];
  const { text, coordinate } = addFields(places, type, missing, subgraph);
  return [{ text, subgraph, coordinate }];
}

export function makeResolvable(places: Places, type: string, fields: string, subgraph: string): Edit {
  const kind = kindOf(places.definitions(subgraph), type);
  return {
    text: `remove "resolvable: false" from @key(fields: "${fields}") of ${kind} ${type} in subgraph ${subgraph}, and resolve references there`,
    subgraph,
    coordinate: type,
  };
}

/** A field set that can be a key of a type in `to` for queries that come from `from`. */
export function sharedKey(places: Places, type: string, from: string, to: string): string | undefined {
  const source = places.definitions(from);
  const target = places.definitions(to);
  if (!source || !target) return undefined;
  const others = places.names().filter((name) => name !== from && name !== to);
  const declared = [from, to, ...others].flatMap((name) => {
    const definitions = places.definitions(name);
    return definitions ? keysOf(definitions, type).map(({ fields }) => fields) : [];
  });
  const fields = [...new Set([...declared, ...idFields(places, type, from)])].filter((set) =>
    gives(source, type, set),
  );
  return fields.find((set) => gives(target, type, set)) ?? fields[0];
}

/** Fields that look as if they named an object: `id`, or one of the type ID. */
export function idFields(places: Places, type: string, subgraph: string): string[] {
  const fields = places.definitions(subgraph)?.fields(type) ?? [];
  const named = fields.filter(({ name, type: of }) => name.value === 'id' || namedType(of) === 'ID');
  return named
    .map(({ name }) => name.value)
    .toSorted((a, b) => Number(b === 'id') - Number(a === 'id'))
    .filter((field) => resolversOf(places, type, field).includes(subgraph));
}
