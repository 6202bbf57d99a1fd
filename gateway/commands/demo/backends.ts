import type { DemoBackendConfig } from '../../config/schema.ts';
import type { CommandContext } from '../command-context.ts';
import { painter } from '../print-problems.ts';
import { BackendProcess } from './backend-process.ts';

/** After this long, people are told what they are waiting for. */
const SLOW_AFTER_MS = 3000;

export interface DemoBackends {
  close(): Promise<void>;
}

/**
 * Starts the demo's backends together and waits until all are ready; if one is not, none stays.
 * One that ends later is reported and not replaced: the gateway has to live without it.
 */
export async function startDemoBackends(
  configs: readonly DemoBackendConfig[],
  context: Pick<CommandContext, 'env' | 'stderr'>,
  signal?: AbortSignal,
): Promise<DemoBackends> {
  const paint = painter(context.stderr, context.env);
  const say = (name: string, text: string): void => {
    context.stderr.write(`${paint('dim', `[${name}]`)} ${text}\n`);
  };
  const startedAt = performance.now();
  const processes = configs.map(
    (config) => new BackendProcess(config, context.env, (line) => say(config.name, line)),
  );
  let closing = false;
  const close = async (): Promise<void> => {
    closing = true;
    await Promise.all(processes.map((process) => process.stop()));
  };
  say('demo', `starting ${processes.map(({ name }) => name).join(', ')}`);
  const slow = setTimeout(() => {
    const waiting = processes.filter(({ isReady }) => !isReady).map(({ name }) => name);
    say('demo', `still waiting for ${waiting.join(', ')} (a first start fills its database)`);
  }, SLOW_AFTER_MS);
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const allReady = Promise.all(
      processes.map(async (process) => {
        await process.ready;
        if (!closing)
          say(process.name, `ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
      }),
    );
    await Promise.race([allReady, aborted.promise]);
    if (signal?.aborted === true) await close();
  } catch (error) {
    await close();
    throw error;
  } finally {
    clearTimeout(slow);
    signal?.removeEventListener('abort', onAbort);
  }
  for (const process of processes) {
    void process.ended.then((how) => {
      if (!closing) say(process.name, `ended (${how}); the gateway goes on without it`);
    });
  }
  return { close };
}
