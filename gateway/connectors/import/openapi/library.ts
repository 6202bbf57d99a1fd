import { posix } from 'node:path';
import { MAX_DESCRIPTION_BYTES } from '../imported.ts';
import type { Problem } from '../../../problem.ts';
import type { OpenapiDocument, Unreadable } from './document.ts';
import { parseDocument } from './document.ts';
import { keysOf, pointerKey } from './pointer.ts';
import type { Notes, Spot } from './notes.ts';

/** Where an OpenAPI document and the files it refers to come from. */
export interface OpenapiSource {
  /** The first document, JSON or YAML. */
  readonly text: string;
  /** The name of the first document's file, or its address: other documents may refer back to it. */
  readonly location?: string;
  /**
   * Gives the text of another document: of a path relative to the first one's folder (`schemas/pet.yaml`, never
   * outside of it), or of an address if the first one has an address itself or `remote` is set.
   * Without it, `$ref`s to other files are refused.
   */
  readonly read?: (location: string) => Promise<SourceText>;
  /** Whether `$ref`s may name addresses. Default: no. */
  readonly remote?: boolean;
}

export type SourceText = { readonly text: string } | { readonly refused: string };

/** A value of a document, and where it stands. */
export interface Part extends Spot {
  readonly value: unknown;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** How many files one description may have, and how large they may be together. */
const MAX_FILES = 2000;

/** All documents of a description, read before anything is made of them, and the way along `$ref`s between them. */
export class Library {
  readonly root: Part;
  readonly #documents: ReadonlyMap<string, OpenapiDocument | Missing>;
  readonly #notes: Notes;
  readonly #resolved = new Map<string, Part | undefined>();
  readonly #remote: boolean;

  constructor(
    root: OpenapiDocument,
    documents: ReadonlyMap<string, OpenapiDocument | Missing>,
    notes: Notes,
    remote: boolean,
  ) {
    this.root = { document: root, pointer: '', value: root.data };
    this.#documents = documents;
    this.#notes = notes;
    this.#remote = remote;
  }

  /** The value of a key, with its `$ref` followed. */
  get(part: Part, key: string | number): Part | undefined {
    const child = childOf(part, key);
    return child && this.follow(child);
  }

  /** The entries of an object with string keys, or of a list; `$ref`s are not followed. */
  entries(part: Part | undefined): [key: string, part: Part][] {
    const value = part?.value;
    if (typeof value !== 'object' || value === null) return [];
    return Object.keys(value).flatMap((key) => {
      const child = childOf(part!, key);
      return child ? [[key, child] as [string, Part]] : [];
    });
  }

  /** Follows `$ref`s until there is none. Tells what cannot be followed, once, and gives undefined. */
  follow(part: Part): Part | undefined {
    const seen = new Set<string>();
    let at = part;
    for (;;) {
      const ref = refOf(at.value);
      if (ref === undefined) return at;
      const id = idOf(at);
      if (seen.has(id)) {
        this.#notes.problem(
          'OPENAPI_REF_CYCLE',
          part,
          `The $ref "${ref}" leads back to itself, and never to a value.`,
          'Let one of the references of the circle name a value.',
        );
        return undefined;
      }
      seen.add(id);
      const next = this.#resolve(at, ref);
      if (!next) return undefined;
      at = next;
    }
  }

  #resolve(part: Part, ref: string): Part | undefined {
    const key = `${part.document.location}\n${ref}`;
    if (this.#resolved.has(key)) return this.#resolved.get(key);
    const found = this.#find(part, ref);
    this.#resolved.set(key, found);
    return found;
  }

  #find(part: Part, ref: string): Part | undefined {
    const [file, fragment] = splitRef(ref);
    const target = file === '' ? part.document.location : locate(part.document.location, file, this.#remote);
    if (typeof target !== 'string') {
      this.#notes.problem('OPENAPI_REF_REFUSED', part, `The $ref "${ref}" ${target.refused}.`, target.fix);
      return undefined;
    }
    const document = this.#documents.get(target);
    if (!document || 'reason' in document) {
      const reason = document ? document.reason : 'is not there';
      this.#notes.problem(
        document?.isRefusal === true ? 'OPENAPI_REF_REFUSED' : 'OPENAPI_REF_NOT_FOUND',
        part,
        `The $ref "${ref}" names a document that ${reason}.`,
        document?.fix,
      );
      return undefined;
    }
    const found = walk(document, fragment);
    if (!found)
      this.#notes.problem(
        'OPENAPI_REF_NOT_FOUND',
        part,
        `The $ref "${ref}" names nothing: ${document.name} has no "${fragment}".`,
        'Correct the reference, or add what it names.',
      );
    return found;
  }
}

/** A document that a `$ref` names and that cannot be had. */
interface Missing {
  readonly reason: string;
  readonly fix?: string;
  readonly isRefusal?: boolean;
}

