import type { GraphQLSchema } from 'graphql';
import type { Problem } from '../problem.ts';
import type { Dropped, Gate, ReloadResult } from '../supergraph/reloader.ts';
import {
  afterConfiguring,
  afterRegistering,
  afterRollback,
  afterUnregistering,
  changedNames,
  type NextRecords,
} from './next-records.ts';
import type { GraphRecords, Revision, RevisionAction, SubgraphRecord } from './record.ts';
import { schemaChanges, type SchemaChange } from './schema-changes.ts';
import { type Commit, graphRecordsOf, type HistoryQuery, type RegistryStore, type State } from './store.ts';

/** What the registry needs to know of a graph. */
export interface RegisteredGraph {
  /** The API schema. */
  readonly schema: GraphQLSchema;
  readonly supergraphSdl: string;
}

/** The running gateway, as the registry sees it. */
export interface GraphHost<Graph extends RegisteredGraph> {
  current(): Graph;
  /** The configured subgraphs of the graph that is served, as their files are. */
  configured(): readonly SubgraphRecord[];
  /** Serves the configuration with these subgraphs, if they can be served and the gate lets them through. */
  serve(graph: GraphRecords, gate: Gate<Graph>): Promise<ReloadResult | Dropped>;
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
  /** What is served here; 0 = nothing was kept yet. */
  readonly served: number;
  /** The newest one in the store. */
  readonly newest: number;
  /** Why they differ, if the newest one cannot be served here. */
  readonly problems: readonly Problem[];
}

/** Versions of the subgraphs and of the graph that they make, and the way to change them. */
export interface Registry {
  register(record: SubgraphRecord, options: ChangeOptions): Promise<ChangeResult>;
  unregister(name: string, options: ChangeOptions): Promise<ChangeResult>;
  /** Serves the subgraphs of an earlier revision, as a new one. */
  rollback(revision: number, options: ChangeOptions): Promise<ChangeResult>;
  /**
   * To be told after every change of the configuration that is served: the history keeps its subgraphs, too, and a
   * revision that could not be served before may be served now.
   */
  configured(reason: string): Promise<void>;
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
  /** Told of a store that does not answer; what is served stays. */
  readonly onStoreFailure: (error: unknown) => void;
  readonly now: () => Date;
}

/** How often a revision of others that cannot be served here is tried again: a backend's files may have changed meanwhile. */
const RETRY_AFTER_MS = 30_000;
/** Others may commit at the same time; who has lost so often lets the next change of the configuration keep it. */
const CONFIGURE_ATTEMPTS = 5;
/** The owner of what the files of the gateway say. */
const CONFIGURATION = 'configuration';

