import { KeyvAdapter } from '@apollo/utils.keyvadapter';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import type { Log } from '../observe/log.ts';
import type { Admission } from './admission.ts';

export interface PersistedQueryOptions {
  /** Shared by several replicas; absent = in memory. */
  readonly store?: Keyv<string>;
  /** Queries remembered in memory (default 10000); the least recently used goes first. */
  readonly maxEntries?: number;
  /** How long a query is remembered, in milliseconds (default one day). */
  readonly ttlMs?: number;
}

export const DEFAULT_APQ_TTL_MS = 86_400_000;

/** A store that is down makes queries unknown, not requests fail; and what it gives is checked like what a client sends. */
export function createPersistedQueryCache(
  options: PersistedQueryOptions,
  admit: Admission,
  log: Log,
): KeyvAdapter {
  const store = options.store ?? new Keyv<string>({ store: boundedStore(options.maxEntries ?? 10_000) });
  store.on('error', (error: unknown) => log.warn({ error }, 'the store of persisted queries failed'));
  return new CheckedAdapter(store, admit);
}

/** As Keyv wants a store: its third argument to `set` is a number, which an `LRUCache` takes for its options. */
function boundedStore(maxEntries: number) {
  const entries = new LRUCache<string, string>({ max: maxEntries });
  return {
    get: (key: string) => entries.get(key),
    set: (key: string, value: string) => void entries.set(key, value),
    delete: (key: string) => entries.delete(key),
    clear: () => entries.clear(),
    has: (key: string) => entries.has(key),
  };
}

class CheckedAdapter extends KeyvAdapter {
  readonly #admit: Admission;

  constructor(store: Keyv<string>, admit: Admission) {
    // The adapter's own type of Keyv is the one without `exactOptionalPropertyTypes`.
    super(store as unknown as ConstructorParameters<typeof KeyvAdapter<string>>[0]);
    this.#admit = admit;
  }

  override async get(key: string): Promise<string | undefined> {
    try {
      const source = await super.get(key);
      if (typeof source !== 'string') return undefined;
      this.#admit(source);
      return source;
    } catch {
      return undefined;
    }
  }
}
