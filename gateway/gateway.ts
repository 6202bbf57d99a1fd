import { printSchema } from 'graphql';
import { draw } from './blueprint.ts';
import type { DrawOptions } from './blueprint.ts';
import { contentHash, graphFiles } from './config/graph-files.ts';
import { createLoadedModules, graphPart, restartProblems } from './config/restart.ts';
import type { Config } from './config/schema.ts';
import type { Explanation, ExplainRequest } from './explain.ts';
import { explainOperation } from './explain.ts';
import type { ExecutionResult } from './compile/executable.ts';
import type { Changes } from './context.ts';
import type { SluiceError } from './errors.ts';
import { createAdmission } from './front/admission.ts';
import { createFront, type Front } from './front/front.ts';
import { completeLimits } from './front/limits.ts';
import { readJsonBody } from './front/request-body.ts';
import { createSchemaFiles } from './front/schema-files.ts';
import type { SnapshotSource } from './front/snapshot.ts';
import type { HttpServer } from './http/server.ts';
import { startHttpServer } from './http/server.ts';
import { createAdminHandler } from './observe/admin.ts';
import type { Readiness } from './observe/health.ts';
import { createBackendHealth } from './observe/backend-health.ts';
import { createPlanEndpoint } from './observe/plan-endpoint.ts';
import { createLog } from './observe/log.ts';
import type { Log, LogFields } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import type { Metrics } from './observe/metrics.ts';
import { createAnswerErrors } from './policies/inbound/answer-errors.ts';
import { createBodyLimit } from './policies/inbound/body-limit.ts';
import { createCors } from './policies/inbound/cors.ts';
import { createDeadline } from './policies/inbound/deadline.ts';
import { createInboundObserve } from './policies/inbound/observe.ts';
import type { InboundPolicy, OperationPolicy } from './policies/kinds.ts';
import { createRecordUsage } from './policies/operation/record-usage.ts';
import { openUsageRecords, recordedUsage } from './usage-records.ts';
import { createCoalesceRequests } from './policies/operation/coalesce-requests.ts';
import { renderPage } from './portal/page.ts';
import { renderPlanPage } from './portal/plan-page.ts';
import type { Problem } from './problem.ts';
import { ProblemsError } from './problem.ts';
import type { GraphSource } from './registration.ts';
import {
  adminBodyBytes,
  openRegistration,
  openRegistry,
  registryPageRoute,
  registryRoute,
} from './registration.ts';
import { provision } from './provision.ts';
import type { Provision } from './provision.ts';
import { createRequestHandler } from './request.ts';
import { loadSupergraph } from './supergraph/load-supergraph.ts';
import type { PlanCheck } from './supergraph/plan-check.ts';
import { createThreadComposer } from './supergraph/thread-composer.ts';
import { createReloader } from './supergraph/reloader.ts';
import type { BuiltGraph, ReloadResult } from './supergraph/reloader.ts';
import { createRunningGraph } from './supergraph/running-graph.ts';
import { buildSnapshot, prepareSnapshot } from './supergraph/snapshot.ts';
import type { Snapshot } from './supergraph/snapshot.ts';
import { REGISTRY_PATH } from './admin/registry-api.ts';
import { warm } from './supergraph/warm.ts';
import { compilePlaces, type FindVariant } from './variant-places.ts';
import { createVariants } from './variants.ts';

export { compareSupergraphs } from './compare-supergraphs.ts';

/** A gateway that has been checked and put together, and waits for `start`. */
export interface Gateway {
  /** Listens; `url` and `adminUrl` are origins without a path. Throws `SluiceError` if it cannot, with nothing left open. */
  start(): Promise<{ url: string; adminUrl: string; warnings: readonly Problem[] }>;
  /**
   * Reads the graph again, by this configuration or the last one, and serves it if it has changed; what runs ends on the
   * old one. A graph that cannot be served is refused and logged like a configuration with problems: the running one
   * stays. Never rejects.
   */
  reload(config?: Config | { readonly problems: readonly Problem[] }): Promise<ReloadResult>;
  /** Ends what runs in an orderly way. Idempotent. */
  close(): Promise<void>;
}

interface ServedGraph extends BuiltGraph<Snapshot> {
  readonly answerHeaders: Provision['answerHeaders'];
  readonly variants: Config['variants'];
}

/**
 * Checks everything; opens no port. Throws `ProblemsError` if the graph cannot be served.
 * @param onProgress told what is being done until then
 */
