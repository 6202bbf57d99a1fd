import { setImmediate } from 'node:timers/promises';
import type { DocumentNode } from 'graphql';
import type { Executable, RefusedSubscription } from '../compile/executable.ts';
import type { RequestContext } from '../context.ts';
import { SluiceError } from '../errors.ts';
import type { OperationInput } from '../policies/kinds.ts';
import type { CheckedDocuments } from './checked-documents.ts';
import { type Fate, LiveSubscription, type LiveSubscriptionOptions } from './live-subscription.ts';
import { createSnapshotHolders } from './snapshot-holders.ts';
import type { ServedSnapshot, SnapshotSource } from './snapshot.ts';

/** How the subscriptions that ran at a change of the schema fared. */
export interface Followed {
  /** Of the graph that they were to follow. */
  readonly generation: number | string;
  /** The same source, answered by the new graph: their clients noticed nothing. */
  readonly carriedOn: number;
  /** Another source, opened in the new graph. */
  readonly moved: number;
  /** Not possible any more: ended with the old graph. */
  readonly ended: number;
}

export interface LiveSubscriptionsParts {
  readonly snapshots: SnapshotSource;
  readonly documents: CheckedDocuments;
  /** Told of each, once it is decided. */
  readonly onFate: (fate: Fate) => void;
  /** Told once per change, when all are decided. */
  readonly onFollowed: (followed: Followed) => void;
}

/** A subscription that has begun. */
export interface OpenedSubscription {
  readonly results: LiveSubscription;
  /** The client's, and aborted when the subscription has to end before its source does. */
  readonly signal: AbortSignal;
  readonly end: () => void;
}

export interface LiveSubscriptions {
  /** Begins a subscription on the snapshot that is served, in the same turn as that was got. */
  open(
    snapshot: ServedSnapshot,
    operation: OperationInput,
    context: RequestContext,
  ): OpenedSubscription | RefusedSubscription;
  close(): void;
}

/** One of them, with what is needed to ask for it again. */
interface Entry {
  readonly subscription: LiveSubscription;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly documentHash: string;
  /** The change that it is not decided for. */
  round: Round | undefined;
  /** The change that it was last asked to follow. */
  asked: Round | undefined;
}

interface Round {
  readonly snapshot: ServedSnapshot;
  readonly counts: Record<Fate, number>;
  undecided: number;
  /** Per operation, its executable or why there is none. */
  readonly prepared: Map<string, Executable | NotPossible>;
  /** There is nothing to follow. */
  readonly gone: NotPossible | undefined;
}

interface NotPossible {
  readonly why: string;
}

const GONE: NotPossible = {
  why: 'This variant of the graph is not served any more: subscribe to another one.',
};

/** Of one subscription, whatever graph answers it. */
interface Lasting {
  readonly variables: OperationInput['variables'];
  readonly context: RequestContext;
  readonly client: AbortSignal;
  readonly ended: AbortController;
}

/** So long at most are requests kept waiting while subscriptions follow a change. */
const SLICE_MS = 2;

