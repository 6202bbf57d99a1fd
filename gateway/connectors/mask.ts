import type { MessageType, ProtoMethod } from '../upstreams/grpc/types.ts';
import { fieldAt, snake } from './available.ts';
import type { BatchForm } from './batch.ts';
import { membersOf } from './choice.ts';
import type { OutputShape } from './mapping/mapping.ts';
import { readMaskField } from './request.ts';
import type { Want } from './mapping/want.ts';

/**
 * The field mask for what a selection wants, in proto paths relative to the resource (AIP-157: for a list
 * method, relative to one of its items). Undefined when the method takes no mask, or when what is wanted
 * cannot be told from the mapping: then everything is asked for.
 */
export function compileMask(
  method: ProtoMethod,
  shape: OutputShape | undefined,
  want: Want,
  batch: BatchForm | undefined,
): readonly string[] | undefined {
  if (readMaskField(method) === undefined) return undefined;
  const from = batch?.declared
    ? { shape: batch.selection?.shape, message: batch.message }
    : { shape, message: method.response };
  const paths = from.message && pathsOf(want, from.shape, from.message, []);
  if (!paths) return undefined;
  const resource = batch?.declared ? undefined : resourceField(method.response);
  if (resource === undefined) return [...new Set(paths)].sort();
  const prefix = `${resource}.`;
  if (paths.includes(resource)) return undefined;
  const inner = paths.filter((p) => p.startsWith(prefix)).map((p) => p.slice(prefix.length));
  return inner.length === 0 ? undefined : [...new Set(inner)].sort();
}

/** A response that only wraps the resource, or a page of it. */
function resourceField(response: MessageType): string | undefined {
  const messages = [...response.fields.values()].filter(
    (f) => typeof f.type === 'object' && f.type.kind === 'message' && !f.type.wellKnown && !f.map,
  );
  return messages.length === 1 && messages[0]!.repeated ? snake(messages[0]!.jsonName) : undefined;
}

function pathsOf(
  wanted: Want,
  around: OutputShape | undefined,
  message: MessageType,
  prefix: readonly string[],
): string[] | undefined {
  const { want, shape } = wanted.structure ?? { want: wanted, shape: around };
  if (want.byTypename) return memberPaths(want.byTypename, message, prefix);
  if (!want.fields) return undefined;
  const paths: string[] = [];
  for (const [name, field] of want.fields) {
    const mapped = shape?.kind === 'object' ? shape.fields.get(name) : undefined;
    const sources = shape === undefined ? sourceByName(message, name) : mapped?.source && [mapped.source];
    if (!sources) return undefined;
    const wants = field.outputs?.map((o) => o.want) ?? [field];
    for (const source of sources) {
      const found = sourcePaths(wants, source, mapped?.shape, message, prefix);
      if (!found) return undefined;
      paths.push(...found);
    }
  }
  return paths;
}

/** The paths of one source: of what is wanted inside it where that can be told, else of the whole. */
function sourcePaths(
  wants: readonly Want[],
  source: readonly string[],
  mapped: OutputShape | undefined,
  message: MessageType,
  prefix: readonly string[],
): string[] | undefined {
  const shape = mapped?.kind === 'object' ? mapped : undefined;
  if (source.length === 0) {
    // `node: $` is the message itself.
    const same = wants.map((w) => pathsOf(w, shape, message, prefix));
    return same.some((s) => s === undefined) ? undefined : same.flat().filter((p) => p !== undefined);
  }
  const field = fieldAt(message, source);
  if (!field) return undefined;
  const inner =
    typeof field.type === 'object' && field.type.kind === 'message' && !field.type.wellKnown && !field.map
      ? field.type
      : undefined;
  const here = [...prefix, ...source];
  const below = inner ? wants.map((w) => pathsOf(w, shape, inner, here)) : [undefined];
  const whole = [here.map(snake).join('.')];
  return below.some((b) => b === undefined || b.length === 0)
    ? whole
    : below.flat().filter((p) => p !== undefined);
}

/** A union is a oneof: each of its members may be the one that is set. */
function memberPaths(
  byTypename: ReadonlyMap<string, Want>,
  message: MessageType,
  prefix: readonly string[],
): string[] | undefined {
  const members = membersOf([...byTypename.keys()], { kind: 'message', message }, new Map());
  return members.every((m) => message.fields.has(m.key))
    ? members.map((m) => [...prefix, m.key].map(snake).join('.'))
    : undefined;
}

/** The field of the same name, or all members of the oneof of that name. */
function sourceByName(message: MessageType, name: string): string[][] | undefined {
  if (message.fields.has(name)) return [[name]];
  const members = message.oneofs.get(name) ?? message.oneofs.get(snake(name));
  return members?.map((member) => [member]);
}
