import { Worker } from 'node:worker_threads';
import type { Description } from './described.ts';
import type { ImportJob } from './import-thread.ts';
import type { ImportResult } from './imported.ts';

const TIMEOUT_MS = 120_000;
const MEMORY_MB = 2048;

/**
 * Imports in a thread of its own, for a process that has something else to do. A description that takes too much time or
 * memory is refused. Rejects with the signal's reason when nobody wants it any more.
 */
export function importApart(
  name: string,
  description: Description,
  signal: AbortSignal,
): Promise<ImportResult> {
  signal.throwIfAborted();
  const workerData: ImportJob = { name, description };
  const worker = new Worker(new URL('./import-thread.ts', import.meta.url), {
    name: 'import',
    workerData,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  return new Promise<ImportResult>((resolve, reject) => {
    const settle = (conclude: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      conclude();
      void worker.terminate();
    };
    const refuse = (message: string): void =>
      settle(() =>
        resolve({
          problems: [
            {
              severity: 'error',
              code: 'IMPORT_FAILED',
              subgraph: name,
              message,
              fix: 'Take a part of the description; "sluice import" writes a schema that can be edited.',
            },
          ],
        }),
      );
    const onAbort = (): void => settle(() => reject(signal.reason as Error));
    const timer = setTimeout(
      () => refuse(`The import takes longer than ${TIMEOUT_MS / 1000} s.`),
      TIMEOUT_MS,
    );
    signal.addEventListener('abort', onAbort, { once: true });
    worker.once('message', (result: ImportResult) => settle(() => resolve(result)));
    worker.once('error', (error: NodeJS.ErrnoException) =>
      refuse(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `The import takes more than ${MEMORY_MB} MB of memory.`
          : `The import failed: ${error.message}.`,
      ),
    );
    worker.once('exit', () => refuse('The import ended without a result.'));
  });
}
