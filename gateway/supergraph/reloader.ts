import type { Problem } from '../problem.ts';
import type { RunningGraph, Provisioned } from './running-graph.ts';
import type { WarmReport } from './warm.ts';

export interface ReloadResult {
  /** `refused`: the running graph stays, for the reasons in `problems`. `unchanged`: there was nothing new. */
  readonly outcome: 'swapped' | 'unchanged' | 'refused';
  readonly problems: readonly Problem[];
  /** What was compiled before the swap. */
  readonly warmed?: WarmReport;
}

/** A graph that has been checked and opened, and is not served yet. */
export interface BuiltGraph<Snapshot extends object> extends Provisioned<Snapshot> {
  /** Warnings and hints. */
  readonly problems: readonly Problem[];
}

export interface ReloaderParts<Config, Snapshot extends object> {
  readonly graph: RunningGraph<Snapshot>;
  /** A text that is the same for the same graph: configuration and content of the files that it names. */
  readonly fingerprint: (config: Config) => string;
  /** Of what is served at first. */
  readonly servedFingerprint: string;
  readonly build: (
    config: Config,
    /** Aborted when the graph is not wanted any more. */
    signal: AbortSignal,
  ) => Promise<BuiltGraph<Snapshot> | { readonly problems: readonly Problem[] }>;
  readonly warm: (next: Snapshot, config: Config) => Promise<WarmReport>;
  readonly drainTimeoutMs: (config: Config) => number;
}

export interface Reloader<Config> {
  /** One after the other, in the order of the calls. Does not reject. */
  reload(config: Config): Promise<ReloadResult>;
  /** Ends the reload under way without a swap; later ones are refused. */
  close(): Promise<void>;
}

/** Builds the next graph beside the running one, warms it, and swaps; whatever goes wrong, the running one stays. */
export function createReloader<Config, Snapshot extends object>(
  parts: ReloaderParts<Config, Snapshot>,
): Reloader<Config> {
  let served = parts.servedFingerprint;
  const closing = new AbortController();
  let queue: Promise<unknown> = Promise.resolve();

  const run = async (config: Config): Promise<ReloadResult> => {
    if (closing.signal.aborted) return refused(SHUTTING_DOWN);
    // Taken before the files are read again: what changes in between is seen by the next reload.
    const fingerprint = parts.fingerprint(config);
    if (fingerprint === served) return { outcome: 'unchanged', problems: [] };
    const built = await parts.build(config, closing.signal);
    if (!('snapshot' in built)) return refused(...built.problems);
    try {
      const warmed = await parts.warm(built.snapshot, config);
      if (closing.signal.aborted) {
        await built.close();
        return refused(SHUTTING_DOWN);
      }
      parts.graph.swap(built, parts.drainTimeoutMs(config));
      served = fingerprint;
      return { outcome: 'swapped', problems: built.problems, warmed };
    } catch (error) {
      await built.close();
      throw error;
    }
  };

  return {
    reload(config) {
      const result = queue
        .then(() => run(config))
        .catch((error: unknown) => refused(closing.signal.aborted ? SHUTTING_DOWN : unexpected(error)));
      queue = result;
      return result;
    },
    async close() {
      closing.abort();
      await queue;
    },
  };
}

function refused(...problems: readonly Problem[]): ReloadResult {
  return { outcome: 'refused', problems };
}

const SHUTTING_DOWN: Problem = {
  severity: 'error',
  code: 'RELOAD_FAILED',
  message: 'The gateway is shutting down.',
};

function unexpected(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return {
    severity: 'error',
    code: 'RELOAD_FAILED',
    message: `The new graph cannot be served: ${message}`,
    fix: 'Run "sluice check", and reload again.',
  };
}
