import type { Library } from './library.ts';
import type { Part } from './part.ts';
import { isObject, textOf } from './part.ts';
import type { Notes } from './notes.ts';
import type { Operation } from './operations.ts';

/** A `@source` of the schema. */
export interface ImportedSource {
  readonly name: string;
  readonly baseUrl: string;
}

/** Where operations are served: one source for all, unless some say otherwise. */
export class Servers {
  /** Those that are used. */
  readonly sources: ImportedSource[] = [];
  readonly #names = new Map<string, string>();
  readonly #library: Library;
  readonly #given: string | undefined;
  readonly #notes: Notes;
  readonly #root: string | undefined;

  constructor(library: Library, given: string | undefined, notes: Notes) {
    this.#library = library;
    this.#notes = notes;
    this.#given = given;
    const { root } = library;
    this.#root = given ?? this.#urlOf(root);
    if (this.#root !== undefined) this.#nameOf(this.#root);
    if (given !== undefined && !isBaseUrl(given))
      notes.problem(
        'OPENAPI_NO_SERVER',
        undefined,
        `The base URL "${given.replace(/\/\/[^/]*@/, '//…@')}" is no http or https address without credentials.`,
        'Write https://host/path.',
      );
  }

  /** The name of the source of an operation. */
  sourceOf({ part, pathItem }: Operation): string {
    const own = this.#given === undefined ? (this.#urlOf(part) ?? this.#urlOf(pathItem)) : undefined;
    const baseUrl = own ?? this.#root;
    if (baseUrl === undefined) {
      const { root } = this.#library;
      const servers = this.#library.get(root, 'servers');
      this.#notes.problem(
        'OPENAPI_NO_SERVER',
        servers ?? root,
        'The description does not say at which address the API is: it has no server with an http or https URL.',
        'Give the base URL of the API (--base-url).',
      );
      return 'api';
    }
    const name = this.#nameOf(baseUrl);
    if (!this.sources.some((s) => s.name === name)) this.sources.push({ name, baseUrl });
    return name;
  }

  #nameOf(baseUrl: string): string {
    const known = this.#names.get(baseUrl);
    if (known !== undefined) return known;
    const name = this.#names.size === 0 ? 'api' : `api${this.#names.size + 1}`;
    this.#names.set(baseUrl, name);
    return name;
  }

  /** The first server with an address that can be used. Relative ones start at the address of the description. */
  #urlOf(holder: Part): string | undefined {
    for (const [, server] of this.#library.entries(this.#library.get(holder, 'servers'))) {
      const url = this.#filled(server);
      const base = /^https?:/.test(holder.document.location) ? holder.document.location : undefined;
      const resolved = url === undefined ? null : URL.parse(url, base);
      if (resolved && isBaseUrl(resolved.href)) {
        resolved.search = '';
        resolved.hash = '';
        return resolved.href.replace(/\/$/, '');
      }
    }
    return undefined;
  }

  /** Variables take their defaults. */
  #filled(server: Part): string | undefined {
    const variables = this.#library.get(server, 'variables');
    let isWhole = true;
    const url = textOf(server, 'url')?.replace(/\{([^{}]*)\}/g, (_, name: string) => {
      const variable = variables && this.#library.get(variables, name);
      const value = isObject(variable?.value) ? variable.value['default'] : undefined;
      if (typeof value !== 'string' && typeof value !== 'number') isWhole = false;
      return String(value);
    });
    return isWhole ? url : undefined;
  }
}

function isBaseUrl(url: string): boolean {
  const parsed = URL.parse(url);
  // Credentials belong into the configuration, and upstreams refuse them in addresses.
  return (
    parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === ''
  );
}
