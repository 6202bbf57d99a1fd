import { enableCompileCache } from 'node:module';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { CompositionJob, CompositionThreadData } from './thread-composer.ts';

/*
 * The thread of `thread-composer.ts`: takes jobs and answers each with `{ result }` or `{ failure }`. It imports nothing
 * of the project statically, so that the compile cache is there before the rest is compiled.
 */
const { compileCacheDir, niceness } = workerData as CompositionThreadData;

if (compileCacheDir !== undefined) enableCompileCache(compileCacheDir);
// Elsewhere it would be the priority of the whole process.
if (process.platform === 'linux') {
  try {
    setPriority(niceness);
  } catch {
    // A sandbox may forbid it: composition then takes its share like everything else.
  }
}

async function answer(job: CompositionJob): Promise<unknown> {
  if (job.kind === 'compose') {
    const { composeSupergraph } = await import('./compose.ts');
    return composeSupergraph(job.subgraphs);
  }
  const { checkSupergraph } = await import('./check-supergraph.ts');
  return checkSupergraph(job.supergraph);
}

parentPort!.on('message', (job: CompositionJob) => {
  answer(job).then(
    (result) => parentPort!.postMessage({ result }),
    (error: unknown) =>
      parentPort!.postMessage({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
