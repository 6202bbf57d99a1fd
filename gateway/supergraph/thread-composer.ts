import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { CheckedSupergraph, SupergraphSource } from './check-supergraph.ts';
import type { Composition, SubgraphSource } from './compose.ts';
import type { Composer } from './composer.ts';

export type CompositionJob =
  | { readonly kind: 'compose'; readonly subgraphs: readonly SubgraphSource[] }
  | { readonly kind: 'check'; readonly supergraph: SupergraphSource };

export interface CompositionThreadData {
  readonly compileCacheDir: string | undefined;
  /** Added to the priority of the thread: requests go first where cores are scarce. */
  readonly niceness: number;
}

export interface CompositionLimits {
  /** Of one composition. */
  readonly timeoutMs: number;
  /** Of the thread's heap. */
  readonly memoryMb: number;
}

export interface ThreadComposer extends Composer {
  /** Ends the thread, and what it does; it would not keep the process alive. */
  close(): Promise<void>;
}

/** A thread that has nothing to do is ended after this time: its memory is needed once per change of the schema. */
const IDLE_MS = 30_000;
/** A quarter of a core that requests want, too; all of a core that is free. */
const NICENESS = 5;

type Answer = { readonly result: unknown } | { readonly failure: string };

/**
 * Composes in a thread of its own, one job after the other. The thread begins with the first job, and a thread that failed
 * is followed by a new one.
 * @param limits asked for each job, because they may change
 */
export function createThreadComposer(limits: () => CompositionLimits): ThreadComposer {
  let thread: { readonly worker: Worker; readonly memoryMb: number } | undefined;
  let idle: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const closed = new AbortController();

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const { worker } = thread ?? {};
    thread = undefined;
    await worker?.terminate();
  };

  const workerFor = async ({ memoryMb }: CompositionLimits): Promise<Worker> => {
    clearTimeout(idle);
    if (thread && thread.memoryMb !== memoryMb) await end();
    if (!thread) {
      const worker = startThread(memoryMb);
      // Without a listener a thread that dies while it is idle would take the process with it.
      worker.on('error', () => undefined);
      worker.once('exit', () => {
        if (thread?.worker === worker) thread = undefined;
      });
      thread = { worker, memoryMb };
    }
    return thread.worker;
  };

  const run = async (job: CompositionJob, signal: AbortSignal): Promise<unknown> => {
    signal.throwIfAborted();
    const asked = limits();
    const worker = await workerFor(asked);
    try {
      return await resultOf(worker, job, asked, signal);
    } catch (error) {
      // Whatever it does is not wanted any more. A failure that it told leaves it in order, but is rare.
      await end();
      throw error;
    } finally {
      if (thread) idle = setTimeout(() => void end(), IDLE_MS).unref();
    }
  };

  const enqueue = <Result>(job: CompositionJob, signal: AbortSignal | undefined): Promise<Result> => {
    const either = signal ? AbortSignal.any([signal, closed.signal]) : closed.signal;
    const result = queue.then(() => run(job, either));
    queue = result.catch(() => undefined);
    return result as Promise<Result>;
  };

  return {
    compose: (subgraphs, signal) => enqueue<Composition>({ kind: 'compose', subgraphs }, signal),
    check: (supergraph, signal) => enqueue<CheckedSupergraph>({ kind: 'check', supergraph }, signal),
    async close() {
      closed.abort(new Error('The gateway is shutting down.'));
      await queue;
      await end();
    },
  };
}

function startThread(memoryMb: number): Worker {
  const workerData: CompositionThreadData = { compileCacheDir: getCompileCacheDir(), niceness: NICENESS };
  const worker = new Worker(new URL('./composition-thread.ts', import.meta.url), {
    name: 'composition',
    workerData,
    // What was loaded into the process by options is not loaded once more.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  worker.unref();
  return worker;
}

function resultOf(
  worker: Worker,
  job: CompositionJob,
  { timeoutMs, memoryMb }: CompositionLimits,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (conclude: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      worker.unref();
      conclude();
    };
    const fail = (message: string, cause?: unknown): void =>
      settle(() => reject(new Error(message, { cause })));
    const timer = setTimeout(
      () => fail(`It takes longer than ${timeoutMs} ms to compose (reload.compositionTimeoutMs).`),
      timeoutMs,
    );
    const onAbort = (): void => settle(() => reject(signal.reason as Error));
    const onMessage = (answer: Answer): void => {
      if ('failure' in answer) fail(answer.failure);
      else settle(() => resolve(answer.result));
    };
    const onError = (error: NodeJS.ErrnoException): void =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? fail(`It takes more than ${memoryMb} MB of memory to compose (reload.compositionMemoryMb).`, error)
        : fail(error.message, error);
    const onExit = (): void => fail('The thread that composes has ended.');
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
    // A process that waits for a composition is not at its end.
    worker.ref();
    worker.postMessage(job);
  });
}
