import type { Config } from './config/schema.ts';
import type { Log } from './observe/log.ts';
import type { RecordedUsage } from './registry/judge-changes.ts';
import { openUsage } from './usage/open-usage.ts';
import { createUsageRecorder, type UsageRecorder } from './usage/recorder.ts';
import { dayOf, type UsedOperation } from './usage/usage.ts';

/** What clients ask for: counted, and read again when the graph is to be changed. */
export interface UsageRecords {
  readonly recorder: UsageRecorder;
  readonly checkDays: number;
  /** Of the last days, most frequent first; includes what is still in memory. */
  operations(days: number): Promise<readonly UsedOperation[]>;
}

/** Operations that a change is judged by; the most frequent ones. */
const MAX_OPERATIONS = 5000;

/** Undefined = usage is not recorded. */
export function openUsageRecords(config: Config, log: Log): UsageRecords | undefined {
  const { enabled, keepDays, checkDays, flushIntervalMs } = config.usage;
  if (!enabled || config.registry.store === 'none') return undefined;
  const onFailure = (error: unknown): void => log.warn({ error }, 'usage cannot be written down');
  const store = openUsage(config, onFailure);
  const now = (): Date => new Date();
  const recorder = createUsageRecorder({ store, flushIntervalMs, keepDays, now, onFailure });
  return {
    recorder,
    checkDays,
    async operations(days) {
      await recorder.flush();
      return store.operations(dayOf(now(), days), MAX_OPERATIONS);
    },
  };
}

/** What a change is judged by; nothing if nothing is recorded. Throws if it cannot be read. */
export async function recordedUsage(usage: UsageRecords | undefined): Promise<RecordedUsage> {
  if (!usage) return { days: 0, operations: [] };
  return { days: usage.checkDays, operations: await usage.operations(usage.checkDays) };
}