export function createRegistry<Graph extends RegisteredGraph>(parts: RegistryParts<Graph>): Registry {
  const { store, host, now } = parts;
  let served = parts.served.revision?.number ?? 0;
  let behind:
    | { readonly revision: number; readonly problems: readonly Problem[]; readonly at: number }
    | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let retries: NodeJS.Timeout | undefined;

  /** One change at a time; others of this process wait, those of other processes are found by the commit. */
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const result = queue.then(action);
    queue = result.catch(() => undefined);
    return result;
  };

  const change = (
    action: RevisionAction,
    next: (head: State, own: readonly SubgraphRecord[]) => Promise<NextRecords> | NextRecords,
    options: ChangeOptions,
  ): Promise<ChangeResult> =>
    inTurn(async (): Promise<ChangeResult> => {
      const head = await store.head();
      const newest = head.revision;
      const number = newest?.number ?? 0;
      if (options.expected !== undefined && options.expected !== number)
        return { outcome: 'conflict', newest, problems: [], changes: [] };
      const graph = await next(head, host.configured());
      if ('problems' in graph) return { outcome: 'refused', problems: graph.problems, changes: [] };
      const subjects = changedNames(head.records, graph.records);
      if (subjects.length === 0)
        return { outcome: 'unchanged', revision: newest, problems: graph.notes, changes: [] };

      let changes: readonly SchemaChange[] = [];
      let overridden: readonly Problem[] = [];
      let kept: Awaited<ReturnType<RegistryStore['commit']>> | undefined;
      const result = await host.serve(graph, {
        dryRun: options.dryRun === true,
        async review(after) {
          const before = host.current();
          changes = await schemaChanges(before.schema, after.schema);
          const found = [...graph.notes, ...(await parts.judge(changes, before, after))];
          if (options.force !== true) return found;
          overridden = found.filter(({ severity }) => severity === 'error');
          return found.map(asForced);
        },
        async commit({ supergraphSdl }) {
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
            ...keptOf(graph),
            supergraphSdl,
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
      parts.onServed({ revision: kept.revision, records: graph.records });
      return { outcome: 'served', revision: kept.revision, problems, changes };
    });

  /** @param eager also if it was tried a moment ago */
  const catchUp = async (eager: boolean): Promise<void> => {
    const head = await store.head();
    const { revision } = head;
    if (!revision || revision.number === served) return;
    const tried = behind?.revision === revision.number;
    if (!eager && tried && now().getTime() - behind!.at < RETRY_AFTER_MS) return;
    const result = await host.serve(graphRecordsOf(head), {});
    if (result.outcome === 'refused') {
      behind = { revision: revision.number, problems: result.problems, at: now().getTime() };
    } else {
      behind = undefined;
      served = revision.number;
      parts.onServed(head);
    }
    if (!tried || result.outcome !== 'refused') parts.onFollow(revision, result);
  };

  /** Keeps the configured subgraphs that are served. */
  const keepConfigured = async (reason: string): Promise<void> => {
    for (let attempt = 0; attempt < CONFIGURE_ATTEMPTS; attempt++) {
      await catchUp(true);
      const head = await store.head();
      const expected = head.revision?.number ?? 0;
      // Who is behind serves another graph than this state would be.
      if (expected !== served) return;
      const graph = afterConfiguring(head, host.configured());
      const subjects = changedNames(head.records, graph.records);
      if (subjects.length === 0) return;
      const { supergraphSdl } = host.current();
      const facts = { action: 'configure', actor: CONFIGURATION, subjects, reason } as const;
      const kept = await store.commit({
        expected,
        at: now().toISOString(),
        ...facts,
        ...keptOf(graph),
        supergraphSdl,
      });
      if ('conflict' in kept) continue;
      served = kept.revision.number;
      parts.onServed({ revision: kept.revision, records: graph.records });
      return;
    }
  };

  const follow = (): void => void inTurn(() => catchUp(false)).catch(parts.onStoreFailure);

  return {
    register: (record, options) =>
      change('register', (head, own) => afterRegistering(head, own, record), options),
    unregister: (name, options) =>
      change('unregister', (head, own) => afterUnregistering(head, own, name), options),
    rollback: (revision, options) =>
      change(
        'rollback',
        async (_, own) => {
          const then = await store.at(revision);
          return then ? afterRollback(then, own) : { problems: [unknownRevision(revision)] };
        },
        options,
      ),
    configured: (reason) => inTurn(() => keepConfigured(reason)).catch(parts.onStoreFailure),
    async status() {
      const newest = (await store.head()).revision?.number ?? 0;
      return { served, newest, problems: behind?.problems ?? [] };
    },
    state: (revision) => (revision === undefined ? store.head() : store.at(revision)),
    supergraph: (revision) => store.supergraph(revision),
    history: (query) => store.history(query),
    follow() {
      store.watch(follow);
      retries = setInterval(() => behind && follow(), RETRY_AFTER_MS).unref();
    },
    async close() {
      clearInterval(retries);
      await store.close();
    },
  };
}

function keptOf({ records, pinned }: GraphRecords): Pick<Commit, 'records' | 'pinned'> {
  return { records, ...(Object.keys(pinned).length > 0 && { pinned }) };
}

function asForced(problem: Problem): Problem {
  if (problem.severity !== 'error') return problem;
  return { ...problem, severity: 'warning', message: `Overridden by force: ${problem.message}` };
}

function unknownRevision(revision: number): Problem {
  return {
    severity: 'error',
    code: 'REVISION_UNKNOWN',
    message: `There is no revision ${revision}, or it has been forgotten.`,
    fix: 'List what is kept: "sluice history".',
  };
}
