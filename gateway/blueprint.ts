import { setImmediate } from 'node:timers/promises';
import type { Config } from './config/schema.ts';
import { checkConnectors } from './connectors/check/check.ts';
import type { ConnectorModel } from './connectors/model.ts';
import { hasConnectors, readConnectors } from './connectors/read.ts';
import type { ConnectorServices, UpstreamFacts } from './connectors/run.ts';
import type { Problem } from './problem.ts';
import { displayPath, readSources, readText } from './read-sources.ts';
import type { RemoteService, Sources, SubgraphRecord } from './read-sources.ts';
import type { SubgraphSource } from './supergraph/compose.ts';
import { EMPTY_SUPERGRAPH } from './supergraph/empty-graph.ts';
import { composeHere } from './supergraph/composer.ts';
import type { Composer } from './supergraph/composer.ts';
import type { ProtoRegistry } from './upstreams/grpc/registry.ts';

/** Everything that is known before anything is opened: schemas read, checked and composed. */
export interface Blueprint {
  readonly supergraphSdl: string;
  readonly oneOfInputs: ReadonlySet<string>;
  readonly models: ReadonlyMap<string, ConnectorModel>;
  readonly remotes: ReadonlyMap<string, RemoteService>;
  readonly protos: ReadonlyMap<string, ProtoRegistry>;
  /** Upstreams that schemas declare with `@source`: name → base URL. */
  readonly sources: ReadonlyMap<string, string>;
  /** Warnings and hints. */
  readonly problems: readonly Problem[];
}

export type BlueprintResult = { readonly blueprint: Blueprint } | { readonly problems: readonly Problem[] };

export interface DrawOptions {
  /** Default: this thread. */
  readonly composer?: Composer;
  /** Ends a composition that is under way. */
  readonly signal?: AbortSignal;
  /** Told what is being done, in words; what takes long says so before it begins. */
  readonly onProgress?: (what: string) => void;
}

/** Reads, checks and composes what the configuration names; opens no connection. All problems are told together. */
export async function draw(config: Config, options: DrawOptions = {}): Promise<BlueprintResult> {
  const result = config.supergraph
    ? await drawSupergraph(config.supergraph, options)
    : await drawSources(config, await readSources(config), options);
  if (!('blueprint' in result)) return result;
  const elsewhere = subgraphsElsewhere(config, result.blueprint.remotes);
  return elsewhere.length > 0 ? { problems: [...result.blueprint.problems, ...elsewhere] } : result;
}

/** A variant can only ask elsewhere what is asked over GraphQL at all. */
function subgraphsElsewhere(config: Config, remotes: Blueprint['remotes']): readonly Problem[] {
  return Object.entries(config.variants).flatMap(([variant, { subgraphs }]) =>
    Object.keys(subgraphs)
      .filter((name) => !remotes.has(name))
      .map((name) => ({
        severity: 'error',
        code: 'VARIANT_UNKNOWN_SUBGRAPH',
        message: `The variant "${variant}" asks "${name}" elsewhere, which is no subgraph that speaks GraphQL over HTTP.`,
        fix: `Those are: ${[...remotes.keys()].join(', ') || 'none'}.`,
      })),
  );
}

/** Checks and composes subgraphs, wherever they come from. Other work has its turn between the subgraphs. */
export async function drawSources(
  config: Config,
  { subgraphs, protos, problems: unreadable }: Sources,
  { composer = composeHere, signal, onProgress }: DrawOptions = {},
): Promise<BlueprintResult> {
  const problems: Problem[] = [...unreadable];
  const models = new Map<string, ConnectorModel>();
  const remotes = new Map<string, RemoteService>();
  const sources: SubgraphSource[] = [];

  for (const record of subgraphs) {
    const { name, sdl, file, remote } = record;
    if (remote) {
      remotes.set(name, remote);
      sources.push({ name, sdl, file, url: remote.url });
      continue;
    }
    await setImmediate();
    if (!hasConnectors(sdl)) {
      problems.push(...syntaxProblems(record), withoutSource(record));
      continue;
    }
    const { model, problems: found } = readConnectors(record);
    problems.push(...found);
    if (!model) continue;
    models.set(name, model);
    // The url of a connector subgraph is never called; composition wants one for the supergraph's record.
    sources.push({ name, sdl: model.sdl, file });
  }

  const declared = sourcesOf(models);
  const services = offlineServices(config, protos, declared);
  const broken = new Set(problems.filter((p) => p.severity === 'error').map((p) => p.subgraph));
  for (const [name, model] of models) {
    if (broken.has(name)) continue;
    await setImmediate();
    const { nPlusOne, assumedListSize } = config;
    problems.push(...checkConnectors(model, services, { nPlusOne, assumedListSize }));
  }

  if (sources.length === 0 && problems.length === 0) return { blueprint: EMPTY_BLUEPRINT };
  onProgress?.(`Composing ${sources.length} subgraph${sources.length === 1 ? '' : 's'}`);
  // Composition reports on what could be read, so that one broken file does not hide the errors of the others.
  const composition = sources.length > 0 ? await composer.compose(sources, signal) : { problems: [] };
  problems.push(...('problems' in composition ? composition.problems : composition.hints));
  const told = eachOnce(problems);
  if ('problems' in composition || told.some((p) => p.severity === 'error')) return { problems: told };
  const { supergraphSdl, oneOfInputs } = composition;
  return {
    blueprint: { supergraphSdl, oneOfInputs, models, remotes, protos, sources: declared, problems: told },
  };
}

