import { readFileSync } from 'node:fs';
import { print } from 'graphql';
import type { Blueprint } from './blueprint.ts';
import { upstreamFacts } from './blueprint.ts';
import type { Config, HeaderRules, TlsConfig } from './config/schema.ts';
import type { ConnectorModel } from './connectors/model.ts';
import type { BackendStream, ConnectorServices, UpstreamFacts } from './connectors/run.ts';
import { createConnectorSubgraph } from './connectors/subgraph.ts';
import type { Changes, OutboundCall, RequestContext } from './context.ts';
import { UpstreamError } from './errors.ts';
import { createRemoteSubgraph } from './execute/remote.ts';
import type { BackendHealthRecorder } from './observe/backend-health.ts';
import type { Log } from './observe/log.ts';
import type { Metrics } from './observe/metrics.ts';
import type { OutboundPolicy } from './policies/kinds.ts';
import { createAttemptTimeout } from './policies/outbound/attempt-timeout.ts';
import { createCoalesce } from './policies/outbound/coalesce.ts';
import { createForwardHeaders, DEFAULT_FORWARDED } from './policies/outbound/forward-headers.ts';
import { createOutboundObserve } from './policies/outbound/observe.ts';
import { composePolicies } from './policies/policy.ts';
import type { SubgraphRuntime } from './supergraph/subgraph.ts';
import { createGraphqlUpstream } from './upstreams/graphql.ts';
import { wireTextOf } from './upstreams/grpc/wire-text.ts';
import { createGrpcUpstream } from './upstreams/grpc.ts';
import { createJsonUpstream } from './upstreams/json.ts';
import type { Upstream } from './upstreams/upstream.ts';
import { createXmlUpstream } from './upstreams/xml.ts';

/** The backends of a graph, opened (lazily: none of them has to be up), and the subgraphs that use them. */
export interface Provision {
  readonly subgraphs: ReadonlyMap<string, SubgraphRuntime>;
  /** By variant, those that it asks elsewhere. */
  readonly subgraphsOfVariants: ReadonlyMap<string, ReadonlyMap<string, SubgraphRuntime>>;
  /** The client's headers (lower case) that can change an answer; `all` where resolvers or mappings may read any. */
  readonly answerHeaders: readonly string[] | 'all';
  close(): Promise<void>;
}

interface Backend {
  readonly upstream: Upstream;
  /** Plain data: whom its calls reach, and within which limits. */
  readonly target: readonly unknown[];
  readonly timeoutMs: number;
  readonly headers: HeaderRules;
}

const NO_HEADER_RULES: HeaderRules = { forward: [], set: {} };

export function provision(
  config: Config,
  blueprint: Blueprint,
  observe: {
    readonly log: Log;
    readonly metrics: Metrics;
    readonly health?: BackendHealthRecorder;
    readonly changes?: Changes;
  },
): Provision {
  const backends = openBackends(config, blueprint);
  const rules = new Map([...backends].map(([name, b]) => [name, b.headers]));
  const forwardHeaders = createForwardHeaders({ rules });

  const onJoin = ({ subgraph, upstream, request }: OutboundCall) =>
    observe.metrics.recordCoalesced({ subgraph, upstream, operation: request.operation });

  // First listed = outermost.
  const outbound: readonly OutboundPolicy[] = [
    forwardHeaders,
    ...(config.coalesce !== false
      ? [createCoalesce({ onJoin, ...(observe.changes && { changes: observe.changes }) })]
      : []),
    createOutboundObserve(observe),
    createAttemptTimeout({ timeoutMs: new Map([...backends].map(([name, b]) => [name, b.timeoutMs])) }),
  ];
  const call = composePolicies(outbound, (outboundCall: OutboundCall) => {
    const backend = backends.get(outboundCall.upstream);
    if (backend) return backend.upstream.call(outboundCall.request, outboundCall.options);
    return Promise.reject(
      new UpstreamError(
        'UPSTREAM_UNAVAILABLE',
        outboundCall.upstream,
        `The service "${outboundCall.upstream}" is not configured.`,
      ),
    );
  });

  const facts = upstreamFacts(config, blueprint.protos, blueprint.sources);
  const services: ConnectorServices = {
    call,
    stream: (outboundCall, context) =>
      backendStream(
        backends.get(outboundCall.upstream),
        forwardHeaders.prepare(outboundCall, context),
        context,
        facts(outboundCall.upstream),
      ),
    upstream: facts,
    upstreamNames: [...backends.keys()],
    config: (name) => config.connectors.sources[name]?.config ?? {},
    onBatch: (batch) => observe.metrics.recordBatch(batch),
    onWarning: (message) => observe.log.warn({}, message),
  };

  const subgraphs = new Map<string, SubgraphRuntime>();
  for (const [name, model] of blueprint.models) subgraphs.set(name, createConnectorSubgraph(model, services));
  const remote = (name: string, upstream: string): SubgraphRuntime =>
    createRemoteSubgraph({
      name,
      call: (request, context) =>
        call(
          {
            upstream,
            wire: 'graphql',
            subgraph: name,
            request,
            options: { signal: context.signal, deadlineAt: context.deadlineAt, headers: {} },
          },
          context,
        ),
    });
  for (const name of blueprint.remotes.keys()) subgraphs.set(name, remote(name, remoteName(name, config)));
  const subgraphsOfVariants = new Map<string, Map<string, SubgraphRuntime>>();
  for (const [variant, { subgraphs: elsewhere }] of Object.entries(config.variants)) {
    const own = Object.keys(elsewhere).map(
      (name) => [name, remote(name, variantName(name, variant))] as const,
    );
    subgraphsOfVariants.set(variant, new Map(own));
  }
  return {
    subgraphs,
    subgraphsOfVariants,
    answerHeaders: answerHeaders(rules.values(), blueprint.models.values()),
    async close() {
      await Promise.all([...backends.values()].map((b) => b.upstream.close()));
    },
  };
}

