import type { ServedSnapshot, SnapshotSource } from './snapshot.ts';

/** Holds a snapshot until the function that it gives is called (idempotent); told if the snapshot goes before. */
export type Hold = (snapshot: ServedSnapshot, onEvicted: () => void) => () => void;

/** For thousands of holders: one listener per snapshot, as each listener of a signal makes the next one slower. */
export function createSnapshotHolders(snapshots: SnapshotSource): Hold {
  const holdersOf = new WeakMap<ServedSnapshot, Set<() => void>>();

  const listen = (snapshot: ServedSnapshot): Set<() => void> => {
    const holders = new Set<() => void>();
    const tellAll = (): void => {
      for (const tell of holders) tell();
    };
    snapshots.evicted(snapshot).addEventListener('abort', tellAll, { once: true });
    holdersOf.set(snapshot, holders);
    return holders;
  };

  return (snapshot, onEvicted) => {
    const holders = holdersOf.get(snapshot) ?? listen(snapshot);
    // Not the function itself: two holders may give the same one.
    const tell = () => onEvicted();
    holders.add(tell);
    snapshots.retain(snapshot);
    return () => {
      if (holders.delete(tell)) snapshots.release(snapshot);
    };
  };
}
