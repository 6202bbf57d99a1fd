import { SluiceError } from '../errors.ts';
import type { ServedSnapshot, SnapshotSource } from './snapshot.ts';

/** A snapshot that is kept while a stream lasts. */
export interface HeldSnapshot {
  /** The client's, the deadline's and the snapshot's: whoever aborts first. */
  readonly streamSignal: AbortSignal;
  /** The same, and aborted by `end`: for a source that is reached by nothing else. */
  readonly signal: AbortSignal;
  /** Lets the snapshot go. Idempotent. */
  readonly end: () => void;
}

/** Keeps the snapshot until `end`, and cuts the stream if it goes nevertheless. */
export function holdSnapshot(
  snapshots: SnapshotSource,
  snapshot: ServedSnapshot,
  request: AbortSignal,
): HeldSnapshot {
  const evicted = snapshots.evicted(snapshot);
  const cut = new AbortController();
  // A source that waits for an event is reached by its signal only, also when it is not the client who ends it.
  const ended = new AbortController();
  const onEviction = () => cut.abort(evicted.reason);
  const streamSignal = AbortSignal.any([request, cut.signal]);
  const signal = AbortSignal.any([streamSignal, ended.signal]);
  const end = (): void => {
    if (ended.signal.aborted) return;
    evicted.removeEventListener('abort', onEviction);
    request.removeEventListener('abort', end);
    snapshots.release(snapshot);
    ended.abort(new SluiceError('REQUEST_CANCELLED', 'The stream has ended.'));
  };
  snapshots.retain(snapshot);
  evicted.addEventListener('abort', onEviction, { once: true });
  // A client may leave before anybody has begun to read the stream; then it does not end, because it never began.
  if (request.aborted) end();
  else request.addEventListener('abort', end, { once: true });
  return { streamSignal, signal, end };
}
