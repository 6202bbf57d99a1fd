/** A graph of one connector subgraph, composed and executed as the gateway does it. */
import { parse, validate } from 'graphql';
import type { ExecutionResult } from '../../gateway/compile/executable.ts';
import { checkConnectors } from '../../gateway/connectors/check/check.ts';
import type { ConnectorModel, ResolverMap } from '../../gateway/connectors/model.ts';
import { readConnectors } from '../../gateway/connectors/read.ts';
import type { ConnectorServices, ProtoFacts, UpstreamFacts } from '../../gateway/connectors/run.ts';
import { createConnectorSubgraph } from '../../gateway/connectors/subgraph.ts';
import type { OutboundCall, RequestContext } from '../../gateway/context.ts';
import type { Problem } from '../../gateway/problem.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { buildSnapshot } from '../../gateway/supergraph/snapshot.ts';
import type { SubgraphRuntime } from '../../gateway/supergraph/subgraph.ts';
import { createJsonUpstream } from '../../gateway/upstreams/json.ts';
import type { Upstream } from '../../gateway/upstreams/upstream.ts';
import { eventsOf } from '../execute/events-of.ts';
import { contextOf } from '../policies/contexts.ts';
import type { Backend } from './backends.ts';

export const LINKS = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@shareable"])
    @link(
      url: "https://specs.sluice.dev/connector/v0.1"
      import: ["@grpc", "@xml", "@xmlNamespace", "@mapping"]
    )
    @link(url: "https://specs.apollo.dev/connect/v0.4", import: ["@source", "@connect"])
