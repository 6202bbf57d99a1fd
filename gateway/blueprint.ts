import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Config, SubgraphConfig } from './config/schema.ts';
import { checkConnectors } from './connectors/check/check.ts';
import type { ConnectorModel, ResolverMap } from './connectors/model.ts';
import { hasConnectors, readConnectors } from './connectors/read.ts';
import type { ConnectorServices, UpstreamFacts } from './connectors/run.ts';
import type { Problem } from './problem.ts';
import type { SubgraphSource } from './supergraph/compose.ts';
import { composeSupergraph } from './supergraph/compose.ts';
import { loadSupergraph } from './supergraph/load-supergraph.ts';
import { loadProtos } from './upstreams/grpc/registry.ts';
import type { ProtoRegistry } from './upstreams/grpc/registry.ts';

/** A subgraph that speaks GraphQL over HTTP. */
export interface RemoteService {
  readonly url: string;
  readonly timeoutMs: number;
  readonly headers: SubgraphConfig['headers'];
}

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

/** Reads, checks and composes what the configuration names; opens no connection. All problems are told together. */
export async function draw(config: Config): Promise<BlueprintResult> {
  if (config.supergraph) return drawSupergraph(config.supergraph);
  const problems: Problem[] = [];
  const protos = loadAllProtos(config, problems);
  const models = new Map<string, ConnectorModel>();
  const remotes = new Map<string, RemoteService>();
  const sources: SubgraphSource[] = [];

  for (const [name, subgraph] of Object.entries(config.subgraphs)) {
    const sdl = readText(subgraph.schema, problems, `the schema of subgraph "${name}"`);
    if (sdl === undefined) continue;
    const file = displayPath(subgraph.schema);
    if (subgraph.url !== undefined) {
      remotes.set(name, { url: subgraph.url, timeoutMs: subgraph.timeoutMs, headers: subgraph.headers });
      sources.push({ name, sdl, file, url: subgraph.url });
      continue;
    }
    if (!hasConnectors(sdl)) {
      problems.push(...syntaxProblems(name, sdl, file));
      problems.push({
        severity: 'error',
        code: 'SUBGRAPH_WITHOUT_SOURCE',
        message: `The subgraph "${name}" has no url, and its schema links no connector specification: nothing says where its data is.`,
        subgraph: name,
        file,
        fix: `Add url: to subgraphs.${name}, or connectors to the schema (@link(url: "https://specs.sluice.dev/connector/v0.1", import: ["@grpc", "@xml"])).`,
      });
      continue;
    }
    const resolvers =
      subgraph.resolvers === undefined ? undefined : await loadResolvers(name, subgraph.resolvers, problems);
    const { model, problems: found } = readConnectors({ name, sdl, file, ...(resolvers && { resolvers }) });
    problems.push(...found);
    if (!model) continue;
    models.set(name, model);
    // The url of a connector subgraph is never called; composition wants one for the supergraph's record.
    sources.push({ name, sdl: model.sdl, file });
  }

  const declared = sourcesOf(models);
  const services = offlineServices(config, protos, declared);
  const broken = new Set(problems.filter((p) => p.severity === 'error').map((p) => p.subgraph));
  for (const [name, model] of models)
    if (!broken.has(name))
      problems.push(
        ...checkConnectors(model, services, {
          nPlusOne: config.nPlusOne,
          assumedListSize: config.assumedListSize,
        }),
      );

  if (sources.length === 0 && problems.length === 0)
    problems.push({
      severity: 'error',
      code: 'CONFIG_MISSING',
      message: 'There is no subgraph to serve.',
      fix: 'List subgraphs: in sluice.yaml, or give --supergraph FILE.',
    });
  // Composition reports on what could be read, so that one broken file does not hide the errors of the others.
  const composition = sources.length > 0 ? composeSupergraph(sources) : { problems: [] };
  problems.push(...('problems' in composition ? composition.problems : composition.hints));
  const told = eachOnce(problems);
  if ('problems' in composition || told.some((p) => p.severity === 'error')) return { problems: told };
  const { supergraphSdl, oneOfInputs } = composition;
  return {
    blueprint: { supergraphSdl, oneOfInputs, models, remotes, protos, sources: declared, problems: told },
  };
}

