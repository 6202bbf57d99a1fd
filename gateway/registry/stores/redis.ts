import { hash } from 'node:crypto';
import { connectRedis, type RedisClient as Client, type RedisOptions } from '../../stores/redis.ts';
import { contentOf, hashOf, type Revision, type SubgraphRecord } from '../record.ts';
import { type Commit, type RegistryStore, RegistryUnavailable, type State } from '../store.ts';
import { COMMIT_SCRIPT } from './redis-commit.ts';

export interface RedisStoreOptions extends RedisOptions {
  /** Of all keys and of the channel. */
  readonly prefix: string;
  /** Older revisions are forgotten. */
  readonly keepRevisions: number;
}

/** Characters of a hash that stand before a version's content. */
const HASH_LENGTH = 64;
/** Messages can be lost with their connection; so the newest revision is also asked for. */
const POLL_INTERVAL_MS = 2000;
const HISTORY_BATCH = 100;

/** The shared store of several gateways. All keys are in one slot of a cluster. */
export function openRedisStore(options: RedisStoreOptions): RegistryStore {
  const { prefix, keepRevisions } = options;
  const redis = connectRedis(options);
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

  const ask = async <T>(question: (client: Client) => Promise<T>): Promise<T> => {
    try {
      return await redis.ask(question);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RegistryUnavailable(`The registry's Redis does not answer: ${reason}.`, { cause: error });
    }
  };

  const revision = async (client: Client, number: number | string): Promise<Revision | undefined> => {
    const text = await client.hGet(REVISIONS, `${number}`);
    return text === null ? undefined : (JSON.parse(text) as Revision);
  };
  const newest = async (client: Client): Promise<Revision | undefined> => {
    const number = await client.get(HEAD);
    return number === null ? undefined : revision(client, number);
  };
  const stateOf = async (client: Client, of: Revision | undefined): Promise<State> => {
    if (!of) return { records: [] };
    const fields = Object.entries(of.subgraphs).map(([name, version]) => `${name}@${version}`);
    const texts = fields.length === 0 ? [] : await client.hmGet(VERSIONS, fields);
    const records = texts.map((text, index) => {
      if (text === null) throw new Error(`the version ${fields[index]} is missing`);
      return JSON.parse(text.slice(HASH_LENGTH)) as SubgraphRecord;
    });
    return { revision: of, records };
  };

  const commit = async (client: Client, { expected, records, supergraphSdl, ...facts }: Commit) => {
    const texts = records.flatMap((record) => [record.name, hashOf(record), contentOf(record)]);
    const head = JSON.stringify(facts).slice(0, -1);
    const supergraphHash = hash('sha256', supergraphSdl);
    const answer = await client.eval(COMMIT_SCRIPT, {
      keys: KEYS,
      arguments: [`${expected}`, head, supergraphHash, supergraphSdl, `${keepRevisions}`, CHANNEL, ...texts],
    });
    if (typeof answer === 'string') return { revision: JSON.parse(answer) as Revision };
    const conflict = await newest(client);
    if (conflict) return { conflict };
    throw new Error('it was emptied meanwhile');
  };

  return {
    head: () => ask(async (client) => stateOf(client, await newest(client))),
    at: (number) =>
      ask(async (client) => {
        const found = await revision(client, number);
        return found && (await stateOf(client, found));
      }),
    supergraph: (number) =>
      ask(async (client) => {
        const found = await revision(client, number);
        return found && ((await client.hGet(SUPERGRAPHS, found.supergraphHash)) ?? undefined);
      }),
    history: ({ limit, before, subgraph }) =>
      ask(async (client) => {
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
    commit: (next) => ask((client) => commit(client, next)),
    watch(listener) {
      redis.subscribe(CHANNEL, listener);
      clearInterval(polling);
      polling = setInterval(listener, POLL_INTERVAL_MS).unref();
    },
    async close() {
      clearInterval(polling);
      redis.close();
    },
  };
}
