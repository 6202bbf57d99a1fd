import { parentPort, workerData } from 'node:worker_threads';
import { type Commit, RegistryUnavailable } from '../store.ts';
import type { CommitAnswer } from './sqlite-commit.ts';
import { connectSqlite, type SqliteConnection, type SqliteFile } from './sqlite-connection.ts';

/* The thread of `sqlite-commit.ts`: takes commits and answers each. */

let connection: SqliteConnection | undefined;

function answerTo(commit: Commit): CommitAnswer {
  try {
    connection ??= connectSqlite(workerData as SqliteFile);
    return { committed: connection.commit(commit) };
  } catch (error) {
    const reason = error instanceof RegistryUnavailable ? error.cause : error;
    return { failure: reason instanceof Error ? reason.message : String(reason) };
  }
}

parentPort!.on('message', (commit: Commit) => parentPort!.postMessage(answerTo(commit)));
