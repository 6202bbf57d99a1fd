import { parentPort, workerData } from 'node:worker_threads';
import { type Description, importDescription } from './described.ts';

/* The thread of `import-apart.ts`: one description, one answer. */

export interface ImportJob {
  readonly name: string;
  readonly description: Description;
}

const { name, description } = workerData as ImportJob;
parentPort!.postMessage(await importDescription(name, description));
