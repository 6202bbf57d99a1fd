import type { GraphQLSchema } from 'graphql';
import type { Problem } from '../problem.ts';
import type { Dropped, Gate, ReloadResult } from '../supergraph/reloader.ts';
import { suggest } from '../config/suggest.ts';
import { hashOf, type Revision, type RevisionAction, type SubgraphRecord } from './record.ts';
import { schemaChanges, type SchemaChange } from './schema-changes.ts';
import type { HistoryQuery, RegistryStore, State } from './store.ts';

/** What the registry needs to know of a graph. */
export interface RegisteredGraph {
  /** The API schema. */
  readonly schema: GraphQLSchema;
  readonly supergraphSdl: string;
}

/** The running gateway, as the registry sees it. */
export interface GraphHost<Graph extends RegisteredGraph> {
  current(): Graph;
  /** Serves the configured and these registered subgraphs, if they can be served and the gate lets them through. */
  serve(records: readonly SubgraphRecord[], gate: Gate<Graph>): Promise<ReloadResult | Dropped>;
}

/** Who changes the graph, and how. */
export interface ChangeOptions {
  /** The owner of the token. */
  readonly actor: string;
  /** Who they say they are. */
  readonly author?: string;
  readonly reason?: string;
  /** Only if this is still the newest revision. */
  readonly expected?: number;
  /** Served although checks that can be overridden find errors. */
  readonly force?: boolean;
  /** Everything is checked, nothing is served or kept. */
  readonly dryRun?: boolean;
}

export type ChangeResult = {
  /** Warnings and hints; for `refused` also what refuses it. */
  readonly problems: readonly Problem[];
  /** What clients will notice; empty if it did not come so far. */
  readonly changes: readonly SchemaChange[];
} & (
  | { readonly outcome: 'served'; readonly revision: Revision }
  | { readonly outcome: 'valid' | 'refused' }
  | { readonly outcome: 'unchanged'; readonly revision: Revision | undefined }
  | { readonly outcome: 'conflict'; readonly newest: Revision | undefined }
);

export interface RegistryStatus {
  /** What is served here; 0 = nothing was registered yet. */
  readonly served: number;
  /** The newest one in the store. */
  readonly newest: number;
  /** Why they differ, if the newest one cannot be served here. */
  readonly problems: readonly Problem[];
}

/** Versions of the registered subgraphs and of the graph that they make, and the way to change them. */
export interface Registry {
  register(record: SubgraphRecord, options: ChangeOptions): Promise<ChangeResult>;
  unregister(name: string, options: ChangeOptions): Promise<ChangeResult>;
  /** Serves the registered subgraphs of an earlier revision, as a new one. */
  rollback(revision: number, options: ChangeOptions): Promise<ChangeResult>;
  status(): Promise<RegistryStatus>;
  state(revision?: number): Promise<State | undefined>;
  supergraph(revision: number): Promise<string | undefined>;
  history(query: HistoryQuery): Promise<readonly Revision[]>;
  /** Follows other gateways that share the store. */
  follow(): void;
  close(): Promise<void>;
}

export interface RegistryParts<Graph extends RegisteredGraph> {
  readonly store: RegistryStore;
  readonly host: GraphHost<Graph>;
  /** The revision that is served at first. */
  readonly served: State;
  /** What clients would lose: an error can be overridden by `force`. */
  readonly judge: (
    changes: readonly SchemaChange[],
    before: Graph,
    after: Graph,
  ) => Promise<readonly Problem[]> | readonly Problem[];
  /** Told of every state that is served from now on. */
  readonly onServed: (state: State) => void;
  /** Told of what came of a state that another gateway has made. */
  readonly onFollow: (revision: Revision, result: ReloadResult | Dropped) => void;
  /** Told of a store that does not answer. */
  readonly onStoreFailure: (error: unknown) => void;
  readonly now: () => Date;
}

type NextState = readonly SubgraphRecord[] | { readonly problems: readonly Problem[] };

/** How often a revision of others that cannot be served here is tried again: files may have changed meanwhile. */
const RETRY_AFTER_MS = 30_000;