export async function createGateway(config: Config, onProgress?: (what: string) => void): Promise<Gateway> {
  const log = createLog({ level: config.log.level, format: config.log.format });
  const metrics = createMetrics();
  const health = createBackendHealth();
  const { server, limits } = config;

  const registration = await openRegistration(config, log);
  const changes: Changes = { count: 0 };
  const modules = createLoadedModules();
  let generation = 0;
  const overlay = ({ config: base, records }: GraphSource) =>
    registration?.overlay.add(base, records) ?? { config: base };
  const build = async (
    source: GraphSource,
    options: DrawOptions,
  ): Promise<ServedGraph | { problems: readonly Problem[] }> => {
    const whole = overlay(source);
    if ('problems' in whole) return whole;
    const from = whole.config;
    modules.load(from);
    const drawn = await draw(from, options);
    if (!('blueprint' in drawn))
      return { problems: registration?.overlay.withOwnPlaces(drawn.problems) ?? drawn.problems };
    const { supergraphSdl, oneOfInputs, problems } = drawn.blueprint;
    const backends = provision(from, drawn.blueprint, { log, metrics, health, changes });
    const { subgraphs, subgraphsOfVariants, answerHeaders } = backends;
    const close = () => backends.close();
    try {
      const parts = {
        generation: ++generation,
        supergraphSdl,
        oneOfInputs,
        subgraphs,
        subgraphsOfVariants,
        contracts: new Map(Object.entries(from.variants)),
        maxExecutables: from.limits.compiledOperations,
        maxErrors: from.limits.responseErrors,
        maxDeferredParts: from.limits.deferredParts,
        onInternalError: (error: SluiceError, id: string) => log.error({ error, id }, 'internal error'),
        ...planCheckOf(from, log, metrics),
      };
      options.onProgress?.('Preparing the schema');
      const snapshot = await prepareSnapshot(parts, options.signal);
      const told = [...problems, ...snapshot.problems];
      return { snapshot, problems: told, answerHeaders, variants: from.variants, close };
    } catch (error) {
      await close();
      if (error instanceof ProblemsError) return { problems: [...problems, ...error.problems] };
      throw error;
    }
  };

  let latest = config;
  const composer = createThreadComposer(() => ({
    timeoutMs: latest.reload.compositionTimeoutMs,
    memoryMb: latest.reload.compositionMemoryMb,
  }));
  const fingerprint = (source: GraphSource): string => {
    const whole = overlay(source);
    if ('problems' in whole) return JSON.stringify(whole.problems);
    return graphPart(whole.config) + contentHash(graphFiles(whole.config));
  };
  const served: GraphSource = { config, records: registration?.first.records ?? [] };
  const servedFingerprint = fingerprint(served);
  // Composed in this thread: it has nothing else to do yet, and another one would take longer to start.
  const first = await build(served, onProgress ? { onProgress } : {})
    .then(servedGraphOf)
    .catch(async (error: unknown) => {
      await registration?.close();
      throw error;
    });
  const graph = createRunningGraph<Snapshot>({
    first,
    onCloseFailure: (error) => log.warn({ error }, 'backends did not close'),
  });
  const headersOf = new WeakMap<object, Provision['answerHeaders']>();
  const placesOf = new WeakMap<Snapshot, FindVariant>();
  const variantsOf = new WeakMap<Snapshot, Config['variants']>();
  const know = ({ snapshot, answerHeaders, variants: configured }: ServedGraph): void => {
    placesOf.set(snapshot, compilePlaces(configured));
    variantsOf.set(snapshot, configured);
    for (const each of [snapshot, ...snapshot.variants.values()]) headersOf.set(each, answerHeaders);
  };
  know(first);

  let servers: HttpServer[] = [];
  let closing: Promise<void> | undefined;
  const ready = (): Readiness => (closing ? { ready: false, reason: 'shutting down' } : { ready: true });

  // The three ordered lists: first listed = outermost. The third, around backend calls, is in provision.ts.
  const inbound: readonly InboundPolicy[] = [
    createInboundObserve({ log, metrics }),
    createAnswerErrors({ log }),
    createCors({ origins: server.cors.origins }),
    createDeadline({ timeoutMs: config.deadlineMs }),
    createBodyLimit({ bodyBytes: limits.bodyBytes }),
  ];
  const sharedData = new WeakSet<object>();
  const onShare = ({ data }: ExecutionResult): void => void (data && sharedData.add(data));
  const isSharing = config.coalesce === true || config.coalesceRequests;
  const window = config.coalesceRequests ? 'run' : 'first-answer';
  const usage = openUsageRecords(config, log);
  const operation = (snapshot: object, variant?: string): readonly OperationPolicy[] => [
    ...(usage ? [createRecordUsage(usage.recorder, variant)] : []),
    ...(isSharing
      ? [
          createCoalesceRequests({
            headers: headersOf.get(snapshot) ?? 'all',
            changes,
            window,
            onJoin: () => metrics.recordJoined(),
            onShare,
          }),
        ]
      : []),
  ];

  const operationLimits = {
    depth: limits.operationDepth,
    tokens: limits.operationTokens,
    rootFields: limits.operationRootFields,
    deferred: limits.operationDeferred,
  };
  const openFront = (snapshots: SnapshotSource, variant?: string): Promise<Front> =>
    createFront({
      snapshots,
      operationPolicies: (snapshot) => operation(snapshot, variant),
      onSubscription: (input, { headers }) => usage?.recorder.record(input, headers, variant),
      ...(isSharing && { sharedData }),
      documents: { maxDocuments: limits.compiledOperations },
      limits: operationLimits,
      persistedQueries: config.apq.enabled && { maxEntries: config.apq.maxEntries, ttlMs: config.apq.ttlMs },
      introspection: server.introspection,
      log,
    });
  const front = await openFront(graph);
  // Operations that are offered to everybody may be none of a variant's.
  const variantPage = { ...config.portal, examples: [] };
  const variants = createVariants({
    graph,
    placesOf: (snapshot) => placesOf.get(snapshot),
    openFront,
    introspection: server.introspection,
    page: server.page ? () => renderPage(variantPage) : undefined,
    onCloseFailure: (error) => log.warn({ error }, 'a variant did not close'),
  });
  await variants.ready(first.snapshot);

  const admit = createAdmission(completeLimits(operationLimits));
  const planRoute = {
    about: 'how an operation is answered: its plan, drawn and checked',
    handler: createPlanEndpoint({
      page: () => renderPlanPage(config.portal.examples, [...graph.current().variants.keys()]),
      readJson: (request) => readJsonBody(request, 'a JSON object with "operation"'),
      explain(question) {
        admit(question.operation);
        const { assumedListSize } = latest;
        return explainOperation(graph.current(), question, { assumedListSize, validate: true });
      },
    }),
  };

  const reloader = createReloader<GraphSource, Snapshot>({
    graph,
    fingerprint,
    served,
    servedFingerprint,
    async build(from, signal) {
      const built = await build(from, { composer, signal });
      if ('snapshot' in built) know(built);
      return built;
    },
    async warm(next, { config: { reload } }) {
      await variants.ready(next);
      const kept = [{ front, from: graph.current(), to: next }, ...variants.kept(next)];
      return warm({
        operations: kept.flatMap((one) =>
          one.from.hottest(reload.warmOperations).map((operation) => ({ ...one, operation })),
        ),
        prepare: ({ front: its, to, operation: known }) => its.prepare(to, known),
        timeoutMs: reload.warmTimeoutMs,
      });
    },
    drainTimeoutMs: ({ config: { reload } }) => reload.drainTimeoutMs,
  });
  const registry =
    registration && openRegistry(registration, { graph, reloader, log, usage: () => recordedUsage(usage) });

  async function reload(next: Config | { readonly problems: readonly Problem[] }): Promise<ReloadResult> {
    const startedAt = performance.now();
    let result: ReloadResult;
    if ('problems' in next) {
      result = { outcome: 'refused', problems: next.problems };
    } else {
      latest = next;
      const { problems, ...rest } = await reloader.reload((current) => ({ ...current, config: next }));
      const unheeded = [...restartProblems(config, next), ...modules.problems(next)];
      result = { ...rest, problems: [...problems, ...unheeded] };
    }
    const durationMs = Math.round(performance.now() - startedAt);
    logReload(log, result, { generation: graph.current().generation, durationMs });
    return result;
  }

  async function close(): Promise<void> {
    await reloader.close();
    await composer.close();
    await Promise.all([
      front.close(),
      variants.close(),
      ...servers.map((s) => s.close({ graceMs: server.shutdownGraceMs })),
    ]);
    await Promise.all([registration?.close(), usage?.recorder.close()]);
    await graph.close();
    log.close();
  }

  return {
    async start() {
      const onError = (error: unknown) => log.error({ error }, 'request failed');
      const httpLimits = {
        bodyBytes: limits.bodyBytes,
        headerBytes: limits.headerBytes,
        headersTimeoutMs: server.headersTimeoutMs,
        requestTimeoutMs: server.requestTimeoutMs,
        keepAliveTimeoutMs: server.keepAliveTimeoutMs,
      };
      const handler = createRequestHandler({
        inboundPolicies: inbound,
        front,
        variant: (request, context) => variants.endpoint(request, context),
        page: server.page ? () => renderPage(config.portal) : undefined,
        schemaFiles: server.introspection ? createSchemaFiles(() => graph.current()) : undefined,
        ready,
      });
      const main = await startHttpServer({
        port: server.port,
        host: server.host,
        handler,
        limits: httpLimits,
        onError,
      });
      servers = [main];
      const admin = await startHttpServer({
        port: server.adminPort,
        host: server.adminHost,
        handler: createAdminHandler({
          metrics,
          ready,
          routes: {
            '/plan': planRoute,
            ...(registry && {
              '/graph': registryPageRoute(),
              [REGISTRY_PATH]: registryRoute(registry, registration, {
                config: () => latest,
                graph,
                variantsOf: (snapshot) => variantsOf.get(snapshot) ?? {},
                usage,
                health,
                log,
              }),
            }),
          },
        }),
        limits: { ...httpLimits, bodyBytes: adminBodyBytes(limits.bodyBytes) },
        onError,
      });
      servers = [main, admin];
      registry?.follow();
      return { url: main.url, adminUrl: admin.url, warnings: first.problems };
    },
    reload: (next = latest) => reload(next),
    close: () => (closing ??= close()),
  };
}