/** Reads the first document and every one that it refers to, in turn. Throws nothing for what they hold. */
export async function openLibrary(
  source: OpenapiSource,
  name: string,
  subgraph: string,
  notes: Notes,
): Promise<Library | readonly Problem[]> {
  const first = source.location ?? 'openapi.yaml';
  const root =
    Buffer.byteLength(source.text) > MAX_DESCRIPTION_BYTES
      ? TOO_LARGE
      : parseDocument(source.text, name, first);
  if ('message' in root) return [unreadableProblem(root, name, subgraph)];
  const documents = new Map<string, OpenapiDocument | Missing>([[first, root]]);
  const queue = [root];
  const budget = { bytes: MAX_DESCRIPTION_BYTES - Buffer.byteLength(source.text) };
  for (let document = queue.shift(); document; document = queue.shift()) {
    const targets = [...refsOf(document.data)].flatMap((file) => {
      const target = locate(document.location, file, source.remote === true);
      return typeof target === 'string' && !documents.has(target) ? [target] : [];
    });
    for (const target of new Set(targets)) {
      const read = await readTarget(target, source, name, documents.size, budget);
      documents.set(target, read);
      if (!('reason' in read)) queue.push(read);
    }
  }
  return new Library(root, documents, notes, source.remote === true);
}

async function readTarget(
  target: string,
  source: OpenapiSource,
  name: string,
  count: number,
  budget: { bytes: number },
): Promise<OpenapiDocument | Missing> {
  if (!source.read)
    return {
      reason: 'is another file, and this description comes as one',
      fix: 'Bundle the files to one, or import the description from its folder.',
      isRefusal: true,
    };
  if (count >= MAX_FILES) return { reason: `is one more than ${MAX_FILES} files`, isRefusal: true };
  const read = await source.read(target);
  if ('refused' in read) return { reason: read.refused };
  budget.bytes -= Buffer.byteLength(read.text);
  if (budget.bytes < 0)
    return {
      reason: `makes the description larger than ${MAX_DESCRIPTION_BYTES / 1024 / 1024} MB`,
      isRefusal: true,
    };
  const shown = isAddress(target) ? target : posix.join(posix.dirname(name), target);
  const document = parseDocument(read.text, shown, target);
  if (!('message' in document)) return document;
  const { place } = document;
  return {
    reason: `cannot be read (${shown}${place ? `:${place.line}:${place.column}` : ''}). ${document.message.replace(/\.$/, '')}`,
  };
}

const TOO_LARGE: Unreadable = {
  code: 'OPENAPI_TOO_LARGE',
  message: `The document is larger than ${MAX_DESCRIPTION_BYTES / 1024 / 1024} MB.`,
  fix: 'Split it, or leave out what is not to be imported.',
};

export function unreadableProblem(
  { code, message, place, fix }: Unreadable,
  file: string,
  subgraph: string,
): Problem {
  return { severity: 'error', code, message, subgraph, file, ...place, ...(fix !== undefined && { fix }) };
}

/** The files that the `$ref`s of a document name. */
function refsOf(data: unknown): Set<string> {
  const files = new Set<string>();
  const seen = new Set<unknown>();
  const stack: unknown[] = [data];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    const ref = refOf(value);
    const file = ref === undefined ? '' : splitRef(ref)[0];
    if (file !== '') files.add(file);
    for (const inner of Object.values(value)) stack.push(inner);
  }
  return files;
}

const isAddress = (location: string) => /^[a-z][a-z0-9+.-]*:/i.test(location);

/** The location of a document that a `$ref` in another names; or why it may not be read. */
function locate(from: string, file: string, remote: boolean): string | { refused: string; fix: string } {
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

function splitRef(ref: string): [file: string, fragment: string] {
  const at = ref.indexOf('#');
  return at < 0 ? [ref, ''] : [ref.slice(0, at), ref.slice(at + 1)];
}

function walk(document: OpenapiDocument, fragment: string): Part | undefined {
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

/** The value of a key of an object or list, as it stands. */
export function childOf(part: Part, key: string | number): Part | undefined {
  const { value, document, pointer } = part;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const child = (value as Record<string | number, unknown>)[key];
  if (child === undefined) return undefined;
  return { document, pointer: `${pointer}/${pointerKey(String(key))}`, value: child };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function refOf(value: unknown): string | undefined {
  if (!isObject(value) || !Object.hasOwn(value, '$ref')) return undefined;
  const { $ref: ref } = value;
  return typeof ref === 'string' ? ref : undefined;
}

const ids = new WeakMap<object, string>();

/** Which value of all documents it is. An alias of YAML is the value that it stands for. */
export function idOf({ document, pointer, value }: Part): string {
  if (typeof value !== 'object' || value === null) return `${document.location}#${pointer}`;
  let id = ids.get(value);
  if (id === undefined) ids.set(value, (id = `${document.location}#${pointer}`));
  return id;
}

export function textOf(part: Part | undefined, key: string): string | undefined {
  const value = isObject(part?.value) ? part.value[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function flagOf(part: Part | undefined, key: string): boolean {
  return isObject(part?.value) && part.value[key] === true;
}