export function createRegistry<Graph extends RegisteredGraph>(parts: RegistryParts<Graph>): Registry {
  const { store, host, now } = parts;
  let served = parts.served.revision?.number ?? 0;
  let behind:
    | { readonly revision: number; readonly problems: readonly Problem[]; readonly at: number }
    | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  /** One change at a time; others of this process wait, those of other processes are found by the commit. */
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const result = queue.then(action);
    queue = result.catch(() => undefined);
    return result;
  };

  const change = (
    action: RevisionAction,
    next: (head: State) => Promise<NextState> | NextState,
    options: ChangeOptions,
  ): Promise<ChangeResult> =>
    inTurn(async (): Promise<ChangeResult> => {
      const head = await store.head();
      const newest = head.revision;
      const number = newest?.number ?? 0;
      if (options.expected !== undefined && options.expected !== number)
        return { outcome: 'conflict', newest, problems: [], changes: [] };
      const records = await next(head);
      if ('problems' in records) return { outcome: 'refused', problems: records.problems, changes: [] };
      const subjects = changedNames(head.records, records);
      if (subjects.length === 0) return { outcome: 'unchanged', revision: newest, problems: [], changes: [] };

      let changes: readonly SchemaChange[] = [];
      let overridden: readonly Problem[] = [];
      let kept: Awaited<ReturnType<RegistryStore['commit']>> | undefined;
      const result = await host.serve(records, {
        dryRun: options.dryRun === true,
        async review(graph) {
          const before = host.current();
          changes = await schemaChanges(before.schema, graph.schema);
          const found = await parts.judge(changes, before, graph);
          if (options.force !== true) return found;
          overridden = found.filter(({ severity }) => severity === 'error');
          return found.map(asForced);
        },
        async commit(graph) {
          const { actor, author, reason } = options;
          kept = await store.commit({
            expected: number,
            at: now().toISOString(),
            action,
            subjects,
            actor,
            ...(author !== undefined && { author }),
            ...(reason !== undefined && { reason }),
            ...(overridden.length > 0 && {
              forced: overridden.map(({ code, message }) => `${code}: ${message}`),
            }),
            records,
            supergraphSdl: graph.supergraphSdl,
          });
          return 'revision' in kept;
        },
      });
      const { problems } = result;
      if (kept && 'conflict' in kept)
        return { outcome: 'conflict', newest: kept.conflict, problems, changes };
      if (result.outcome === 'dropped') return { outcome: 'valid', problems, changes };
      if (result.outcome === 'refused') return { outcome: 'refused', problems, changes };
      if (!kept) return { outcome: 'unchanged', revision: newest, problems, changes };
      served = kept.revision.number;
      behind = undefined;
      parts.onServed({ revision: kept.revision, records });
      return { outcome: 'served', revision: kept.revision, problems, changes };
    });

  const catchUp = (): Promise<void> =>
    inTurn(async () => {
      const { revision, records } = await store.head();
      if (!revision || revision.number === served) return;
      const tried = behind?.revision === revision.number;
      if (tried && now().getTime() - behind!.at < RETRY_AFTER_MS) return;
      const result = await host.serve(records, {});
      if (result.outcome === 'refused') {
        behind = { revision: revision.number, problems: result.problems, at: now().getTime() };
      } else {
        behind = undefined;
        served = revision.number;
        parts.onServed({ revision, records });
      }
      if (!tried) parts.onFollow(revision, result);
    });

  return {
    register: (record, options) =>
      change(
        'register',
        ({ records }) => [...records.filter(({ name }) => name !== record.name), record].toSorted(byName),
        options,
      ),
    unregister: (name, options) =>
      change(
        'unregister',
        ({ records }) =>
          records.some((record) => record.name === name)
            ? records.filter((record) => record.name !== name)
            : { problems: [notRegistered(name, records)] },
        options,
      ),
    rollback: (revision, options) =>
      change(
        'rollback',
        async () => (await store.at(revision))?.records ?? { problems: [unknownRevision(revision)] },
        options,
      ),
    async status() {
      const newest = (await store.head()).revision?.number ?? 0;
      return { served, newest, problems: behind?.problems ?? [] };
    },
    state: (revision) => (revision === undefined ? store.head() : store.at(revision)),
    supergraph: (revision) => store.supergraph(revision),
    history: (query) => store.history(query),
    follow: () => store.watch(() => void catchUp().catch(parts.onStoreFailure)),
    async close() {
      await store.close();
    },
  };
}

function changedNames(before: readonly SubgraphRecord[], after: readonly SubgraphRecord[]): string[] {
  const content = (records: readonly SubgraphRecord[]) =>
    new Map(records.map((record) => [record.name, hashOf(record)]));
  const [old, fresh] = [content(before), content(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((name) => old.get(name) !== fresh.get(name))
    .toSorted();
}

function asForced(problem: Problem): Problem {
  if (problem.severity !== 'error') return problem;
  return { ...problem, severity: 'warning', message: `Overridden by force: ${problem.message}` };
}

function byName(left: SubgraphRecord, right: SubgraphRecord): number {
  return left.name < right.name ? -1 : 1;
}

function notRegistered(name: string, records: readonly SubgraphRecord[]): Problem {
  const nearest = suggest(
    name,
    records.map((record) => record.name),
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

function unknownRevision(revision: number): Problem {
  return {
    severity: 'error',
    code: 'REVISION_UNKNOWN',
    message: `There is no revision ${revision}, or it has been forgotten.`,
    fix: 'List what is kept: "sluice history".',
  };
}
