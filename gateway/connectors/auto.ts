import type { Available } from './available.ts';
import { availableIn } from './available.ts';
import { oneofNamed } from './choice.ts';
import type { Dialect } from './mapping/mapping.ts';
import type { Want } from './mapping/want.ts';
import { outputsOf } from './mapping/want.ts';
import { own } from './own.ts';

type Take = (value: unknown) => unknown;
type Source = Record<string, unknown>;

/**
 * The mapping that nobody has to write: what has the same name is taken. For gRPC the `.proto` tells what there
 * is (oneofs become unions, maps become lists of entries); XML takes the child element or else the attribute.
 */
export function compileAuto(want: Want, available: Available, dialect: Dialect): Take {
  const one = compileOne(want, available, dialect);
  return asList(one, want.listDepth, dialect);
}

function asList(one: Take, depth: number, dialect: Dialect): Take {
  if (depth === 0) return one;
  const item = asList(one, depth - 1, dialect);
  return (value) => {
    if (Array.isArray(value)) return value.map(item);
    if (value === undefined || value === null) return value;
    return dialect === 'xml' ? [item(value)] : item(value);
  };
}

function compileOne(want: Want, available: Available, dialect: Dialect): Take {
  if (want.fields) return compileObject(want, available, dialect);
  const leaf = want.leaf ?? ((value: unknown) => value);
  if (dialect !== 'xml' || want.whole)
    return (value) => (value === undefined || value === null ? value : leaf(value));
  return (value) => {
    if (value === undefined || value === null) return value;
    return leaf(typeof value === 'object' && '#text' in value ? (value as Source)['#text'] : value);
  };
}

function compileObject(want: Want, available: Available, dialect: Dialect): Take {
  const parts: { key: string; take: Take; emptyList: boolean }[] = [];
  for (const [name, field] of want.fields!)
    for (const output of outputsOf(name, field))
      parts.push({
        key: output.key,
        take: compileField(name, output.want, available, dialect),
        emptyList: output.want.emptyList === true,
      });
  const constants = want.constants ?? [];
  return (value) => {
    if (value === undefined || value === null) return value;
    // An element without content and attributes is an object without fields, too.
    const isObject = typeof value === 'object' && !Array.isArray(value);
    if (!isObject && !(dialect === 'xml' && typeof value === 'string'))
      return want.onMismatch ? want.onMismatch(want.expectObject ?? 'an object', value) : undefined;
    const result: Source = {};
    for (const [key, constant] of constants) result[key] = constant;
    for (const part of parts) {
      const found = part.take(value);
      if (found !== undefined) result[part.key] = found;
      else if (part.emptyList) result[part.key] = [];
    }
    return result;
  };
}

function compileField(name: string, want: Want, available: Available, dialect: Dialect): Take {
  const message = available.kind === 'message' ? available.message : undefined;
  // A oneof has no field of its own: its members stand in the message itself.
  if (message && !message.fields.has(name) && oneofNamed(message, name))
    return compileAuto(want, available, dialect);
  const take = compileAuto(want, availableIn(available, name), dialect);
  if (dialect !== 'xml') return (value) => take(own(value, name));
  const attribute = `@${name}`;
  return (value) => {
    if (typeof value !== 'object') return undefined;
    const child = own(value, name);
    return take(child === undefined ? own(value, attribute) : child);
  };
}
