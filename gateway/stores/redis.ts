import { setTimeout } from 'node:timers/promises';
import { createClient } from '@redis/client';

export interface RedisOptions {
  /** `redis://` or `rediss://`; may hold user and password. */
  readonly url: string;
  /** Longest wait for one answer. */
  readonly timeoutMs: number;
  /** Told of connections that are lost; they are opened again by themselves. */
  readonly onError: (error: unknown) => void;
}

const open = ({ url, timeoutMs }: RedisOptions) =>
  createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: timeoutMs } });

export type RedisClient = ReturnType<typeof open>;

/** A connection that is opened when it is needed first, and tells soon that nobody answers. */
export interface Redis {
  /** Rejects after `timeoutMs`; what was asked may have happened nevertheless. */
  ask<T>(question: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Listens on a channel over a connection of its own; also called when that is back after a loss. */
  subscribe(channel: string, listener: () => void): void;
  close(): void;
}

export function connectRedis(options: RedisOptions): Redis {
  const { timeoutMs, onError } = options;
  const client = open(options);
  client.on('error', onError);
  let connecting: Promise<unknown> | undefined;
  let subscriber: RedisClient | undefined;

  return {
    ask: (question) =>
      within(timeoutMs, async () => {
        // It connects again by itself, for ever; the first attempt is shared by everybody who asks meanwhile.
        if (!client.isOpen) {
          connecting = client.connect();
          connecting.catch(() => undefined);
        }
        await connecting;
        return question(client);
      }),
    subscribe(channel, listener) {
      subscriber = client.duplicate({ disableOfflineQueue: false });
      const own = subscriber;
      own.on('error', onError);
      own.on('ready', listener);
      own
        .connect()
        .then(() => own.subscribe(channel, listener))
        .catch(onError);
    },
    close() {
      for (const connection of [client, subscriber]) if (connection?.isOpen) connection.destroy();
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
