import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { openRedisUsage } from './stores/redis.ts';
import { openSqliteUsage } from './stores/sqlite.ts';
import type { UsageStore } from './usage.ts';

/** Where usage is kept: beside the registry. A file is made with the first write. */
export function openUsage({ registry, usage }: Config, onError: (error: unknown) => void): UsageStore {
  if (registry.store === 'redis' && registry.redis)
    return openRedisUsage({ ...registry.redis, keepDays: usage.keepDays, onError });
  const file = join(registry.folder, 'usage.db');
  let opened: UsageStore | undefined;
  const open = (): UsageStore => (opened ??= openSqliteUsage(file));
  const known = (): UsageStore | undefined => opened ?? (existsSync(file) ? open() : undefined);
  return {
    add: async (report) => open().add(report),
    operations: async (sinceDay, limit) => (await known()?.operations(sinceDay, limit)) ?? [],
    forgetBefore: async (day) => known()?.forgetBefore(day),
    close: async () => opened?.close(),
  };
}
