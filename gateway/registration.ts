import { readFileSync, renameSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistryApi, REGISTRY_PATH } from './admin/registry-api.ts';
import { listVariants } from './admin/variant-list.ts';
import { MAX_DESCRIPTION_BYTES } from './connectors/import/imported.ts';
import { type AdminToken, createAuthenticate, localToken } from './admin/tokens.ts';
import { type GraphQLSchema, printSchema, validate } from 'graphql';
import type { Plan } from './compile/plan.ts';
import { costProblems, type Replanned } from './registry/plan-costs.ts';
import type { Config } from './config/schema.ts';
import type { Log } from './observe/log.ts';
import type { AdminRoute } from './observe/admin.ts';
import type { BackendHealthRecorder } from './observe/backend-health.ts';
import { createPageRoute } from './observe/page-route.ts';
import { renderRegistryPage } from './portal/registry-page.ts';
import { type Problem, ProblemsError } from './problem.ts';
import { completeRecord } from './registry/complete-record.ts';
import { judgeChanges, type RecordedUsage } from './registry/judge-changes.ts';
import { judgeVariants } from './registry/judge-variants.ts';
import type { GraphRecords, SubgraphRecord } from './registry/record.ts';
import { createRegistry, type Registry } from './registry/registry.ts';
import { createOverlay, type Overlay } from './registry/overlay.ts';
import type { RegistryStore, State } from './registry/store.ts';
import type { Work } from './registry/work.ts';
import { openRedisStore } from './registry/stores/redis.ts';
import { openSqliteStore } from './registry/stores/sqlite.ts';
import type { Reloader } from './supergraph/reloader.ts';
import type { RunningGraph } from './supergraph/running-graph.ts';
import type { UsageRecords } from './usage-records.ts';
import type { Snapshot } from './supergraph/snapshot.ts';

/** What a gateway needs to serve registered subgraphs, opened; the registry itself comes when the graph is there. */
export interface Registration {
  readonly store: RegistryStore;
  readonly overlay: Overlay;
  /** What is served first. */
  readonly first: State;
  /** Who may change the graph. */
  readonly tokens: readonly AdminToken[];
  /** Keeps a state for a start at which the shared store is away. */
  remember(state: State): void;
  close(): Promise<void>;
}

