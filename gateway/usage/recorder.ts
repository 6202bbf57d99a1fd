import { type DocumentNode, Kind, print, visit } from 'graphql';
import type { Headers } from '../upstreams/upstream.ts';
import { dayOf, type UsageCount, type UsageStore } from './usage.ts';

export interface UsageRecorderOptions {
  readonly store: UsageStore;
  /** Pause between two writes. */
  readonly flushIntervalMs: number;
  readonly keepDays: number;
  readonly now: () => Date;
  /** Told of writes that failed; what was counted is tried again with the next one. */
  readonly onFailure: (error: unknown) => void;
}

export interface SentOperation {
  readonly document: DocumentNode;
  readonly documentHash: string | undefined;
  readonly operationName: string | undefined;
}

/** Counts what clients ask for, in memory, and writes it down from time to time. */
export interface UsageRecorder {
  /** @param variant of the graph; undefined = the main graph */
  record(operation: SentOperation, headers: Headers, variant?: string): void;
  /** Writes what is in memory. Does not reject. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Of one operation between two writes. */
interface Tally {
  readonly documentHash: string;
  readonly operationName: string | undefined;
  /** Absent = its text has been written already. */
  readonly text: string | undefined;
  /** By client, version and variant. */
  readonly clients: Map<string, Counted>;
}

interface Counted {
  readonly client: string;
  readonly clientVersion: string;
  readonly variant: string;
  count: number;
}

/** Distinct operations, and clients of one, between two writes; a stranger could send any number. */
const MAX_OPERATIONS = 5000;
const MAX_CLIENTS = 100;
const MAX_NAME_LENGTH = 100;
/** Documents whose text is known to be written. */
const MAX_KNOWN_DOCUMENTS = 50_000;

/** Where clients say who they are: Apollo's names (all of its clients send them), and the usual others. */
const NAME_HEADERS = ['apollographql-client-name', 'x-client-name', 'graphql-client-name'] as const;
const VERSION_HEADERS = [
  'apollographql-client-version',
  'x-client-version',
  'graphql-client-version',
] as const;

export function createUsageRecorder(options: UsageRecorderOptions): UsageRecorder {
  const { store, flushIntervalMs, keepDays, now, onFailure } = options;
  let tallies = new Map<string, Tally>();
  const known = new Set<string>();
  let flushing: Promise<void> | undefined;
  let forgotten = '';

  const write = async (): Promise<void> => {
    const taken = tallies;
    const day = dayOf(now());
    if (taken.size > 0) {
      tallies = new Map();
      const documents = new Map<string, string>();
      for (const { documentHash, text } of taken.values())
        if (text !== undefined) documents.set(documentHash, text);
      try {
        await store.add({ counts: countsOf(taken, day), documents });
        if (known.size > MAX_KNOWN_DOCUMENTS) known.clear();
        for (const hash of documents.keys()) known.add(hash);
      } catch (error) {
        putBack(taken, tallies);
        onFailure(error);
        return;
      }
    }
    if (forgotten === day) return;
    try {
      await store.forgetBefore(dayOf(now(), keepDays));
      // Texts may have gone with their counts.
      known.clear();
      forgotten = day;
    } catch (error) {
      onFailure(error);
    }
  };
  const flush = (): Promise<void> => {
    flushing ??= write().finally(() => {
      flushing = undefined;
    });
    return flushing;
  };
  const timer = setInterval(() => void flush(), flushIntervalMs).unref();

  return {
    record(operation, headers, variant = '') {
      const { document, documentHash, operationName } = operation;
      if (documentHash === undefined) return;
      const key = operationName === undefined ? documentHash : `${documentHash} ${operationName}`;
      let tally = tallies.get(key);
      if (!tally) {
        if (tallies.size >= MAX_OPERATIONS) return;
        // The text, not the document: that is ten times its size.
        const text = known.has(documentHash) ? undefined : textOf(document);
        tallies.set(key, (tally = { documentHash, operationName, text, clients: new Map() }));
      }
      const client = headerOf(headers, NAME_HEADERS);
      const clientVersion = headerOf(headers, VERSION_HEADERS);
      const who = clientVersion === '' && variant === '' ? client : `${client}\n${clientVersion}\n${variant}`;
      const counted = tally.clients.get(who);
      if (counted) counted.count++;
      else if (tally.clients.size < MAX_CLIENTS)
        tally.clients.set(who, { client, clientVersion, variant, count: 1 });
    },
    flush,
    async close() {
      clearInterval(timer);
      await flushing;
      await flush();
      await store.close();
    },
  };
}

function headerOf(headers: Headers, names: readonly string[]): string {
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) return value.length > MAX_NAME_LENGTH ? value.slice(0, MAX_NAME_LENGTH) : value;
  }
  return '';
}

function countsOf(tallies: ReadonlyMap<string, Tally>, day: string): UsageCount[] {
  return [...tallies.values()].flatMap(({ documentHash, operationName, clients }) =>
    [...clients.values()].map((counted) => ({ day, documentHash, operationName, ...counted })),
  );
}

function putBack(taken: ReadonlyMap<string, Tally>, tallies: Map<string, Tally>): void {
  for (const [key, tally] of taken) {
    const newer = tallies.get(key);
    if (!newer) {
      if (tallies.size < MAX_OPERATIONS) tallies.set(key, tally);
      continue;
    }
    for (const [who, counted] of tally.clients) {
      const same = newer.clients.get(who);
      if (same) same.count += counted.count;
      else newer.clients.set(who, counted);
    }
  }
}

/** The document without the values that clients wrote into it: they may be secrets, and say nothing about its fields. */
export function textOf(document: DocumentNode): string {
  return print(
    visit(document, {
      [Kind.STRING]: (node) => ({ ...node, value: '', block: false }),
      [Kind.INT]: (node) => ({ ...node, value: '0' }),
      [Kind.FLOAT]: (node) => ({ ...node, value: '0.0' }),
    }),
  );
}
