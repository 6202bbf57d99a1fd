import { existsSync } from 'node:fs';
import type { RegistryStore } from '../store.ts';
import { createCommitThread } from './sqlite-commit.ts';
import { connectSqlite, type SqliteConnection, type SqliteFile, unavailable } from './sqlite-connection.ts';

/** Processes on one machine may share the file; how often one looks whether another has written. */
const POLL_INTERVAL_MS = 500;

/**
 * The embedded store: one SQLite file, in write-ahead mode, synced with every commit. Nothing is made on disk before
 * the first commit. It is read here, in a moment, and written by a thread: writing and syncing a large graph would
 * keep requests waiting.
 */
export function openSqliteStore(where: SqliteFile): RegistryStore {
  const thread = createCommitThread(where);
  let connection: SqliteConnection | undefined;
  /** Undefined = there is no file yet, so nothing was ever committed. */
  const known = (): SqliteConnection | undefined =>
    (connection ??= existsSync(where.file) ? connectSqlite(where) : undefined);
  let polling: NodeJS.Timeout | undefined;
  // A file that is there is opened at once: if it cannot be used, one wants to know at the start.
  known();

  return {
    head: () => attempt(() => known()?.head() ?? { records: [] }),
    at: (number) => attempt(() => known()?.at(number)),
    supergraph: (number) => attempt(() => known()?.supergraph(number)),
    history: (query) => attempt(() => known()?.history(query) ?? []),
    commit: (commit) =>
      thread.commit(commit).catch((error: unknown) => {
        throw unavailable(error);
      }),
    watch(listener) {
      let seen = known()?.dataVersion();
      clearInterval(polling);
      polling = setInterval(() => {
        const now = known()?.dataVersion();
        if (now !== seen) listener();
        seen = now;
      }, POLL_INTERVAL_MS).unref();
    },
    async close() {
      clearInterval(polling);
      await thread.close();
      connection?.close();
    },
  };
}

function attempt<T>(action: () => T): Promise<T> {
  try {
    return Promise.resolve(action());
  } catch (error) {
    return Promise.reject(unavailable(error));
  }
}
