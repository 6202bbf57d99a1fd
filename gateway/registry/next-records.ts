import { suggest } from '../config/suggest.ts';
import type { Problem } from '../problem.ts';
import { type GraphRecords, hashOf, type SubgraphRecord } from './record.ts';
import { graphRecordsOf, type State } from './store.ts';

/** The subgraphs of the next state, with what has to be said about it; or why there is none. */
export type NextRecords =
  | (GraphRecords & { readonly notes: readonly Problem[] })
  | { readonly problems: readonly Problem[] };

type Records = readonly SubgraphRecord[];

/** @param own the subgraphs of the configuration, as their files are */
export function afterRegistering(head: State, own: Records, record: SubgraphRecord): NextRecords {
  const others = registeredIn(head).filter(({ name }) => name !== record.name);
  return withConfigured([...others, record], own, graphRecordsOf(head));
}

export function afterUnregistering(head: State, own: Records, name: string): NextRecords {
  const registered = registeredIn(head);
  if (!registered.some((record) => record.name === name))
    return { problems: [notRegistered(name, registered)] };
  return withConfigured(
    registered.filter((record) => record.name !== name),
    own,
    graphRecordsOf(head),
  );
}

/** What is registered stays, and the configuration is as it is. */
export function afterConfiguring(head: State, own: Records): GraphRecords {
  return withConfigured(registeredIn(head), own, graphRecordsOf(head));
}

/**
 * The subgraphs of an earlier state. A configured one is pinned to what it was then; which subgraphs are configured at
 * all says the configuration alone.
 */
export function afterRollback(then: State, own: Records): NextRecords {
  const old = new Map(then.records.map((record) => [record.name, record]));
  const pinned: Record<string, string> = {};
  const notes: Problem[] = [];
  for (const record of own) {
    const before = old.get(record.name);
    if (before === undefined) notes.push(partial(record.name, `was not there in that revision; it stays`));
    else if (before.configured === true && hashOf(before) !== hashOf(record))
      pinned[record.name] = hashOf(record);
  }
  const names = new Set(own.map(({ name }) => name));
  for (const { name, configured } of then.records)
    if (configured === true && !names.has(name))
      notes.push(partial(name, 'was one in that revision, and is none any more; it stays away'));
  const next = withConfigured(registeredIn(then), own, { records: then.records, pinned });
  return { ...next, notes };
}

/** Names whose content differs. */
export function changedNames(before: Records, after: Records): string[] {
  const content = (records: Records) => new Map(records.map((record) => [record.name, hashOf(record)]));
  const [old, fresh] = [content(before), content(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((name) => old.get(name) !== fresh.get(name))
    .toSorted();
}

/** @param kept where pinned subgraphs are taken from; a pin holds as long as the files say what they said */
function withConfigured(
  registered: Records,
  own: Records,
  kept: GraphRecords,
): GraphRecords & { readonly notes: readonly Problem[] } {
  const pinned: Record<string, string> = {};
  // A name of both is the registration's here: that it collides is told when the graph is put together.
  const free = own.filter(({ name }) => !registered.some((record) => record.name === name));
  const configured = free.map((record) => {
    const pin = kept.pinned[record.name];
    const old = kept.records.find(({ name, configured: is }) => is === true && name === record.name);
    if (!old || pin === undefined || pin !== hashOf(record)) return record;
    pinned[record.name] = pin;
    return old;
  });
  return { records: [...registered, ...configured].toSorted(byName), pinned, notes: [] };
}

function registeredIn({ records }: State): Records {
  return records.filter(({ configured }) => configured !== true);
}

function byName(left: SubgraphRecord, right: SubgraphRecord): number {
  return left.name < right.name ? -1 : 1;
}

function partial(name: string, what: string): Problem {
  return {
    severity: 'warning',
    code: 'ROLLBACK_PARTIAL',
    subgraph: name,
    message: `The subgraph "${name}" of the configuration ${what}.`,
    fix: 'Change the configuration, if it should be as it was.',
  };
}

function notRegistered(name: string, registered: Records): Problem {
  const nearest = suggest(
    name,
    registered.map((record) => record.name),
  );
  return {
    severity: 'error',
    code: 'NOT_REGISTERED',
    subgraph: name,
    message: `No subgraph "${name}" is registered.`,
    fix:
      nearest === undefined
        ? 'List what is: "sluice list". Subgraphs of the configuration are taken out there.'
        : `Did you mean "${nearest}"?`,
  };
}
