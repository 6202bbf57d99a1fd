import { posix } from 'node:path';
import type { OpenapiDocument } from './document.ts';
import type { Part } from './part.ts';
import { childOf, isObject } from './part.ts';
import { keysOf } from './pointer.ts';

export const isAddress = (location: string) => /^[a-z][a-z0-9+.-]*:/i.test(location);

/** The location of a document that a `$ref` in another names; or why it may not be read. */
export function locate(
  from: string,
  file: string,
  remote: boolean,
): string | { refused: string; fix: string } {
  const OUTSIDE = {
    refused: "leads out of the description's folder",
    fix: 'Move the file into the folder of the first document, or bundle the files to one.',
  };
  if (isAddress(file) || file.startsWith('//') || isAddress(from)) {
    const base = isAddress(from) ? from : undefined;
    const url = URL.parse(file, base);
    if (url === null || !/^https?:$/.test(url.protocol)) return OUTSIDE;
    // A description that was itself read from an address may use its neighbours there.
    if (remote || (base !== undefined && new URL(base).origin === url.origin)) return url.href;
    return {
      refused: 'names an address, and addresses are not read unless that is asked for',
      fix: 'Download the document beside the first one and refer to the copy, or allow remote references.',
    };
  }
  let path: string;
  try {
    path = decodeURIComponent(file);
  } catch {
    return { refused: 'is not a valid URI reference', fix: 'Percent-encode it.' };
  }
  const joined = posix.normalize(posix.join(posix.dirname(from), path));
  const isTrick = path.startsWith('/') || /[\\\0]/.test(path) || joined === '..' || joined.startsWith('../');
  return isTrick ? OUTSIDE : joined;
}

export function splitRef(ref: string): [file: string, fragment: string] {
  const at = ref.indexOf('#');
  return at < 0 ? [ref, ''] : [ref.slice(0, at), ref.slice(at + 1)];
}

export function walk(document: OpenapiDocument, fragment: string): Part | undefined {
  let pointer: string;
  try {
    pointer = decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
  let part: Part = { document, pointer: '', value: document.data };
  if (pointer === '') return part;
  if (!pointer.startsWith('/')) return anchored(part, pointer);
  for (const key of keysOf(pointer)) {
    const child = childOf(part, key);
    if (!child) return undefined;
    part = child;
  }
  return part;
}

/** `$anchor` of JSON Schema 2020-12, on schemas of the components. */
function anchored(root: Part, anchor: string): Part | undefined {
  const schemas = ['components', 'schemas'].reduce<Part | undefined>(
    (at, key) => at && childOf(at, key),
    root,
  );
  if (!isObject(schemas?.value)) return undefined;
  for (const [key, schema] of Object.entries(schemas.value))
    if (isObject(schema) && schema['$anchor'] === anchor) return childOf(schemas, key);
  return undefined;
}
