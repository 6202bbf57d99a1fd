import { Worker } from 'node:worker_threads';
import type { Commit, RegistryStore } from '../store.ts';
import type { SqliteFile } from './sqlite-connection.ts';

type Committed = Awaited<ReturnType<RegistryStore['commit']>>;
export type CommitAnswer = { readonly committed: Committed } | { readonly failure: string };

export interface CommitThread {
  /** One after the other. Rejects if the file cannot be written. */
  commit(commit: Commit): Promise<Committed>;
  /** After the commits that were asked for. */
  close(): Promise<void>;
}

/** Changes are rare: a thread that has nothing to do is ended after this time. */
const IDLE_MS = 30_000;

/** Commits in a thread of its own, which begins with the first commit. */
export function createCommitThread(where: SqliteFile): CommitThread {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  };

  /** One that has died is followed by another. */
  const start = (): Worker => {
    const started = startThread(where);
    started.once('exit', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  };

  const run = async (commit: Commit): Promise<Committed> => {
    clearTimeout(idle);
    const thread = (worker ??= start());
    try {
      return await committedBy(thread, commit);
    } catch (error) {
      await end();
      throw error;
    } finally {
      if (worker) idle = setTimeout(() => void end(), IDLE_MS).unref();
    }
  };

  return {
    commit(commit) {
      const result = queue.then(() => run(commit));
      queue = result.catch(() => undefined);
      return result;
    },
    async close() {
      await queue;
      await end();
    },
  };
}

function startThread(where: SqliteFile): Worker {
  const worker = new Worker(new URL('./sqlite-commit-thread.ts', import.meta.url), {
    name: 'registry',
    workerData: where,
    execArgv: [],
  });
  // Without a listener a thread that dies while it is idle would take the process with it.
  worker.on('error', () => undefined);
  worker.unref();
  return worker;
}

function committedBy(worker: Worker, commit: Commit): Promise<Committed> {
  return new Promise((resolve, reject) => {
    const settle = (conclude: () => void): void => {
      worker.off('message', onMessage).off('error', reject).off('exit', onExit);
      worker.unref();
      conclude();
    };
    const onMessage = (answer: CommitAnswer): void =>
      settle(() => ('failure' in answer ? reject(new Error(answer.failure)) : resolve(answer.committed)));
    const onExit = (): void => settle(() => reject(new Error('the thread that writes has ended')));
    worker.on('message', onMessage).on('error', reject).on('exit', onExit);
    // A process that waits for a commit is not at its end.
    worker.ref();
    worker.postMessage(commit);
  });
}
