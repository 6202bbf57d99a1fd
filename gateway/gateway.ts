import { graphRecordsOf } from './registry/store.ts';
import { createWork } from './registry/work.ts';
import { createLoadedModules, restartProblems } from './config/restart.ts';
import type { Config } from './config/schema.ts';
import { explainOperation } from './explain.ts';
import type { ExecutionResult } from './compile/executable.ts';
import type { Changes } from './context.ts';
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
import { createMetrics } from './observe/metrics.ts';
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
import type { Provision } from './provision.ts';
import { createGraphBuilder, type ServedGraph } from './graph-builder.ts';
import { logFollowed, logReload } from './log-reload.ts';
import { createRequestHandler } from './request.ts';
import { createThreadComposer } from './supergraph/thread-composer.ts';
import { createReloader } from './supergraph/reloader.ts';
import type { ReloadResult } from './supergraph/reloader.ts';
import { createRunningGraph } from './supergraph/running-graph.ts';
import type { Snapshot } from './supergraph/snapshot.ts';
import { REGISTRY_PATH } from './admin/registry-api.ts';
import { warm } from './supergraph/warm.ts';
import { createVariants } from './variants.ts';

export { compareSupergraphs } from './compare-supergraphs.ts';
export { composeFromConfig, explain, type Composed } from './offline.ts';

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
  const overlay = registration?.overlay;
  const builder = createGraphBuilder({ overlay, modules, changes, log, metrics, health });
  let latest = config;
  const composer = createThreadComposer(() => ({
    timeoutMs: latest.reload.compositionTimeoutMs,
    memoryMb: latest.reload.compositionMemoryMb,
  }));
  const served: GraphSource = { config, records: graphRecordsOf(registration?.first ?? { records: [] }) };
  const servedFingerprint = builder.fingerprint(served);
  // Composed in this thread: it has nothing else to do yet, and another one would take longer to start.
  const first = await builder
    .build(served, onProgress ? { onProgress } : {})
    .then((built) => {
      if ('snapshot' in built) return built;
      throw new ProblemsError(built.problems);
    })
    .catch(async (error: unknown) => {
      await registration?.close();
      throw error;
    });
  const graph = createRunningGraph<Snapshot>({
    first,
    onCloseFailure: (error) => log.warn({ error }, 'backends did not close'),
  });
  const headersOf = new WeakMap<object, Provision['answerHeaders']>();
  const whole = new WeakMap<Snapshot, ServedGraph>();
  const know = (served: ServedGraph): void => {
    const { snapshot, answerHeaders } = served;
    whole.set(snapshot, served);
    for (const each of [snapshot, ...snapshot.variants.values()]) headersOf.set(each, answerHeaders);
  };
  know(first);
  const { problems: warnings } = first;
  metrics.watchGraphs(() => graph.open());

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
      onFate: (fate) => metrics.recordSubscriptionFate(fate),
      onFollowed: (followed) => logFollowed(log, followed, variant),
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
    placesOf: (snapshot) => whole.get(snapshot)?.findVariant,
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

  const work = createWork();
  const reloader = createReloader<GraphSource, Snapshot>({
    graph,
    fingerprint: (source) => builder.fingerprint(source),
    served,
    servedFingerprint,
    async build(from, signal) {
      const onProgress = (what: string) => work.tell(what);
      const built = await builder.build(from, { composer, signal, onProgress });
      if ('snapshot' in built) know(built);
      return built;
    },
    async warm(next, { config: { reload } }) {
      work.tell('Compiling the hottest operations');
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
    registration &&
    openRegistry(registration, {
      graph,
      reloader,
      configuredOf: (snapshot) => whole.get(snapshot)?.configured ?? [],
      work,
      log,
      usage: () => recordedUsage(usage),
    });

  async function reload(next: Config | { readonly problems: readonly Problem[] }): Promise<ReloadResult> {
    const startedAt = performance.now();
    let result: ReloadResult;
    if ('problems' in next) {
      result = { outcome: 'refused', problems: next.problems };
    } else {
      latest = next;
      const { problems, ...rest } = await reloader.reload((current) => ({ ...current, config: next }));
      work.end();
      const unheeded = [...restartProblems(config, next), ...modules.problems(next)];
      result = { ...rest, problems: [...problems, ...unheeded] };
    }
    const durationMs = Math.round(performance.now() - startedAt);
    if (result.outcome !== 'refused') await registry?.configured('the configuration was reloaded');
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
                variantsOf: (snapshot) => whole.get(snapshot)?.variants ?? {},
                work,
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
      await registry?.configured('the gateway was started');
      registry?.follow();
      return { url: main.url, adminUrl: admin.url, warnings };
    },
    reload: (next = latest) => reload(next),
    close: () => (closing ??= close()),
  };
}
