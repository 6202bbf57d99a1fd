import type { Problem } from '../../problem.ts';

/** A subgraph made of a foreign description (`.proto`, OpenAPI, WSDL): what a person would have written by hand. */
export interface ImportedSubgraph {
  /** A schema with connectors; formatted, with descriptions, meant to be read and edited. */
  readonly sdl: string;
  /** What `upstreams:` of the configuration needs, by name. Paths name entries of `files`. */
  readonly upstreams: Readonly<Record<string, ImportedUpstream>>;
  /** Files that the upstreams need beside the schema (protos): relative path, with `/`, to content. */
  readonly files: ReadonlyMap<string, string>;
  /** Warnings and hints: what was left out, renamed or guessed, with its place in the description. */
  readonly problems: readonly Problem[];
}

/** Entries of `upstreams:` as one writes them. */
export type ImportedUpstream =
  | {
      readonly wire: 'grpc';
      /** `host:port`. */
      readonly address: string;
      readonly protos: readonly string[];
      readonly protoPaths?: readonly string[];
    }
  | { readonly wire: 'xml' | 'json'; readonly url: string };

export type ImportResult = ImportedSubgraph | { readonly problems: readonly Problem[] };

export interface ImportOptions {
  /** Of the subgraph; also the name of its upstream. */
  readonly name: string;
  /** Told in problems: the file or address that the description was read from. */
  readonly source: string;
  /**
   * Only the operations whose full name (`package.Service/Method`, `GET /path`, `port.operation`) matches one of these
   * patterns (`*` is any text) are imported; absent = all.
   */
  readonly only?: readonly string[];
}

/** A description larger than this is refused, in bytes. */
export const MAX_DESCRIPTION_BYTES = 64 * 1024 * 1024;