function answerHeaders(
  rules: Iterable<HeaderRules>,
  models: Iterable<ConnectorModel>,
): Provision['answerHeaders'] {
  const names = new Set(DEFAULT_FORWARDED);
  for (const { forward } of rules) for (const name of forward) names.add(name.toLowerCase());
  for (const { resolvers, connectors, sources, typeMappings } of models) {
    const directives = [...connectors, ...sources, ...typeMappings.values()].map(({ node }) => print(node));
    if (Object.keys(resolvers).length > 0 || directives.some((text) => text.includes('$request')))
      return 'all';
    for (const { headers } of [...connectors, ...sources])
      for (const { from } of headers) if (from !== undefined) names.add(from.toLowerCase());
  }
  return [...names];
}

function openBackends(config: Config, { protos, sources, remotes }: Blueprint): Map<string, Backend> {
  const backends = new Map<string, Backend>();
  const maxResponseBytes = config.limits.upstreamResponseBytes;
  for (const [name, upstream] of Object.entries(config.upstreams)) {
    const { timeoutMs, headers } = upstream;
    const tls = upstream.tls && readTls(upstream.tls);
    const shared = { name, maxResponseBytes, ...(tls && { tls }) };
    const targetAt = (address: string) => [upstream.wire, address, tls, maxResponseBytes];
    switch (upstream.wire) {
      case 'grpc': {
        const registry = protos.get(name);
        if (!registry) continue;
        backends.set(name, {
          timeoutMs,
          headers,
          target: targetAt(upstream.address),
          upstream: createGrpcUpstream({ ...shared, address: upstream.address, registry }),
        });
        break;
      }
      case 'xml':
        backends.set(name, {
          timeoutMs,
          headers,
          target: targetAt(upstream.url),
          upstream: createXmlUpstream({
            ...shared,
            baseUrl: upstream.url,
            limits: { maxDepth: config.limits.upstreamResponseDepth },
          }),
        });
        break;
      case 'json':
        backends.set(name, {
          timeoutMs,
          headers,
          target: targetAt(upstream.url),
          upstream: createJsonUpstream({ ...shared, baseUrl: upstream.url }),
        });
        break;
    }
  }
  for (const [name, declared] of sources) {
    const own = config.connectors.sources[name];
    const baseUrl = own?.baseUrl ?? declared;
    backends.set(name, {
      timeoutMs: own?.timeoutMs ?? 5000,
      headers: own?.headers ?? NO_HEADER_RULES,
      target: ['json', baseUrl, maxResponseBytes],
      upstream: createJsonUpstream({ name, baseUrl, maxResponseBytes }),
    });
  }
  for (const [name, { url, timeoutMs, headers }] of remotes) {
    const upstream = createGraphqlUpstream({ name, baseUrl: url, maxResponseBytes }) as Upstream;
    const target = ['graphql', url, maxResponseBytes];
    backends.set(remoteName(name, config), { timeoutMs, headers, target, upstream });
    for (const [variant, { subgraphs }] of Object.entries(config.variants)) {
      const elsewhere = subgraphs[name]?.url;
      if (elsewhere === undefined) continue;
      const shown = variantName(name, variant);
      const other = createGraphqlUpstream({ name: shown, baseUrl: elsewhere, maxResponseBytes }) as Upstream;
      const itsTarget = ['graphql', elsewhere, maxResponseBytes];
      backends.set(shown, { timeoutMs, headers, target: itsTarget, upstream: other });
    }
  }
  return backends;
}

/** A remote subgraph is an upstream, too; one of the configuration's may have its name. */
function remoteName(subgraph: string, config: Config): string {
  return subgraph in config.upstreams ? `${subgraph}.graphql` : subgraph;
}

/** The upstream of a subgraph that a variant asks elsewhere, in metrics and messages. */
function variantName(subgraph: string, variant: string): string {
  return `${subgraph}@${variant}`;
}

function readTls({ ca, cert, key, serverName }: TlsConfig) {
  const read = (file: string) => readFileSync(file, 'utf8');
  return {
    ...(ca !== undefined && { ca: read(ca) }),
    ...(cert !== undefined && { cert: read(cert) }),
    ...(key !== undefined && { key: read(key) }),
    ...(serverName !== undefined && { serverName }),
  };
}

/** A stream has no time limit of an attempt; the headers are those of any call. */
function backendStream(
  backend: Backend | undefined,
  { upstream, request, options }: OutboundCall,
  context: RequestContext,
  facts: UpstreamFacts | undefined,
): BackendStream {
  if (!backend)
    throw new UpstreamError('UPSTREAM_UNAVAILABLE', upstream, `The service "${upstream}" is not configured.`);
  const { operation, input } = request;
  return {
    identity() {
      const method = facts?.protos?.method(operation);
      return [backend.target, method && wireTextOf(method), operation, input, options.headers];
    },
    open(signal) {
      context.tally.backendCalls++;
      return backend.upstream.stream(request, { ...options, signal })[Symbol.asyncIterator]();
    },
  };
}