export interface Composed {
  readonly supergraphSdl: string;
  readonly apiSdl: string;
  /** What the clients of each variant see, by its name. */
  readonly variants: ReadonlyMap<string, string>;
  /** Warnings and hints. */
  readonly problems: readonly Problem[];
}

/** Composes and checks what the configuration names, without the network. */
export async function composeFromConfig(
  config: Config,
  onProgress?: (what: string) => void,
): Promise<Composed | { problems: readonly Problem[] }> {
  const result = await draw(config, onProgress && { onProgress });
  if (!('blueprint' in result)) return result;
  const { supergraphSdl, oneOfInputs, problems } = result.blueprint;
  const contracts = new Map(Object.entries(config.variants));
  try {
    const loaded = loadSupergraph(supergraphSdl, { oneOfInputs, contracts });
    return {
      supergraphSdl,
      apiSdl: `${printSchema(loaded.schema)}\n`,
      variants: new Map(Array.from(loaded.contractSchemas, ([name, its]) => [name, `${printSchema(its)}\n`])),
      problems: [...problems, ...loaded.problems],
    };
  } catch (error) {
    if (error instanceof ProblemsError) return { problems: [...problems, ...error.problems] };
    throw error;
  }
}

/** What an operation would do, without the network. */
export async function explain(
  config: Config,
  request: ExplainRequest,
  { validate = false }: { readonly validate?: boolean } = {},
): Promise<Explanation | { problems: readonly Problem[] }> {
  const result = await draw(config);
  if (!('blueprint' in result)) return result;
  const observe = { log: createLog({ level: 'silent' }), metrics: createMetrics({ processMetrics: false }) };
  // Upstreams open connections with their first call, and nothing is called here.
  const backends = provision(config, result.blueprint, observe);
  try {
    const snapshot = buildSnapshot({
      generation: 0,
      supergraphSdl: result.blueprint.supergraphSdl,
      oneOfInputs: result.blueprint.oneOfInputs,
      subgraphs: backends.subgraphs,
      subgraphsOfVariants: backends.subgraphsOfVariants,
      contracts: new Map(Object.entries(config.variants)),
    });
    return explainOperation(snapshot, request, { assumedListSize: config.assumedListSize, validate });
  } finally {
    await backends.close();
  }
}