/** The subscriptions of one schema, and how they follow its changes. */
export function createLiveSubscriptions(parts: LiveSubscriptionsParts): LiveSubscriptions {
  const { snapshots, documents } = parts;
  const hold = createSnapshotHolders(snapshots);
  const live = new Set<Entry>();
  let latest: Round | undefined;

  const leaveRound = (entry: Entry, fate?: Fate): void => {
    const { round } = entry;
    entry.round = undefined;
    if (!round) return;
    if (fate) round.counts[fate]++;
    if (--round.undecided === 0) tell(round);
  };

  const tell = ({ snapshot: { generation }, counts, prepared }: Round): void => {
    prepared.clear();
    if (Object.values(counts).some((count) => count > 0)) parts.onFollowed({ generation, ...counts });
  };

  const prepare = (
    { snapshot, prepared, gone }: Round,
    { document, operationName, documentHash }: Entry,
  ): Executable | NotPossible => {
    const key = operationName === undefined ? documentHash : `${documentHash} ${operationName}`;
    let found = gone ?? prepared.get(key);
    if (found) return found;
    try {
      const invalid = documents.carryOver(snapshot.schema, documentHash, document);
      found = invalid
        ? { why: `It is not valid in the new one: ${invalid.message} Mend it, and subscribe again.` }
        : snapshot.executable(document, operationName, documentHash);
    } catch (error) {
      found = { why: whyNot(error) };
    }
    prepared.set(key, found);
    return found;
  };

  const follow = (entry: Entry, round: Round): void => {
    const { subscription } = entry;
    entry.asked = round;
    if (!round.gone && !subscription.isBehind(round.snapshot)) {
      leaveRound(entry);
      return;
    }
    const found = prepare(round, entry);
    if ('why' in found) subscription.stay(found.why);
    else {
      try {
        subscription.follow(round.snapshot, found);
      } catch (error) {
        subscription.stay(whyNot(error));
      }
    }
  };

  const sweep = async (round: Round): Promise<void> => {
    let sliceEndsAt = performance.now() + SLICE_MS;
    for (const entry of live) {
      if (performance.now() >= sliceEndsAt) {
        await setImmediate();
        sliceEndsAt = performance.now() + SLICE_MS;
      }
      // The next change has a sweep of its own; what begins from now on begins there.
      if (latest !== round) return;
      follow(entry, round);
    }
  };

  const onChange = (): void => {
    latest = undefined;
    if (live.size === 0) return;
    const round: Round = {
      snapshot: snapshots.current(),
      counts: { carriedOn: 0, moved: 0, ended: 0 },
      undecided: live.size,
      prepared: new Map(),
      gone: snapshots.isServed?.() === false ? GONE : undefined,
    };
    latest = round;
    for (const entry of live) {
      leaveRound(entry);
      entry.round = round;
    }
    void sweep(round);
  };
  const stopListening = snapshots.onChange(onChange);

  /** Apart from `open`, so that what it keeps for as long as the subscription lasts holds nothing of the first graph. */
  const enlist = (
    start: (options: LiveSubscriptionOptions) => LiveSubscription,
    operation: Pick<Entry, 'document' | 'operationName' | 'documentHash'>,
    { variables, context, client, ended }: Lasting,
  ): OpenedSubscription => {
    const cut = new AbortController();
    const onClientGone = (): void => {
      cut.abort(client.reason);
      subscription.end();
    };
    const subscription = start({
      hold,
      variables,
      context,
      onFate(fate) {
        parts.onFate(fate);
        leaveRound(entry, fate);
      },
      onEviction() {
        if (entry.round && entry.asked !== entry.round) follow(entry, entry.round);
      },
      onCut: (reason) => cut.abort(reason),
      onEnd() {
        live.delete(entry);
        leaveRound(entry);
        client.removeEventListener('abort', onClientGone);
        ended.abort(new SluiceError('REQUEST_CANCELLED', 'The stream has ended.'));
      },
    });
    const entry: Entry = { ...operation, subscription, round: undefined, asked: undefined };
    live.add(entry);
    // A client may leave before anybody has begun to read the stream; then it does not end, because it never began.
    if (client.aborted) onClientGone();
    else client.addEventListener('abort', onClientGone, { once: true });
    return { results: subscription, signal: cut.signal, end: () => subscription.end() };
  };

  return {
    open(snapshot, { executable, document, operationName, documentHash = '', variables }, request) {
      // What answers an event is given up when the stream has ended, also if it is not the client who ends it.
      const ended = new AbortController();
      const context = { ...request, signal: ended.signal };
      const bound = executable.bind?.(variables, context);
      if (!bound) throw new Error('A query or a mutation is no subscription.');
      if ('refused' in bound) return bound;
      return enlist(
        (options) => new LiveSubscription(snapshot, bound, options),
        { document, operationName, documentHash },
        { variables, context, client: request.signal, ended },
      );
    },
    close: stopListening,
  };
}

function whyNot(error: unknown): string {
  return `The new one cannot answer it: ${SluiceError.from(error).message} Subscribe again.`;
}
