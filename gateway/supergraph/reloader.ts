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

/** It could be served, but its gate did not let it through. */
export interface Dropped {
  readonly outcome: 'dropped';
  /** Warnings and hints. */
  readonly problems: readonly Problem[];
}

/** A graph that has been checked and opened, and is not served yet. */
export interface BuiltGraph<Snapshot extends object> extends Provisioned<Snapshot> {
  /** Warnings and hints. */
  readonly problems: readonly Problem[];
}

/** Who has a say before a graph is served. */
export interface Gate<Snapshot extends object> {
  /** Looks at a graph that could be served; an error among the problems refuses it. */
  readonly review?: (next: Snapshot) => Promise<readonly Problem[]> | readonly Problem[];
  /** Nothing is warmed and nothing served: `dropped` after the review. */
  readonly dryRun?: boolean;
  /** The last word, once everything is ready: `false` = it is not served. If it rejects, the graph is refused. */
  readonly commit?: (next: Snapshot) => Promise<boolean>;
}

export interface ReloaderParts<Config, Snapshot extends object> {
  readonly graph: RunningGraph<Snapshot>;
  /** A text that is the same for the same graph: configuration and content of the files that it names. */
  readonly fingerprint: (config: Config) => string;
  /** What is served at first. */
  readonly served: Config;
  /** Its fingerprint, taken before it was built. */
  readonly servedFingerprint: string;
  readonly build: (
    config: Config,
    /** Aborted when the graph is not wanted any more. */
    signal: AbortSignal,
  ) => Promise<BuiltGraph<Snapshot> | { readonly problems: readonly Problem[] }>;
  readonly warm: (next: Snapshot, config: Config) => Promise<WarmReport>;
  readonly drainTimeoutMs: (config: Config) => number;
}

type Next<Config> = Config | ((served: Config) => Config);

export interface Reloader<Config, Snapshot extends object> {
  /** One after the other, in the order of the calls; the next one may build on what is served then. Does not reject. */
  reload(next: Next<Config>): Promise<ReloadResult>;
  reload(next: Next<Config>, gate: Gate<Snapshot>): Promise<ReloadResult | Dropped>;
  /** Ends the reload under way without a swap; later ones are refused. */
  close(): Promise<void>;
}

/** Builds the next graph beside the running one, warms it, and swaps; whatever goes wrong, the running one stays. */
export function createReloader<Config, Snapshot extends object>(
  parts: ReloaderParts<Config, Snapshot>,
): Reloader<Config, Snapshot> {
  let served = parts.served;
  let { servedFingerprint } = parts;
  const closing = new AbortController();
  let queue: Promise<unknown> = Promise.resolve();

  const run = async (next: Next<Config>, gate: Gate<Snapshot>): Promise<ReloadResult | Dropped> => {
    if (closing.signal.aborted) return refused(SHUTTING_DOWN);
    const config = typeof next === 'function' ? (next as (served: Config) => Config)(served) : next;
    // Taken before the files are read again: what changes in between is seen by the next reload.
    const fingerprint = parts.fingerprint(config);
    if (fingerprint === servedFingerprint) return { outcome: 'unchanged', problems: [] };
    const built = await parts.build(config, closing.signal);
    if (!('snapshot' in built)) return refused(...built.problems);
    let swapped = false;
    try {
      const found = (await gate.review?.(built.snapshot)) ?? [];
      const problems = [...built.problems, ...found];
      if (found.some(({ severity }) => severity === 'error')) return refused(...problems);
      if (gate.dryRun === true) return { outcome: 'dropped', problems };
      const warmed = await parts.warm(built.snapshot, config);
      if (closing.signal.aborted) return refused(SHUTTING_DOWN);
      if (gate.commit && !(await gate.commit(built.snapshot))) return { outcome: 'dropped', problems };
      parts.graph.swap(built, parts.drainTimeoutMs(config));
      swapped = true;
      served = config;
      servedFingerprint = fingerprint;
      return { outcome: 'swapped', problems, warmed };
    } finally {
      if (!swapped) await built.close();
    }
  };

  function reload(next: Next<Config>): Promise<ReloadResult>;
  function reload(next: Next<Config>, gate: Gate<Snapshot>): Promise<ReloadResult | Dropped>;
  function reload(next: Next<Config>, gate: Gate<Snapshot> = {}): Promise<ReloadResult | Dropped> {
    const result = queue
      .then(() => run(next, gate))
      .catch((error: unknown) => refused(closing.signal.aborted ? SHUTTING_DOWN : unexpected(error)));
    queue = result;
    return result;
  }

  return {
    reload,
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
