import { printSchema } from 'graphql';
import type { Blueprint, BlueprintResult } from './blueprint.ts';
import { draw } from './blueprint.ts';
import type { Config } from './config/schema.ts';
import type { Explanation } from './explain.ts';
import { explainOperation } from './explain.ts';
import { createFront } from './front/front.ts';
import type { HttpServer } from './http/server.ts';
import { startHttpServer } from './http/server.ts';
import { createAdminHandler } from './observe/admin.ts';
import type { Readiness } from './observe/health.ts';
import { createLog } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import { createAnswerErrors } from './policies/inbound/answer-errors.ts';
import { createBodyLimit } from './policies/inbound/body-limit.ts';
import { createCors } from './policies/inbound/cors.ts';
import { createDeadline } from './policies/inbound/deadline.ts';
import { createInboundObserve } from './policies/inbound/observe.ts';
import type { InboundPolicy, OperationPolicy } from './policies/kinds.ts';
import { renderPage } from './portal/page.ts';
import type { Problem } from './problem.ts';
import { ProblemsError } from './problem.ts';
import { provision } from './provision.ts';
import { createRequestHandler } from './request.ts';
import { loadSupergraph } from './supergraph/load-supergraph.ts';
import { buildSnapshot } from './supergraph/snapshot.ts';

/** A gateway that has been checked and put together, and waits for `start`. */
export interface Gateway {
  /** Listens; `url` and `adminUrl` are origins without a path. Throws `SluiceError` if it cannot, with nothing left open. */
  start(): Promise<{ url: string; adminUrl: string; warnings: readonly Problem[] }>;
  /** Ends what runs in an orderly way. Idempotent. */
  close(): Promise<void>;
}

/** Checks everything; opens no port. Throws `ProblemsError` if the graph cannot be served. */
export async function createGateway(config: Config): Promise<Gateway> {
  const blueprint = blueprintOf(await draw(config));
  const log = createLog({ level: config.log.level, format: config.log.format });
  const metrics = createMetrics();
  const { server, limits } = config;

  const backends = provision(config, blueprint, { log, metrics });
  const snapshot = buildSnapshot({
    generation: 1,
    supergraphSdl: blueprint.supergraphSdl,
    oneOfInputs: blueprint.oneOfInputs,
    subgraphs: backends.subgraphs,
    maxExecutables: limits.compiledOperations,
    maxErrors: limits.responseErrors,
    onInternalError: (error, id) => log.error({ error, id }, 'internal error'),
  });

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
  const operation: readonly OperationPolicy[] = [];

  const front = await createFront({
    snapshots: { current: () => snapshot, onChange: () => () => undefined },
    operationPolicies: operation,
    limits: {
      depth: limits.operationDepth,
      tokens: limits.operationTokens,
      rootFields: limits.operationRootFields,
    },
    persistedQueries: config.apq.enabled && { maxEntries: config.apq.maxEntries, ttlMs: config.apq.ttlMs },
    introspection: server.introspection,
    log,
  });

  async function close(): Promise<void> {
    await Promise.all([front.close(), ...servers.map((s) => s.close({ graceMs: server.shutdownGraceMs }))]);
    await backends.close();
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
        page: server.page ? () => renderPage(config.portal) : undefined,
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
        handler: createAdminHandler({ metrics, ready }),
        limits: httpLimits,
        onError,
      });
      servers = [main, admin];
      return { url: main.url, adminUrl: admin.url, warnings: blueprint.problems };
    },
    close: () => (closing ??= close()),
  };
}

export interface Composed {
  readonly supergraphSdl: string;
  readonly apiSdl: string;
  /** Warnings and hints. */
  readonly problems: readonly Problem[];
}

/** Composes and checks what the configuration names, without the network. */
export async function composeFromConfig(
  config: Config,
): Promise<Composed | { problems: readonly Problem[] }> {
  const result = await draw(config);
  if (!('blueprint' in result)) return result;
  const { supergraphSdl, oneOfInputs, problems } = result.blueprint;
  return {
    supergraphSdl,
    apiSdl: `${printSchema(loadSupergraph(supergraphSdl, oneOfInputs).schema)}\n`,
    problems,
  };
}

/** What an operation would do, without the network. */
export async function explain(
  config: Config,
  operation: string,
  variables: Readonly<Record<string, unknown>>,
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
    });
    return explainOperation(snapshot, operation, variables, config.assumedListSize);
  } finally {
    await backends.close();
  }
}

function blueprintOf(result: BlueprintResult): Blueprint {
  if ('blueprint' in result) return result.blueprint;
  throw new ProblemsError(result.problems);
}
