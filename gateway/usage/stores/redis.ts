import { connectRedis, type RedisOptions } from '../../stores/redis.ts';
import { dayOf, groupUsage, type UsageCount, type UsageStore } from '../usage.ts';

export interface RedisUsageOptions extends RedisOptions {
  /** Of all keys. */
  readonly prefix: string;
  readonly keepDays: number;
}

const DAY_SECONDS = 86_400;

/** Usage that several gateways add up: one hash per day, which goes by itself. */
export function openRedisUsage(options: RedisUsageOptions): UsageStore {
  const { prefix, keepDays } = options;
  const redis = connectRedis(options);
  const counts = (day: string): string => `{${prefix}}:usage:${day}`;
  const documents = (day: string): string => `{${prefix}}:usage-documents:${day}`;

  return {
    add: (report) =>
      redis.ask(async (client) => {
        const transaction = client.multi();
        const days = new Set(report.counts.map(({ day }) => day));
        for (const { day, count, ...who } of report.counts)
          transaction.hIncrBy(counts(day), fieldOf(who), count);
        // With each day's counts, so that they go together; it is written again on the first write of a day.
        for (const day of days)
          for (const [hash, text] of report.documents) transaction.hSetNX(documents(day), hash, text);
        for (const day of days) {
          transaction.expire(counts(day), (keepDays + 1) * DAY_SECONDS);
          transaction.expire(documents(day), (keepDays + 1) * DAY_SECONDS);
        }
        await transaction.exec();
      }),
    operations: (sinceDay, limit) =>
      redis.ask(async (client) => {
        const all: UsageCount[] = [];
        const texts = new Map<string, string>();
        const now = new Date();
        for (let back = 0; back <= keepDays && dayOf(now, back) >= sinceDay; back++) {
          const day = dayOf(now, back);
          for (const [hash, text] of Object.entries(await client.hGetAll(documents(day))))
            texts.set(hash, text);
          const fields = Object.entries(await client.hGetAll(counts(day)));
          for (const [field, count] of fields) all.push({ ...partsOf(field), day, count: Number(count) });
        }
        return groupUsage(all, (hash) => texts.get(hash), limit);
      }),
    // The keys expire.
    async forgetBefore() {},
    async close() {
      redis.close();
    },
  };
}

type Who = Omit<UsageCount, 'day' | 'count'>;

function fieldOf({ documentHash, operationName, client, clientVersion, variant }: Who): string {
  const who = [documentHash, operationName ?? '', client, clientVersion];
  return JSON.stringify(variant === '' ? who : [...who, variant]);
}

function partsOf(field: string): Who {
  const [documentHash, operationName, client, clientVersion, variant = ''] = JSON.parse(field) as [
    string,
    string,
    string,
    string,
    string?,
  ];
  return {
    documentHash,
    operationName: operationName === '' ? undefined : operationName,
    client,
    clientVersion,
    variant,
  };
}