/** Undefined = this gateway takes no registrations. Throws `ProblemsError` if the store cannot be used. */
export async function openRegistration(config: Config, log: Log): Promise<Registration | undefined> {
  const { registry, supergraph } = config;
  if (registry.store === 'none' || supergraph !== undefined) return undefined;
  const store = openStore(config, log);
  const overlay = createOverlay();
  const lastState = join(registry.folder, 'last-state.json');
  const close = async (): Promise<void> => {
    overlay.close();
    await store.close();
  };
  try {
    return {
      store,
      overlay,
      first: registry.store === 'redis' ? await headOrLast(store, lastState, log) : await store.head(),
      tokens: tokensOf(config, log),
      remember(state) {
        if (registry.store !== 'redis') return;
        try {
          mkdirSync(registry.folder, { recursive: true, mode: 0o700 });
          writeFileSync(`${lastState}.part`, JSON.stringify(state), { mode: 0o600 });
          renameSync(`${lastState}.part`, lastState);
        } catch (error) {
          log.warn({ error }, 'the last state of the registry cannot be kept on this machine');
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw unavailable(error);
  }
}

/** What a graph is made of: the configuration, and what is registered beside it. */
export interface GraphSource {
  readonly config: Config;
  readonly records: GraphRecords;
}

export interface GraphParts {
  readonly graph: Pick<RunningGraph<Snapshot>, 'current'>;
  readonly reloader: Reloader<GraphSource, Snapshot>;
  /** The configured subgraphs of a graph, as their files were when it was made. */
  readonly configuredOf: (snapshot: Snapshot) => readonly SubgraphRecord[];
  readonly work: Work;
  /** What clients have sent. */
  readonly usage: () => Promise<RecordedUsage>;
  readonly log: Log;
}

/** Operations whose plans are compared before and after a change. */
const COMPARED_PLANS = 50;

/** The registry of a gateway that serves a graph. */
export function openRegistry(registration: Registration, parts: GraphParts): Registry {
  const { store, first } = registration;
  const remember = (state: State): void => registration.remember(state);
  const { graph, reloader, configuredOf, work, usage, log } = parts;
  remember(first);
  return createRegistry<Snapshot>({
    store,
    served: first,
    host: {
      current: () => graph.current(),
      configured: () => configuredOf(graph.current()),
      async serve(records, gate) {
        try {
          return await reloader.reload((served) => ({ ...served, records }), gate);
        } finally {
          work.end();
        }
      },
    },
    async judge(changes, before, after) {
      work.tell('Comparing with what clients use');
      const costs = costProblems(replanned(before, after));
      try {
        const used = await usage();
        const found = await judgeChanges(changes, before.schema, after.schema, used);
        return [...found, ...(await judgeVariants(changes, before, after, used)), ...costs];
      } catch (error) {
        log.error({ error }, 'the records of usage cannot be read');
        return [USAGE_UNAVAILABLE, ...costs];
      }
    },
    onServed: remember,
    onFollow({ number, actor }, { outcome, problems }) {
      const facts = { revision: number, actor, problems: problems.filter(isError) };
      if (outcome === 'refused')
        log.error(facts, 'a registered graph cannot be served here: the running one stays');
      else log.info(facts, 'a registered graph is served');
    },
    onStoreFailure: (error) =>
      log.warn(
        { error },
        'the registry cannot be used: the running graph stays, and its history is not kept',
      ),
    now: () => new Date(),
  });
}

const USAGE_UNAVAILABLE: Problem = {
  severity: 'error',
  code: 'USAGE_UNAVAILABLE',
  message: 'The records of what clients use cannot be read, so nobody knows whom the change breaks.',
  fix: 'Try again when they are there; "--force" changes the graph without having looked.',
};

function replanned(before: Snapshot, after: Snapshot): readonly Replanned[] {
  return before.hottest(COMPARED_PLANS).flatMap(({ document, operationName, documentHash }) => {
    // What is not valid any more has been told.
    if (validate(after.schema, document).length > 0) return [];
    try {
      const name = operationName ?? `The operation ${documentHash.slice(0, 12)}`;
      const planIn = (snapshot: Snapshot): Plan =>
        snapshot.executable(document, operationName, documentHash).plan;
      return [{ operation: name, before: planIn(before), after: planIn(after) }];
    } catch {
      return [];
    }
  });
}

/** A description of a service may be large, and its JSON larger; who sends one has a token. */
export function adminBodyBytes(bodyBytes: number): (path: string) => number {
  return (path) => (path.startsWith(`${REGISTRY_PATH}/`) ? 2 * MAX_DESCRIPTION_BYTES : bodyBytes);
}

/** The registry on the admin port. */
export function registryRoute(
  registry: Registry,
  { tokens }: Registration,
  parts: {
    readonly config: () => Config;
    readonly graph: GraphParts['graph'];
    /** What a graph's variants were made of. */
    readonly variantsOf: (graph: Snapshot) => Config['variants'];
    readonly work: Work;
    readonly usage: UsageRecords | undefined;
    readonly health: BackendHealthRecorder;
    readonly log: Log;
  },
): AdminRoute {
  const { config, graph, variantsOf, work, usage, health, log } = parts;
  const printed = new WeakMap<GraphQLSchema, string>();
  return {
    about: 'registered subgraphs and their history (openapi.json describes it)',
    handler: createRegistryApi({
      registry,
      authenticate: createAuthenticate(tokens),
      configured: () =>
        Object.entries(config().subgraphs).map(([name, { schema, url }]) => ({
          name,
          sdl: readFileSync(schema, 'utf8'),
          ...(url !== undefined && { url }),
        })),
      health: (subgraph) => health.of(subgraph),
      progress: () => work.current(),
      served(variant) {
        const main = graph.current();
        const { supergraphSdl } = main;
        const schema = (variant === undefined ? main : main.variants.get(variant))?.schema;
        if (!schema) return undefined;
        let apiSdl = printed.get(schema);
        if (apiSdl === undefined) printed.set(schema, (apiSdl = `${printSchema(schema)}\n`));
        return { apiSdl, supergraphSdl };
      },
      variants: () => listVariants(graph.current(), variantsOf(graph.current())),
      complete: completeRecord,
      usage: usage && {
        operations: (days) => usage.operations(days),
        checkDays: usage.checkDays,
        schema: () => graph.current().schema,
      },
      log,
    }),
  };
}

/** The page of the registry: it has no data of its own, and asks the registry with the token of its reader. */
export function registryPageRoute(): AdminRoute {
  return {
    about: 'the graph: subgraphs, schemas, changes, history, usage; roll back',
    handler: createPageRoute(renderRegistryPage),
  };
}

const isError = ({ severity }: Problem): boolean => severity === 'error';

function openStore({ registry }: Config, log: Log): RegistryStore {
  const { keepRevisions, redis } = registry;
  if (registry.store === 'redis' && redis) {
    const onError = (error: unknown): void => log.warn({ error }, "the registry's Redis is away");
    return openRedisStore({ ...redis, keepRevisions, onError });
  }
  try {
    return openSqliteStore({ file: join(registry.folder, 'registry.db'), keepRevisions });
  } catch (error) {
    throw unavailable(error);
  }
}

/** A gateway must be able to start while Redis is away: then with what this machine has seen last. */
async function headOrLast(store: RegistryStore, file: string, log: Log): Promise<State> {
  try {
    return await store.head();
  } catch (error) {
    let last: State;
    try {
      last = JSON.parse(readFileSync(file, 'utf8')) as State;
    } catch {
      throw error;
    }
    log.warn(
      { error, revision: last.revision?.number ?? 0 },
      'the registry does not answer: serving the last state that this machine has seen',
    );
    return last;
  }
}

function tokensOf({ admin, registry }: Config, log: Log): readonly AdminToken[] {
  if (admin.tokens.length > 0) return admin.tokens;
  try {
    return [localToken(registry.folder)];
  } catch (error) {
    log.warn(
      { error },
      'no admin token can be made: nothing can be registered until admin.tokens has one (or registry.folder can be written)',
    );
    return [];
  }
}

function unavailable(error: unknown): ProblemsError {
  const message = error instanceof Error ? error.message : String(error);
  return new ProblemsError([
    {
      severity: 'error',
      code: 'REGISTRY_UNAVAILABLE',
      message,
      fix: 'Mend registry.store in the configuration; "store: none" serves without registered subgraphs.',
    },
  ]);
}
