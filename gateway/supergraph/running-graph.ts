import { SluiceError } from '../errors.ts';

/** A snapshot with the backends that it calls. */
export interface Provisioned<Snapshot extends object> {
  readonly snapshot: Snapshot;
  /** Closes the backends. */
  close(): Promise<void>;
}

/** The graph that is served now, and those before it whose operations have not ended yet. */
export interface RunningGraph<Snapshot extends object> {
  current(): Snapshot;
  /** Called after `current()` has changed. Returns the way to stop listening. */
  onChange(listener: () => void): () => void;
  /** An operation begins on this snapshot, in the same turn as it was got: its backends stay open until `release`. */
  retain(snapshot: Snapshot): void;
  release(snapshot: Snapshot): void;
  /** Aborted when the snapshot's backends are closed although operations still hold it; `reason` is a `SluiceError`. */
  evicted(snapshot: Snapshot): AbortSignal;
  /** Serves `next` from now on. What runs on the old snapshot ends there, within `drainTimeoutMs`. */
  swap(next: Provisioned<Snapshot>, drainTimeoutMs: number): void;
  /** Snapshots whose backends are open. */
  open(): number;
  /** Closes all backends. The graph must not be used afterwards. */
  close(): Promise<void>;
}

interface Tenure<Snapshot extends object> {
  readonly graph: Provisioned<Snapshot>;
  operations: number;
  retired: boolean;
  timer: NodeJS.Timeout | undefined;
  eviction: AbortController | undefined;
}

export interface RunningGraphOptions<Snapshot extends object> {
  readonly first: Provisioned<Snapshot>;
  /** Told of backends that did not close in order. */
  readonly onCloseFailure: (error: unknown) => void;
}

export function createRunningGraph<Snapshot extends object>({
  first,
  onCloseFailure,
}: RunningGraphOptions<Snapshot>): RunningGraph<Snapshot> {
  const tenures = new Map<Snapshot, Tenure<Snapshot>>();
  const listeners = new Set<() => void>();
  const closing = new Set<Promise<void>>();

  const install = (graph: Provisioned<Snapshot>): Tenure<Snapshot> => {
    const tenure = { graph, operations: 0, retired: false, timer: undefined, eviction: undefined };
    tenures.set(graph.snapshot, tenure);
    return tenure;
  };
  let current = install(first);

  const end = (tenure: Tenure<Snapshot>): void => {
    if (!tenures.delete(tenure.graph.snapshot)) return;
    clearTimeout(tenure.timer);
    const closed = tenure.graph.close().catch(onCloseFailure);
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  };

  const evict = (tenure: Tenure<Snapshot>): void => {
    tenure.eviction?.abort(
      new SluiceError('SHUTTING_DOWN', 'The schema of this gateway has changed. Send the operation again.'),
    );
    end(tenure);
  };

  const retire = (tenure: Tenure<Snapshot>, drainTimeoutMs: number): void => {
    tenure.retired = true;
    if (tenure.operations === 0) end(tenure);
    else tenure.timer = setTimeout(() => evict(tenure), drainTimeoutMs).unref();
  };

  return {
    current: () => current.graph.snapshot,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retain(snapshot) {
      const tenure = tenures.get(snapshot);
      if (tenure) tenure.operations++;
    },
    release(snapshot) {
      const tenure = tenures.get(snapshot);
      if (tenure && --tenure.operations === 0 && tenure.retired) end(tenure);
    },
    evicted(snapshot) {
      const tenure = tenures.get(snapshot);
      if (!tenure) return AbortSignal.abort();
      return (tenure.eviction ??= new AbortController()).signal;
    },
    swap(next, drainTimeoutMs) {
      const previous = current;
      current = install(next);
      for (const listener of listeners) listener();
      retire(previous, drainTimeoutMs);
    },
    open: () => tenures.size,
    async close() {
      for (const tenure of tenures.values()) evict(tenure);
      await Promise.all(closing);
    },
  };
}
