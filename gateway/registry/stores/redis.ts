import { hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { contentOf, hashOf, type Revision, type SubgraphRecord } from '../record.ts';
import { type Commit, type RegistryStore, RegistryUnavailable, type State } from '../store.ts';
import { COMMIT_SCRIPT } from './redis-commit.ts';

export interface RedisStoreOptions {
  /** `redis://` or `rediss://`; may hold user and password. */
  readonly url: string;
  /** Of all keys and of the channel. */
  readonly prefix: string;
  /** Older revisions are forgotten. */
  readonly keepRevisions: number;
  /** Longest wait for one answer. */
  readonly timeoutMs: number;
  /** Told of connections that are lost; they are opened again by themselves. */
  readonly onError: (error: unknown) => void;
}

/** Characters of a hash that stand before a version's content. */
const HASH_LENGTH = 64;
/** Messages can be lost with their connection; so the newest revision is also asked for. */
const POLL_INTERVAL_MS = 2000;
const HISTORY_BATCH = 100;

/** The shared store of several gateways. All keys are in one slot of a cluster. */
export function openRedisStore(options: RedisStoreOptions): RegistryStore {
  const { url, prefix, keepRevisions, timeoutMs, onError } = options;
  const client = createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: timeoutMs } });
  const subscriber = client.duplicate({ disableOfflineQueue: false });
  client.on('error', onError);
  subscriber.on('error', onError);
  let connecting: Promise<unknown> | undefined;
  let polling: NodeJS.Timeout | undefined;

  const key = (name: string): string => `{${prefix}}:${name}`;
  const HEAD = key('head');
  const REVISIONS = key('revisions');
  const VERSIONS = key('versions');
  const SUPERGRAPHS = key('supergraphs');
  const KEYS = [
    HEAD,
    REVISIONS,
    VERSIONS,
    key('version-hashes'),
    key('last-versions'),
    SUPERGRAPHS,
    key('uses'),
  ];
  const CHANNEL = key('moved');

  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      // It connects again by itself, for ever; the first attempt is shared by everybody who asks meanwhile.
      if (!client.isOpen) connecting = client.connect();
      return await within(timeoutMs, async () => {
        await connecting;
        return question();
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RegistryUnavailable(`The registry's Redis does not answer: ${reason}.`, { cause: error });
    }
  };

  const revision = async (number: number | string): Promise<Revision | undefined> => {
    const text = await client.hGet(REVISIONS, `${number}`);
    return text === null ? undefined : (JSON.parse(text) as Revision);
  };
  const newest = async (): Promise<Revision | undefined> => {
    const number = await client.get(HEAD);
    return number === null ? undefined : revision(number);
  };
  const stateOf = async (of: Revision | undefined): Promise<State> => {
    if (!of) return { records: [] };
    const fields = Object.entries(of.subgraphs).map(([name, version]) => `${name}@${version}`);
    const texts = fields.length === 0 ? [] : await client.hmGet(VERSIONS, fields);
    const records = texts.map((text, index) => {
      if (text === null) throw new Error(`the version ${fields[index]} is missing`);
      return JSON.parse(text.slice(HASH_LENGTH)) as SubgraphRecord;
    });
    return { revision: of, records };
  };

  const commit = async ({ expected, records, supergraphSdl, ...facts }: Commit) => {
    const texts = records.flatMap((record) => [record.name, hashOf(record), contentOf(record)]);
    const head = JSON.stringify(facts).slice(0, -1);
    const supergraphHash = hash('sha256', supergraphSdl);
    const answer = await client.eval(COMMIT_SCRIPT, {
      keys: KEYS,
      arguments: [`${expected}`, head, supergraphHash, supergraphSdl, `${keepRevisions}`, CHANNEL, ...texts],
    });
    if (typeof answer === 'string') return { revision: JSON.parse(answer) as Revision };
    const conflict = await newest();
    if (conflict) return { conflict };
    throw new Error('it was emptied meanwhile');
  };

  return {
    head: () => ask(async () => stateOf(await newest())),
    at: (number) =>
      ask(async () => {
        const found = await revision(number);
        return found && (await stateOf(found));
      }),
    supergraph: (number) =>
      ask(async () => {
        const found = await revision(number);
        return found && ((await client.hGet(SUPERGRAPHS, found.supergraphHash)) ?? undefined);
      }),
    history: ({ limit, before, subgraph }) =>
      ask(async () => {
        const found: Revision[] = [];
        const head = Number((await client.get(HEAD)) ?? 0);
        let from = Math.min(head, (before ?? Number.MAX_SAFE_INTEGER) - 1);
        while (from > 0 && found.length < limit) {
          const numbers = Array.from({ length: Math.min(HISTORY_BATCH, from) }, (_, at) => `${from - at}`);
          const texts = await client.hmGet(REVISIONS, numbers);
          const known = texts.filter((text) => text !== null);
          const page = known.map((text) => JSON.parse(text) as Revision);
          found.push(...page.filter(({ subjects }) => subgraph === undefined || subjects.includes(subgraph)));
          // Revisions are forgotten from the oldest on: behind a gap there is nothing.
          if (known.length < numbers.length) break;
          from -= HISTORY_BATCH;
        }
        return found.slice(0, limit);
      }),
    commit: (next) => ask(() => commit(next)),
    watch(listener) {
      const lookAgain = (): void => listener();
      subscriber.on('ready', lookAgain);
      subscriber
        .connect()
        .then(() => subscriber.subscribe(CHANNEL, lookAgain))
        .catch(onError);
      clearInterval(polling);
      polling = setInterval(lookAgain, POLL_INTERVAL_MS).unref();
    },
    async close() {
      clearInterval(polling);
      for (const connection of [client, subscriber]) if (connection.isOpen) connection.destroy();
    },
  };
}

async function within<T>(timeoutMs: number, action: () => Promise<T>): Promise<T> {
  const end = new AbortController();
  const late = setTimeout(timeoutMs, undefined, { signal: end.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${timeoutMs} ms`);
  });
  // Nobody waits for it any more once the answer is there.
  late.catch(() => undefined);
  try {
    return await Promise.race([action(), late]);
  } finally {
    end.abort();
  }
}
