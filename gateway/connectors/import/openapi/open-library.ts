import { posix } from 'node:path';
import type { Problem } from '../../../problem.ts';
import { MAX_DESCRIPTION_BYTES } from '../imported.ts';
import type { OpenapiDocument, Unreadable } from './document.ts';
import { parseDocument } from './document.ts';
import { Library } from './library.ts';
import type { Missing } from './library.ts';
import type { Notes } from './notes.ts';
import { refOf } from './part.ts';
import { isAddress, locate, splitRef } from './reference.ts';

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

/** How many files one description may have, and how large they may be together. */
const MAX_FILES = 2000;

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
