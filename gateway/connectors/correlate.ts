import { FieldFault, UpstreamError } from '../errors.ts';
import type { MessageType } from '../upstreams/grpc/types.ts';
import { compileAuto } from './auto.ts';
import type { BatchForm } from './batch-form.ts';
import { keyId, keyPart } from './key.ts';
import type { Mapping, Variables } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import type { Want } from './mapping/want.ts';
import type { Connector } from './model.ts';
import { own } from './own.ts';
import { describe } from './scalars.ts';

/** Matches answers to keys by value, never by position, and says which key does not add up. */
export function correlator(
  connector: Connector,
  takeItems: (data: unknown, variables: Variables) => unknown,
  readKey: ReadKey,
  many: boolean,
): BatchForm['correlate'] {
  const mismatch = (what: string) =>
    new FieldFault(
      new UpstreamError(
        'UPSTREAM_KEY_MISMATCH',
        connector.upstream,
        `The service "${connector.upstream}" answered a batch of ${connector.name} ${what}.`,
      ),
    );
  return (data, variables, keys) => {
    const items = takeItems(data, variables);
    const list = Array.isArray(items)
      ? items
      : items === undefined || items === null || items === ''
        ? []
        : [items];
    const asked = new Set(keys.map((k) => k.id));
    const found = new Map<string, unknown>();
    let stray: string | undefined;
    for (const item of list) {
      const id = readKey(item, variables);
      if (id === undefined) stray ??= 'with an entry that has no key';
      else if (!asked.has(id)) stray ??= `with the key ${describe(id)}, which was not asked for`;
      else if (many) {
        const group = found.get(id) as unknown[] | undefined;
        if (group) group.push(item);
        else found.set(id, [item]);
      } else if (found.has(id)) found.set(id, mismatch(`with the key ${describe(id)} more than once`));
      else found.set(id, item);
    }
    if (many) for (const id of asked) if (!found.has(id)) found.set(id, []);
    // A key without an answer is a thing that does not exist; beside an answer without a key it is a mix-up.
    return stray !== undefined && (many || found.size < asked.size)
      ? { found: many ? new Map() : found, fault: mismatch(stray) }
      : { found };
  };
}

export type ReadKey = (answer: unknown, variables: Variables) => string | undefined;

/** `batch: { key: "…" }`: an object with the names after `$batch`, or a single value for a single name. */
export function givenKey(mapping: Mapping, paths: readonly (readonly string[])[]): ReadKey {
  const read = compileMapping(mapping);
  // `key: "@id"` is a selection of one field, whatever it is called.
  const { shape } = mapping;
  const [only] =
    shape.kind === 'object' && shape.fields.size === 1 && paths.length === 1 ? shape.fields.keys() : [];
  if (only !== undefined && only !== paths[0]![0])
    return (answer, variables) => textOf(own(read(answer, variables), only));
  return (answer, variables) => keyText(read(answer, variables), paths);
}

/** The key as the selection itself gives it. */
export function mappedKey(
  item: Mapping | undefined,
  message: MessageType | undefined,
  paths: readonly (readonly string[])[],
  connector: Connector,
): ReadKey {
  const want = wantOf(paths);
  const read = item
    ? compileMapping(item, want)
    : compileAuto(want, message ? { kind: 'message', message } : { kind: 'open' }, connector.dialect);
  return (answer, variables) => keyText(read(answer, variables), paths);
}

function wantOf(paths: readonly (readonly string[])[]): Want {
  const fields = new Map<string, Want>();
  for (const head of new Set(paths.map((p) => p[0]!))) {
    const below = paths.filter((p) => p[0] === head && p.length > 1).map((p) => p.slice(1));
    fields.set(head, below.length > 0 ? { ...wantOf(below), listDepth: 0 } : { listDepth: 0 });
  }
  return { fields, listDepth: 0 };
}

function keyText(value: unknown, paths: readonly (readonly string[])[]): string | undefined {
  if (typeof value !== 'object' || value === null) return paths.length === 1 ? textOf(value) : undefined;
  const parts: string[] = [];
  for (const path of paths) {
    let at: unknown = value;
    for (const name of path) at = own(at, name);
    const text = textOf(at);
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return keyId(parts);
}

export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'object' && '#text' in value) return textOf(value['#text']);
  return keyPart(value);
}
