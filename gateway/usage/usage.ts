/** How often one client has sent one operation on one day. */
export interface UsageCount {
  /** `2026-11-21`, UTC. */
  readonly day: string;
  /** SHA-256 of the document's text, hexadecimal. */
  readonly documentHash: string;
  readonly operationName: string | undefined;
  /** `''` = it did not say. */
  readonly client: string;
  readonly clientVersion: string;
  /** Of the graph; `''` = the main graph. */
  readonly variant: string;
  readonly count: number;
}

/** Counts, with the documents that are new since the last time: their values are taken out. */
export interface UsageReport {
  readonly counts: readonly UsageCount[];
  /** Hash → text. */
  readonly documents: ReadonlyMap<string, string>;
}

export interface UsedBy {
  readonly client: string;
  readonly clientVersion: string;
  /** Of the graph; absent = the main graph. */
  readonly variant?: string;
  readonly count: number;
  /** The last day on which it was seen. */
  readonly lastDay: string;
}

/** One operation with everybody who sent it. */
export interface UsedOperation {
  readonly documentHash: string;
  readonly operationName?: string;
  readonly document: string;
  /** Most frequent first. */
  readonly clients: readonly UsedBy[];
  readonly count: number;
}

/** Keeps what clients ask for, by day. */
export interface UsageStore {
  add(report: UsageReport): Promise<void>;
  /** What was sent since that day (inclusive), most frequent first, at most `limit`. */
  operations(sinceDay: string, limit: number): Promise<readonly UsedOperation[]>;
  /** Forgets what is older than that day. */
  forgetBefore(day: string): Promise<void>;
  close(): Promise<void>;
}

/** The UTC day of a moment, `days` earlier. */
export function dayOf(at: Date, days = 0): string {
  return new Date(at.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}

/** Puts counts of several days and clients together. */
export function groupUsage(
  counts: readonly UsageCount[],
  textOf: (documentHash: string) => string | undefined,
  limit: number,
): readonly UsedOperation[] {
  const operations = new Map<string, { first: UsageCount; clients: Map<string, UsedBy>; count: number }>();
  for (const one of counts) {
    const key = `${one.documentHash} ${one.operationName ?? ''}`;
    let operation = operations.get(key);
    if (!operation) operations.set(key, (operation = { first: one, clients: new Map(), count: 0 }));
    operation.count += one.count;
    const who = `${one.client}\n${one.clientVersion}\n${one.variant}`;
    const known = operation.clients.get(who);
    operation.clients.set(who, {
      client: one.client,
      clientVersion: one.clientVersion,
      ...(one.variant !== '' && { variant: one.variant }),
      count: (known?.count ?? 0) + one.count,
      lastDay: known && known.lastDay > one.day ? known.lastDay : one.day,
    });
  }
  return [...operations.values()]
    .toSorted((left, right) => right.count - left.count)
    .flatMap(({ first, clients, count }): UsedOperation[] => {
      const document = textOf(first.documentHash);
      if (document === undefined) return [];
      const { documentHash, operationName } = first;
      return [
        {
          documentHash,
          ...(operationName !== undefined && { operationName }),
          document,
          clients: [...clients.values()].toSorted((left, right) => right.count - left.count),
          count,
        },
      ];
    })
    .slice(0, limit);
}

/** What the clients of one variant have sent, most frequent first; of the main graph without a variant. */
export function usageOfVariant(
  operations: readonly UsedOperation[],
  variant: string | undefined,
): readonly UsedOperation[] {
  return operations
    .flatMap((operation) => {
      const clients = operation.clients.filter((each) => each.variant === variant);
      if (clients.length === 0) return [];
      return [{ ...operation, clients, count: clients.reduce((sum, { count }) => sum + count, 0) }];
    })
    .toSorted((left, right) => right.count - left.count);
}