`;

export interface GraphOptions {
  readonly sdl: string;
  readonly backends?: Readonly<Record<string, Pick<Backend, 'upstream' | 'protos'>>>;
  readonly facts?: Readonly<Record<string, Partial<UpstreamFacts>>>;
  readonly resolvers?: ResolverMap;
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Default: `allow`. */
  readonly nPlusOne?: 'error' | 'warn' | 'allow';
  readonly assumedListSize?: number;
  /** Another subgraph, which uses entities of this one. */
  readonly other?: { readonly sdl: string; readonly runtime: SubgraphRuntime };
}

export interface Graph {
  readonly runtime: SubgraphRuntime;
  readonly model: ConnectorModel;
  /** Warnings and hints of the checks. */
  readonly problems: readonly Problem[];
  readonly batches: { operation: string; keys: number; duplicates: number }[];
  readonly run: (
    query: string,
    variables?: Record<string, unknown>,
    context?: Partial<RequestContext>,
  ) => Promise<ExecutionResult>;
  /** The events of a subscription, until its source ends. */
  events(query: string, variables?: Record<string, unknown>): Promise<ExecutionResult[]>;
  close(): Promise<void>;
}

/** Throws with all problems if the schema has errors. */
export function openGraph(options: GraphOptions): Graph {
  const { model, problems: ofForm } = readConnectors({
    name: 'shop',
    file: 'shop.graphql',
    sdl: withLinks(options.sdl),
    ...(options.resolvers && { resolvers: options.resolvers }),
  });
  const opened: Upstream[] = [];
  const upstreams = new Map(Object.entries(options.backends ?? {}).map(([name, b]) => [name, b.upstream]));
  for (const { upstream, baseUrl } of model?.sources ?? []) {
    const source = createJsonUpstream({ name: upstream, baseUrl }) as Upstream;
    opened.push(source);
    upstreams.set(upstream, source);
  }
  const batches: Graph['batches'] = [];
  const services = servicesOf(options, upstreams, batches);
  const { nPlusOne = 'allow', assumedListSize = 100 } = options;
  const problems = [
    ...ofForm,
    ...(model ? checkConnectors(model, services, { nPlusOne, assumedListSize }) : []),
  ];
  if (!model || problems.some((p) => p.severity === 'error'))
    throw new Error(JSON.stringify(problems, null, 2));

  const runtime = createConnectorSubgraph(model, services);
  const { other } = options;
  const composed = composeSupergraph([
    { name: 'shop', sdl: model.sdl },
    ...(other ? [{ name: other.runtime.name, sdl: other.sdl }] : []),
  ]);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems, null, 2));
  const snapshot = buildSnapshot({
    generation: 1,
    supergraphSdl: composed.supergraphSdl,
    oneOfInputs: composed.oneOfInputs,
    subgraphs: new Map([runtime, ...(other ? [other.runtime] : [])].map((r) => [r.name, r])),
  });
  const executable = (query: string) => {
    const document = parse(query);
    const invalid = validate(snapshot.schema, document);
    if (invalid.length > 0) throw new Error(invalid.map((e) => e.message).join('\n'));
    return snapshot.executable(document, undefined);
  };
  return {
    runtime,
    model,
    problems,
    batches,
    run: (query, variables, context = {}) => executable(query).run(variables, testContext(context)),
    async events(query, variables) {
      const events: ExecutionResult[] = [];
      for await (const event of eventsOf(executable(query), variables, testContext({}))) events.push(event);
      return events;
    },
    async close() {
      await Promise.all(opened.map((u) => u.close()));
    },
  };
}

/** The problems of a schema, without running it. `protos` are those of the upstream `grpc`; `json` and `xml` are there, too. */
export function problemsOf(
  sdl: string,
  options: {
    protos?: ProtoFacts;
    resolvers?: ResolverMap;
    nPlusOne?: 'error' | 'warn' | 'allow';
    assumedListSize?: number;
    links?: boolean;
  } = {},
): Problem[] {
  const { model, problems } = readConnectors({
    name: 'shop',
    file: 'shop.graphql',
    sdl: options.links === false ? sdl : withLinks(sdl),
    ...(options.resolvers && { resolvers: options.resolvers }),
  });
  if (!model || problems.some((p) => p.severity === 'error')) return problems;
  const facts = new Map<string, UpstreamFacts>([
    ['grpc', { wire: 'grpc', protos: options.protos }],
    ['xml', { wire: 'xml' }],
    ['json', { wire: 'json' }],
    ...model.sources.map((s): [string, UpstreamFacts] => [s.upstream, { wire: 'json' }]),
  ]);
  const refuse = () => {
    throw new Error('a check called a backend');
  };
  const services: ConnectorServices = {
    upstream: (name) => facts.get(name),
    upstreamNames: [...facts.keys()],
    config: () => ({}),
    call: refuse,
    stream: refuse,
  };
  const { nPlusOne = 'warn', assumedListSize = 100 } = options;
  return [...problems, ...checkConnectors(model, services, { nPlusOne, assumedListSize })];
}

/** Keeps the author's line numbers: the links stand in the first line. */
function withLinks(sdl: string): string {
  return /@link/.test(sdl) ? sdl : `${LINKS.replaceAll('\n', ' ')}${sdl}`;
}

function servicesOf(
  { facts = {}, backends = {}, config = {} }: GraphOptions,
  upstreams: ReadonlyMap<string, Upstream>,
  batches: Graph['batches'],
): ConnectorServices {
  const find = (call: OutboundCall) => {
    const upstream = upstreams.get(call.upstream);
    if (!upstream) throw new Error(`no upstream ${call.upstream}`);
    return upstream;
  };
  return {
    call(call, context) {
      context.tally.backendCalls++;
      return find(call).call(call.request, call.options);
    },
    stream: (call) => ({
      identity: () => [call.upstream, call.request],
      open(signal) {
        const events = find(call).stream(call.request, { ...call.options, signal });
        return events[Symbol.asyncIterator]();
      },
    }),
    upstream(name) {
      const upstream = upstreams.get(name);
      return upstream && { wire: upstream.wire, protos: backends[name]?.protos, ...facts[name] };
    },
    upstreamNames: [...upstreams.keys()],
    config: (name) => config[name] ?? {},
    onBatch: ({ operation, keys, duplicates }) => batches.push({ operation, keys, duplicates }),
  };
}

const testContext = (parts: Partial<RequestContext>) =>
  contextOf({ deadlineAt: Date.now() + 20_000, ...parts });