/** A mapping that several connectors share has its mistakes once, however often it is checked. */
function eachOnce(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function drawSupergraph({
  file,
  urls,
  timeoutMs,
  headers,
}: NonNullable<Config['supergraph']>): BlueprintResult {
  const problems: Problem[] = [];
  const supergraphSdl = readText(file, problems, 'the supergraph');
  if (supergraphSdl === undefined) return { problems };
  const remotes = new Map<string, RemoteService>();
  try {
    for (const { name, url } of loadSupergraph(supergraphSdl).subgraphs) {
      const address = urls[name] ?? url;
      if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol))
        remotes.set(name, { url: address, timeoutMs, headers });
      else
        problems.push({
          severity: 'error',
          code: 'SUBGRAPH_WITHOUT_SOURCE',
          subgraph: name,
          file: displayPath(file),
          message: `The supergraph gives the subgraph "${name}" no http address ("${address}").`,
          fix: `Give one in the configuration: supergraph.urls.${name}.`,
        });
    }
  } catch (error) {
    problems.push({
      severity: 'error',
      code: 'SUPERGRAPH_INVALID',
      file: displayPath(file),
      message: error instanceof Error ? error.message : String(error),
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
function syntaxProblems(name: string, sdl: string, file: string): readonly Problem[] {
  const read = readConnectors({ name, sdl, file });
  return read.problems.filter((problem) => problem.code === 'SCHEMA_SYNTAX');
}

function sourcesOf(models: ReadonlyMap<string, ConnectorModel>): Map<string, string> {
  return new Map([...models.values()].flatMap((m) => m.sources.map((s) => [s.upstream, s.baseUrl] as const)));
}

function loadAllProtos(config: Config, problems: Problem[]): Map<string, ProtoRegistry> {
  const protos = new Map<string, ProtoRegistry>();
  for (const [name, upstream] of Object.entries(config.upstreams)) {
    if (upstream.wire !== 'grpc') continue;
    const loaded = loadProtos({ files: upstream.protos, includeDirs: upstream.protoPaths });
    problems.push(
      ...loaded.problems.map((p) => ({ ...p, ...(p.file !== undefined && { file: displayPath(p.file) }) })),
    );
    if (loaded.registry) protos.set(name, loaded.registry);
  }
  return protos;
}

async function loadResolvers(
  subgraph: string,
  file: string,
  problems: Problem[],
): Promise<ResolverMap | undefined> {
  try {
    const module = (await import(pathToFileURL(file).href)) as { resolvers?: ResolverMap };
    if (typeof module.resolvers === 'object') return module.resolvers;
    problems.push({
      severity: 'error',
      code: 'RESOLVERS_INVALID',
      subgraph,
      file: displayPath(file),
      message: 'The module exports no "resolvers".',
      fix: 'Write: export const resolvers = { Type: { field: { requires: ["id"], resolve(parent, args, context) { … } } } };',
    });
  } catch (error) {
    problems.push({
      severity: 'error',
      code: 'RESOLVERS_INVALID',
      subgraph,
      file: displayPath(file),
      message: `The module cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
  return undefined;
}

function readText(file: string, problems: Problem[], what: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    problems.push({
      severity: 'error',
      code: 'FILE_UNREADABLE',
      file: displayPath(file),
      message: `${what[0]!.toUpperCase()}${what.slice(1)} cannot be read (${code ?? 'unknown error'}).`,
      fix: 'Check the path; relative paths start at the folder of the configuration.',
    });
    return undefined;
  }
}

/** Paths as a person would type them. */
function displayPath(file: string): string {
  const here = `${process.cwd()}/`;
  return file.startsWith(here) ? file.slice(here.length) : file;
}
