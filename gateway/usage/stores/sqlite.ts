import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { groupUsage, type UsageCount, type UsageStore } from '../usage.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS variant_usage (
    day TEXT, document TEXT, operation TEXT, client TEXT, version TEXT, variant TEXT, count INTEGER NOT NULL,
    PRIMARY KEY (day, document, operation, client, version, variant)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS document (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
`;
/** Waiting blocks the process; what could not be written is tried again. */
const BUSY_TIMEOUT_MS = 500;

/** Usage in a SQLite file. A crash loses what was not written yet, never what was. Throws if the file cannot be used. */
export function openSqliteUsage(file: string): UsageStore {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  // Not synced with every write: a few seconds of counts are not worth a disk's time.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(SCHEMA);
  if (isBeforeVariants(database)) adoptCounts(database);
  const add = database.prepare(
    `INSERT INTO variant_usage VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  );
  const addDocument = database.prepare('INSERT OR IGNORE INTO document VALUES (?, ?)');
  const since = database.prepare('SELECT * FROM variant_usage WHERE day >= ?');
  const text = database.prepare('SELECT text FROM document WHERE hash = ?');
  const forget = database.prepare('DELETE FROM variant_usage WHERE day < ?');

  return {
    async add({ counts, documents }) {
      database.exec('BEGIN IMMEDIATE');
      try {
        for (const [hash, content] of documents) addDocument.run(hash, content);
        for (const { day, documentHash, operationName, client, clientVersion, variant, count } of counts)
          add.run(day, documentHash, operationName ?? '', client, clientVersion, variant, count);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    async operations(sinceDay, limit) {
      const counts = since.all(sinceDay).map((row): UsageCount => ({
        day: row['day'] as string,
        documentHash: row['document'] as string,
        operationName: row['operation'] === '' ? undefined : (row['operation'] as string),
        client: row['client'] as string,
        clientVersion: row['version'] as string,
        variant: row['variant'] as string,
        count: row['count'] as number,
      }));
      return groupUsage(counts, (hash) => text.get(hash)?.['text'] as string | undefined, limit);
    },
    async forgetBefore(day) {
      if (forget.run(day).changes === 0) return;
      database.exec('DELETE FROM document WHERE hash NOT IN (SELECT document FROM variant_usage)');
    },
    async close() {
      if (database.isOpen) database.close();
    },
  };
}

function isBeforeVariants(database: DatabaseSync): boolean {
  return database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'usage'`).get() !== undefined;
}

/** Counts from before there were variants are those of the main graph. Another process may be doing the same. */
function adoptCounts(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (isBeforeVariants(database))
      database.exec(`
        INSERT OR IGNORE INTO variant_usage
          SELECT day, document, operation, client, version, '', count FROM usage;
        DROP TABLE usage;
      `);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
