import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { contentOf, hashOf, type Revision, type SubgraphRecord } from '../record.ts';
import { type Commit, type HistoryQuery, RegistryUnavailable, type State } from '../store.ts';

export interface SqliteFile {
  /** The database's file; its folder is made. */
  readonly file: string;
  /** Older revisions are forgotten. */
  readonly keepRevisions: number;
}

export type SqliteConnection = ReturnType<typeof connectSqlite>;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS revision (number INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS subject (name TEXT, revision INTEGER, PRIMARY KEY (name, revision)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS version (
    name TEXT, version INTEGER, hash TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (name, version)
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS version_hash ON version (name, hash);
  CREATE TABLE IF NOT EXISTS last_version (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS supergraph (hash TEXT PRIMARY KEY, sdl TEXT NOT NULL) STRICT;
`;

const BUSY_TIMEOUT_MS = 5000;

/** A connection to the file; it makes the file if there is none. Throws `RegistryUnavailable`. */
export function connectSqlite({ file, keepRevisions }: SqliteFile) {
  const database = open(file);
  const head = database.prepare('SELECT content FROM revision ORDER BY number DESC LIMIT 1');
  const byNumber = database.prepare('SELECT content FROM revision WHERE number = ?');
  const versionContent = database.prepare('SELECT content FROM version WHERE name = ? AND version = ?');
  const versionByHash = database.prepare('SELECT version FROM version WHERE name = ? AND hash = ?');
  // Counted apart, so that the number of a forgotten version is not given to another.
  const nextVersion = database.prepare(
    `INSERT INTO last_version VALUES (?, 1)
     ON CONFLICT (name) DO UPDATE SET version = version + 1 RETURNING version`,
  );
  const supergraphByHash = database.prepare('SELECT sdl FROM supergraph WHERE hash = ?');
  const page = database.prepare('SELECT content FROM revision WHERE number < ? ORDER BY number DESC LIMIT ?');
  const pageOf = database.prepare(
    `SELECT content FROM revision JOIN subject ON revision = number
     WHERE name = ? AND number < ? ORDER BY number DESC LIMIT ?`,
  );
  const addRevision = database.prepare('INSERT INTO revision VALUES (?, ?)');
  const addSubject = database.prepare('INSERT OR IGNORE INTO subject VALUES (?, ?)');
  const addVersion = database.prepare('INSERT INTO version VALUES (?, ?, ?, ?)');
  const addSupergraph = database.prepare('INSERT OR IGNORE INTO supergraph VALUES (?, ?)');
  const dataVersion = database.prepare('PRAGMA data_version');

  const revisionOf = (row: Record<string, unknown> | undefined): Revision | undefined =>
    row && (JSON.parse(row['content'] as string) as Revision);
  // Equal versions stay the same objects, so that they are not parsed and hashed again.
  let parsed: ReadonlyMap<string, SubgraphRecord> = new Map();
  const stateOf = (revision: Revision): State => {
    const records = Object.entries(revision.subgraphs).map(([name, version]): [string, SubgraphRecord] => {
      const key = `${name}@${version}`;
      const content = () => versionContent.get(name, version)!['content'] as string;
      return [key, parsed.get(key) ?? (JSON.parse(content()) as SubgraphRecord)];
    });
    parsed = new Map(records);
    return { revision, records: [...parsed.values()] };
  };

  const versionOf = (record: SubgraphRecord): number => {
    const recordHash = hashOf(record);
    const known = versionByHash.get(record.name, recordHash);
    if (known) return known['version'] as number;
    const version = nextVersion.get(record.name)!['version'] as number;
    addVersion.run(record.name, version, recordHash, contentOf(record));
    return version;
  };

  const write = ({ expected, records, supergraphSdl, ...facts }: Commit) => {
    const newest = revisionOf(head.get());
    if (newest && newest.number !== expected) return { conflict: newest };
    const supergraphHash = hash('sha256', supergraphSdl);
    addSupergraph.run(supergraphHash, supergraphSdl);
    const subgraphs = Object.fromEntries(records.map((record) => [record.name, versionOf(record)]));
    const revision: Revision = { number: expected + 1, ...facts, subgraphs, supergraphHash };
    addRevision.run(revision.number, JSON.stringify(revision));
    for (const name of facts.subjects) addSubject.run(name, revision.number);
    forget(database, revision.number - keepRevisions);
    return { revision };
  };

  return {
    head(): State {
      const newest = revisionOf(head.get());
      return newest ? stateOf(newest) : { records: [] };
    },
    at(number: number): State | undefined {
      const revision = revisionOf(byNumber.get(number));
      return revision && stateOf(revision);
    },
    supergraph(number: number): string | undefined {
      const revision = revisionOf(byNumber.get(number));
      return revision && (supergraphByHash.get(revision.supergraphHash)?.['sdl'] as string | undefined);
    },
    history({ limit, before = Number.MAX_SAFE_INTEGER, subgraph }: HistoryQuery): readonly Revision[] {
      const rows = subgraph === undefined ? page.all(before, limit) : pageOf.all(subgraph, before, limit);
      return rows.map((row) => revisionOf(row)!);
    },
    commit(commit: Commit) {
      // IMMEDIATE takes the lock before it reads, so that two processes cannot both see the same newest revision.
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = write(commit);
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    dataVersion: () => dataVersion.get()!['data_version'] as number,
    close(): void {
      if (database.isOpen) database.close();
    },
  };
}

function open(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    throw unavailable(error);
  }
}

/** Forgets revisions up to `last`, and what only they used. */
function forget(database: DatabaseSync, last: number): void {
  if (last < 1) return;
  database.prepare('DELETE FROM revision WHERE number <= ?').run(last);
  database.prepare('DELETE FROM subject WHERE revision <= ?').run(last);
  database.exec(`
    DELETE FROM version WHERE NOT EXISTS (
      SELECT 1 FROM revision, json_each(revision.content, '$.subgraphs') AS used
      WHERE used.key = version.name AND used.value = version.version
    );
    DELETE FROM supergraph WHERE hash NOT IN (SELECT content ->> '$.supergraphHash' FROM revision);
  `);
}

export function unavailable(error: unknown): RegistryUnavailable {
  if (error instanceof RegistryUnavailable) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new RegistryUnavailable(`The registry's file cannot be used: ${reason}.`, { cause: error });
}
