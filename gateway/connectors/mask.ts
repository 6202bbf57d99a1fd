import type { MessageType, ProtoField, ProtoMethod } from '../upstreams/grpc/types.ts';
import { fieldAt, readFrom, snake } from './available.ts';
import type { BatchForm } from './batch-form.ts';
import { membersOf, oneofNamed } from './choice.ts';
import type { Mapping, OutputShape } from './mapping/mapping.ts';
import type { ConnectorModel } from './model.ts';
import { readMaskField } from './request.ts';
import type { Want } from './mapping/want.ts';

/**
 * The field mask for what a selection wants, in proto paths relative to the resource (AIP-157: for a list
 * method, relative to one of its items). Undefined when the method takes no mask, or when what is wanted
 * cannot be told from the mapping: then everything is asked for.
 */
export function compileMask(
  method: ProtoMethod,
  mapping: Mapping | undefined,
  want: Want,
  batch: BatchForm | undefined,
  typeMappings: ConnectorModel['typeMappings'],
): readonly string[] | undefined {
  if (readMaskField(method) === undefined) return undefined;
  const { message, base } = batch?.declared
    ? { message: batch.message, base: [] }
    : readFrom(mapping, method.response);
  const own = batch?.declared ? batch.selection?.shape : mapping?.shape;
  const shape = own?.kind === 'value' ? undefined : own;
  const paths = message && pathsOf(want, shape, { message, prefix: base, typeMappings });
  const root = batch?.declared ? batch.message : method.response;
  if (!paths || !root) return undefined;
  const resource = batch?.declared ? undefined : resourceField(method.response);
  const legal = paths.map((path) => upToList(path, root, resource));
  if (resource === undefined) return [...new Set(legal)].sort();
  const prefix = `${resource}.`;
  if (legal.includes(resource)) return undefined;
  const inner = legal.filter((p) => p.startsWith(prefix)).map((p) => p.slice(prefix.length));
  return inner.length === 0 ? undefined : [...new Set(inner)].sort();
}

/** A repeated field may only end a path (field_mask.proto); the list of resources itself is not part of it. */
function upToList(path: string, message: MessageType, resource: string | undefined): string {
  const names = path.split('.');
  let here: MessageType | undefined = message;
  for (const [i, name] of names.entries()) {
    const field: ProtoField | undefined = [...(here?.fields.values() ?? [])].find(
      (f) => snake(f.jsonName) === name,
    );
    if (field?.repeated && !(i === 0 && name === resource)) return names.slice(0, i + 1).join('.');
    here = typeof field?.type === 'object' && field.type.kind === 'message' ? field.type : undefined;
  }
  return path;
}

/** A response that only wraps the resource, or a page of it. */
function resourceField(response: MessageType): string | undefined {
  const messages = [...response.fields.values()].filter(
    (f) => typeof f.type === 'object' && f.type.kind === 'message' && !f.type.wellKnown && !f.map,
  );
  return messages.length === 1 && messages[0]!.repeated ? snake(messages[0]!.jsonName) : undefined;
}

/** A message on the way, and how it is reached. */
interface Spot {
  readonly message: MessageType;
  readonly prefix: readonly string[];
  readonly typeMappings: ConnectorModel['typeMappings'];
}

function pathsOf(wanted: Want, around: OutputShape | undefined, spot: Spot): string[] | undefined {
  const { want, shape } = wanted.structure ?? { want: wanted, shape: around };
  if (want.byTypename) return memberPaths(want.byTypename, spot);
  if (!want.fields) return undefined;
  const paths: string[] = [];
  for (const [name, field] of want.fields) {
    const mapped = shape?.kind === 'object' ? shape.fields.get(name) : undefined;
    const sources =
      shape === undefined ? sourceByName(spot.message, name) : mapped?.source && [mapped.source];
    if (!sources) return undefined;
    const wants = field.outputs?.map((o) => o.want) ?? [field];
    for (const source of sources) {
      const found = sourcePaths(wants, source, mapped?.shape, spot);
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
  spot: Spot,
): string[] | undefined {
  const shape = mapped?.kind === 'object' ? mapped : undefined;
  if (source.length === 0) {
    // `node: $` is the message itself.
    const same = wants.map((w) => pathsOf(w, shape, spot));
    return same.some((s) => s === undefined) ? undefined : same.flat().filter((p) => p !== undefined);
  }
  const field = fieldAt(spot.message, source);
  if (!field) return undefined;
  const inner =
    typeof field.type === 'object' && field.type.kind === 'message' && !field.type.wellKnown && !field.map
      ? field.type
      : undefined;
  const prefix = [...spot.prefix, ...source];
  const below = inner
    ? wants.map((w) => pathsOf(w, shape, { ...spot, message: inner, prefix }))
    : [undefined];
  return below.some((b) => b === undefined || b.length === 0)
    ? [protoPath(prefix)]
    : below.flat().filter((p) => p !== undefined);
}

/** A union is a oneof: each of its members may be the one that is set. */
function memberPaths(
  byTypename: ReadonlyMap<string, Want>,
  { message, prefix, typeMappings }: Spot,
): string[] | undefined {
  const members = membersOf([...byTypename.keys()], { kind: 'message', message }, typeMappings);
  return members.every((m) => message.fields.has(m.key))
    ? members.map((m) => protoPath([...prefix, m.key]))
    : undefined;
}

const protoPath = (path: readonly string[]) => path.map(snake).join('.');

/** The field of the same name, or all members of the oneof of that name. */
function sourceByName(message: MessageType, name: string): string[][] | undefined {
  if (message.fields.has(name)) return [[name]];
  return oneofNamed(message, name)?.map((member) => [member]);
}