/** Of a configuration without subgraphs, which is one where some can be registered (`config/consistency.ts`). */
const EMPTY_BLUEPRINT: Blueprint = {
  supergraphSdl: EMPTY_SUPERGRAPH,
  oneOfInputs: new Set(),
  models: new Map(),
  remotes: new Map(),
  protos: new Map(),
  sources: new Map(),
  problems: [
    {
      severity: 'warning',
      code: 'GRAPH_EMPTY',
      message: 'The graph has no subgraph yet.',
      fix: 'Register one in the running gateway ("sluice register --help"), or list subgraphs: in the configuration.',
    },
  ],
};

function withoutSource({ name, file }: SubgraphRecord): Problem {
  return {
    severity: 'error',
    code: 'SUBGRAPH_WITHOUT_SOURCE',
    message: `The subgraph "${name}" has no url, and its schema links no connector specification: nothing says where its data is.`,
    subgraph: name,
    file,
    fix: `Add url: to subgraphs.${name}, or connectors to the schema (@link(url: "https://specs.sluice.dev/connector/v0.1", import: ["@grpc", "@xml"])).`,
  };
}

/** A mapping that several connectors share has its mistakes once, however often it is checked. */
function eachOnce(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** A supergraph that was composed elsewhere. */
async function drawSupergraph(
  { file, urls, timeoutMs, headers }: NonNullable<Config['supergraph']>,
  { composer = composeHere, signal, onProgress }: DrawOptions,
): Promise<BlueprintResult> {
  const problems: Problem[] = [];
  const supergraphSdl = await readText(file, problems, 'the supergraph');
  if (supergraphSdl === undefined) return { problems };
  const shownFile = displayPath(file);
  onProgress?.('Checking the supergraph');
  const checked = await composer.check({ sdl: supergraphSdl, file: shownFile }, signal);
  if ('problems' in checked) return checked;
  const remotes = new Map<string, RemoteService>();
  for (const { name, url } of checked.subgraphs) {
    const address = urls[name] ?? url;
    if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol))
      remotes.set(name, { url: address, timeoutMs, headers });
    else
      problems.push({
        severity: 'error',
        code: 'SUBGRAPH_WITHOUT_SOURCE',
        subgraph: name,
        file: shownFile,
        message: `The supergraph gives the subgraph "${name}" no http address ("${address}").`,
        fix: `Give one in the configuration: supergraph.urls.${name}.`,
      });
  }
  if (problems.length > 0) return { problems };
  return {
    blueprint: {
      supergraphSdl,
      oneOfInputs: new Set(),
      models: new Map(),
      remotes,
      protos: new Map(),
      sources: new Map(),
      problems,
    },
  };
}

/** What connectors may know of the upstreams before any of them is opened. */
export function upstreamFacts(
  config: Config,
  protos: ReadonlyMap<string, ProtoRegistry>,
  sources: ReadonlyMap<string, string>,
): (name: string) => UpstreamFacts | undefined {
  const facts = new Map<string, UpstreamFacts>();
  for (const [name, upstream] of Object.entries(config.upstreams))
    facts.set(name, {
      wire: upstream.wire,
      maxBatchSize: upstream.maxBatchSize,
      protos: protos.get(name),
      timeZone: 'timeZone' in upstream ? upstream.timeZone : undefined,
    });
  for (const name of sources.keys()) facts.set(name, { wire: 'json' });
  return (name) => facts.get(name);
}

function offlineServices(
  config: Config,
  protos: ReadonlyMap<string, ProtoRegistry>,
  sources: ReadonlyMap<string, string>,
): ConnectorServices {
  const refuse = () => {
    throw new Error('a check called a backend');
  };
  return {
    upstream: upstreamFacts(config, protos, sources),
    upstreamNames: [...Object.keys(config.upstreams), ...sources.keys()],
    config: (name) => config.connectors.sources[name]?.config ?? {},
    call: refuse,
    stream: refuse,
  };
}

/** A schema that does not parse cannot say where its data is: both are told. */
function syntaxProblems(record: SubgraphRecord): readonly Problem[] {
  const read = readConnectors(record);
  return read.problems.filter((problem) => problem.code === 'SCHEMA_SYNTAX');
}

function sourcesOf(models: ReadonlyMap<string, ConnectorModel>): Map<string, string> {
  return new Map([...models.values()].flatMap((m) => m.sources.map((s) => [s.upstream, s.baseUrl] as const)));
}
