import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Config, HeaderRules } from './config/schema.ts';
import type { ResolverMap } from './connectors/model.ts';
import type { Problem } from './problem.ts';
import { loadProtos } from './upstreams/grpc/registry.ts';
import type { ProtoRegistry } from './upstreams/grpc/registry.ts';

/** A subgraph as somebody brought it: its schema, and where its data is. */
export interface SubgraphRecord {
  readonly name: string;
  readonly sdl: string;
  /** Where the SDL was read from, for problems. */
  readonly file: string;
  /** It speaks GraphQL over HTTP; without, its schema has connectors. */
  readonly remote?: RemoteService;
  readonly resolvers?: ResolverMap;
}

/** A subgraph that speaks GraphQL over HTTP. */
export interface RemoteService {
  readonly url: string;
  readonly timeoutMs: number;
  readonly headers: HeaderRules;
}

/** What a graph is made of, read and not yet looked at. */
export interface Sources {
  readonly subgraphs: readonly SubgraphRecord[];
  readonly protos: ReadonlyMap<string, ProtoRegistry>;
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

/** Reads the files that the configuration names; what cannot be read is left out and told. */
export async function readSources(config: Config): Promise<Sources> {
  const problems: Problem[] = [];
  const protos = await loadAllProtos(config, problems);
  const subgraphs: SubgraphRecord[] = [];
  for (const [name, subgraph] of Object.entries(config.subgraphs)) {
    const sdl = await readText(subgraph.schema, problems, `the schema of subgraph "${name}"`);
    if (sdl === undefined) continue;
    const { url, timeoutMs, headers } = subgraph;
    const resolvers =
      url !== undefined || subgraph.resolvers === undefined
        ? undefined
        : await loadResolvers(name, subgraph.resolvers, problems);
    subgraphs.push({
      name,
      sdl,
      file: displayPath(subgraph.schema),
      ...(url !== undefined && { remote: { url, timeoutMs, headers } }),
      ...(resolvers && { resolvers }),
    });
  }
  return { subgraphs, protos, problems };
}

async function loadAllProtos(
  config: Config,
  problems: Problem[],
): Promise<ReadonlyMap<string, ProtoRegistry>> {
  const protos = new Map<string, ProtoRegistry>();
  for (const [name, upstream] of Object.entries(config.upstreams)) {
    if (upstream.wire !== 'grpc') continue;
    // Some milliseconds each; requests of the running graph come in between.
    await setImmediate();
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

export async function readText(file: string, problems: Problem[], what: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
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
export function displayPath(file: string): string {
  const here = `${process.cwd()}/`;
  return file.startsWith(here) ? file.slice(here.length) : file;
}
