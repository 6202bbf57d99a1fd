import type { KeyvAdapter } from '@apollo/utils.keyvadapter';
import type { HttpRequest } from '../http/message.ts';
import type { Log } from '../observe/log.ts';

/** The text of an operation, and the hash by which the client persists it. */
export interface PersistedSource {
  readonly query: string;
  /** SHA-256 in hex, as the client says; absent = it does not persist. */
  readonly hash: string | undefined;
  /** Whether the text came out of the store. */
  readonly isKnown: boolean;
}

/** As Apollo Server calls its entries. */
const PREFIX = 'apq:';

/** The text of a request that may have only its hash. `undefined` = there is none, or the store does not know it. */
export async function findPersisted(
  request: HttpRequest,
  body: unknown,
  cache: KeyvAdapter | undefined,
): Promise<PersistedSource | undefined> {
  const { query, extensions } = request.method === 'POST' ? fromBody(body) : fromQuery(request.query);
  const hash = hashOf(extensions);
  if (typeof query === 'string' && query !== '') return { query, hash, isKnown: false };
  const known = hash === undefined ? undefined : await cache?.get(PREFIX + hash);
  return known === undefined ? undefined : { query: known, hash, isKnown: true };
}

/** Remembers a text that has just been found valid, if its hash is right. */
export function persist(
  { query, hash, isKnown }: PersistedSource,
  documentHash: string,
  { cache, ttlSeconds }: { readonly cache: KeyvAdapter; readonly ttlSeconds: number },
  log: Log,
): void {
  if (hash !== documentHash || isKnown) return;
  cache
    .set(PREFIX + hash, query, { ttl: ttlSeconds })
    .catch((error: unknown) => log.warn({ error }, 'the store of persisted queries failed'));
}

interface Raw {
  readonly query?: unknown;
  readonly extensions?: unknown;
}

function fromBody(body: unknown): Raw {
  return typeof body === 'object' && body !== null ? body : {};
}

function fromQuery(search: string): Raw {
  const parameters = new URLSearchParams(search);
  const query = parameters.get('query') ?? undefined;
  try {
    return { query, extensions: JSON.parse(parameters.get('extensions') ?? '{}') };
  } catch {
    return { query };
  }
}

function hashOf(extensions: unknown): string | undefined {
  if (typeof extensions !== 'object' || extensions === null || !('persistedQuery' in extensions))
    return undefined;
  const { persistedQuery } = extensions;
  if (typeof persistedQuery !== 'object' || persistedQuery === null || !('sha256Hash' in persistedQuery))
    return undefined;
  return typeof persistedQuery.sha256Hash === 'string' ? persistedQuery.sha256Hash : undefined;
}
