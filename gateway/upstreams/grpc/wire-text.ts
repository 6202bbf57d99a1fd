import type { EnumType, MessageType, ProtoField, ProtoMethod } from './types.ts';

/**
 * What of a method decides how plain data becomes bytes and bytes become plain data, as a text: two methods with equal
 * texts read each other's streams. Comments, options and whatever the messages do not reach are left out.
 */
export function wireTextOf(method: ProtoMethod): string {
  let text = texts.get(method);
  if (text === undefined) texts.set(method, (text = textOf(method)));
  return text;
}

/** Thousands of subscriptions of one method ask for it at a change of the schema. */
const texts = new WeakMap<ProtoMethod, string>();

function textOf({ path, request, response }: ProtoMethod): string {
  const seen = new Set<MessageType | EnumType>();
  const lines: string[] = [path, request.name, response.name];
  const queue: (MessageType | EnumType)[] = [request, response];
  for (let type = queue.pop(); type !== undefined; type = queue.pop()) {
    if (seen.has(type)) continue;
    seen.add(type);
    if (type.kind === 'enum') {
      lines.push(JSON.stringify([type.name, type.closed, [...type.values]]));
      continue;
    }
    const fields = [...type.fields.values()];
    lines.push(JSON.stringify([type.name, type.wellKnown, fields.map(fieldFacts)]));
    for (const { type: fieldType } of fields) if (typeof fieldType === 'object') queue.push(fieldType);
  }
  return lines.join('\n');
}

function fieldFacts({ jsonName, number, repeated, map, type, presence, required, oneof }: ProtoField) {
  const typeName = typeof type === 'string' ? type : `.${type.name}`;
  return [jsonName, number, repeated, map?.key, typeName, presence, required, oneof];
}
