import { hash } from 'node:crypto';

/** One subgraph as it is registered: everything that is needed to serve it, as plain data. */
export interface SubgraphRecord {
  readonly name: string;
  /** Its schema, with connectors if its data is not GraphQL. */
  readonly sdl: string;
  /** Where it is served, if it speaks GraphQL over HTTP. */
  readonly url?: string;
  /** Longest wait for one call to `url`. */
  readonly timeoutMs?: number;
  /** Headers of the calls to `url`. */
  readonly headers?: {
    readonly forward: readonly string[];
    readonly set: Readonly<Record<string, string>>;
  };
  /** Entries of `upstreams:` of the configuration; paths in them name entries of `files`. */
  readonly upstreams: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Texts that the upstreams need (protos): relative path, with `/`, to content. */
  readonly files: Readonly<Record<string, string>>;
  /** One of the gateway's configuration, kept for the history: its settings and upstreams stay there, and only there. */
  readonly configured?: true;
}

/** All subgraphs of a state. */
export interface GraphRecords {
  /** Registered and configured ones, by name. */
  readonly records: readonly SubgraphRecord[];
  /**
   * Configured subgraphs that are served as they are in `records` because of a rollback: name → hash of what their
   * files say instead. Once the files say something else, they count again.
   */
  readonly pinned: Readonly<Record<string, string>>;
}

/** What can happen to the graph. */
export type RevisionAction = 'register' | 'unregister' | 'rollback' | 'configure';

/** One state of the whole graph that was served. Revisions count from 1 and are never changed. */
export interface Revision {
  readonly number: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly action: RevisionAction;
  /** The subgraphs that it changed. */
  readonly subjects: readonly string[];
  /** Whose token it was; `author` is what they said of themselves. */
  readonly actor: string;
  readonly author?: string;
  readonly reason?: string;
  /** Checks that were overridden by `force`, as they were told. */
  readonly forced?: readonly string[];
  /** See `GraphRecords`; absent = none. */
  readonly pinned?: Readonly<Record<string, string>>;
  /** The subgraphs in this state: name → version. Versions count from 1; equal content is one version. */
  readonly subgraphs: Readonly<Record<string, number>>;
  /** Of the composed supergraph (SHA-256, hexadecimal). */
  readonly supergraphHash: string;
}

/** The same text for the same content, whatever the order of its keys. */
export function contentOf(record: SubgraphRecord): string {
  return JSON.stringify(sorted(record));
}

const hashes = new WeakMap<SubgraphRecord, string>();

/** Of the content (SHA-256, hexadecimal). */
export function hashOf(record: SubgraphRecord): string {
  let known = hashes.get(record);
  if (known === undefined) hashes.set(record, (known = hash('sha256', contentOf(record))));
  return known;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