const MAX_LOGGED_FINDINGS = 20;

/** What is wrong with plans goes to the log and is counted. */
function planCheckOf(
  { planner: { validate } }: Config,
  log: Log,
  metrics: Pick<Metrics, 'recordCheckedPlan'>,
): { readonly planCheck?: PlanCheck } {
  if (validate === false) return {};
  return {
    planCheck: {
      refuse: validate === 'refuse',
      onChecked({ outcome, findings, operationName, documentHash }) {
        metrics.recordCheckedPlan(outcome);
        if (outcome === 'ok') return;
        const facts = { operationName, documentHash, outcome, count: findings.length };
        log.error({ ...facts, findings: findings.slice(0, MAX_LOGGED_FINDINGS) }, 'a plan has faults');
      },
    },
  };
}

function servedGraphOf(built: ServedGraph | { readonly problems: readonly Problem[] }): ServedGraph {
  if ('snapshot' in built) return built;
  throw new ProblemsError(built.problems);
}

function logReload(log: Log, { outcome, problems, warmed }: ReloadResult, facts: LogFields): void {
  for (const { severity, code, message, file, line, column, fix } of problems) {
    if (severity === 'hint') continue;
    const place = [file, line, column].filter((part) => part !== undefined).join(':');
    const fields = { code, ...(place !== '' && { place }), ...(fix !== undefined && { fix }) };
    if (severity === 'error') log.error(fields, message);
    else log.warn(fields, message);
  }
  if (outcome === 'refused') log.error(facts, 'reload refused: the running graph stays');
  else if (outcome === 'swapped') log.info({ ...facts, ...warmed }, 'a new graph is served');
  else log.info(facts, 'reload: the graph has not changed');
}
