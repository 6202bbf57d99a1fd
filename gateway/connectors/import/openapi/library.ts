import type { OpenapiDocument } from './document.ts';
import type { Notes } from './notes.ts';
import type { Part } from './part.ts';
import { childOf, idOf, refOf } from './part.ts';
import { locate, splitRef, walk } from './reference.ts';

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
export interface Missing {
  readonly reason: string;
  readonly fix?: string;
  readonly isRefusal?: boolean;
}
