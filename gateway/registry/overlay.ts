import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import type { Config, SubgraphConfig, UpstreamConfig } from '../config/schema.ts';
import { DEFAULT_TIMEOUT_MS } from '../config/fields.ts';
import type { Problem } from '../problem.ts';
import { configuredRecord } from './configured-records.ts';
import { type GraphRecords, hashOf, type SubgraphRecord } from './record.ts';

/** A configuration that says what the file says and what is registered. */
export type Overlaid = { readonly config: Config } | { readonly problems: readonly Problem[] };

export interface Overlay {
  /**
   * The configuration with the registered subgraphs in it, and those of its own that were rolled back as they were;
   * their files stand in a folder of this process.
   */
  add(config: Config, graph: GraphRecords): Overlaid;
  /** Problems with the places that the registrant knows instead of paths in that folder. */
  withOwnPlaces(problems: readonly Problem[]): readonly Problem[];
  close(): void;
}

/** Name of the schema's file in problems: `<subgraph>/schema.graphql`. */
const SCHEMA_FILE = 'schema.graphql';

export function createOverlay(): Overlay {
  let folder: string | undefined;
  const places = new Map<string, string>();

  /** The record's files on disk, once per content: what is reloaded stays as it is. */
  const unpack = (record: SubgraphRecord): string => {
    folder ??= mkdtempSync(join(tmpdir(), 'sluice-graph-'));
    const root = join(folder, hashOf(record).slice(0, 32));
    if (existsSync(root)) return root;
    const parts = `${root}.part`;
    for (const [path, text] of [[SCHEMA_FILE, record.sdl] as const, ...filesOf(record)]) {
      mkdirSync(dirname(join(parts, path)), { recursive: true });
      writeFileSync(join(parts, path), text);
    }
    renameSync(parts, root);
    places.set(root, record.name);
    return root;
  };

  return {
    add(config, { records, pinned }) {
      const registered = records.filter(({ configured }) => configured !== true);
      const problems = registered.flatMap((record) => collisions(config, registered, record));
      if (problems.length > 0) return { problems };
      const rolledBack = records.filter((record) => isPinned(config, record, pinned));
      if (registered.length + rolledBack.length === 0) return { config };
      const subgraphs: Record<string, SubgraphConfig> = { ...config.subgraphs };
      const upstreams: Record<string, UpstreamConfig> = { ...config.upstreams };
      for (const record of rolledBack) {
        const { url: _, resolvers, ...settings } = config.subgraphs[record.name]!;
        const from =
          record.url === undefined ? { ...(resolvers !== undefined && { resolvers }) } : { url: record.url };
        subgraphs[record.name] = { ...settings, ...from, schema: join(unpack(record), SCHEMA_FILE) };
      }
      for (const record of registered) {
        const root = unpack(record);
        const { name, url, timeoutMs = DEFAULT_TIMEOUT_MS, headers = { forward: [], set: {} } } = record;
        const schema = join(root, SCHEMA_FILE);
        subgraphs[name] = { schema, timeoutMs, headers, ...(url !== undefined && { url }) };
        for (const [upstream, settings] of Object.entries(record.upstreams))
          upstreams[upstream] = withAbsolutePaths(settings, join(root, 'files'));
      }
      return { config: { ...config, subgraphs, upstreams } };
    },
    withOwnPlaces: (problems) =>
      problems.map((problem) => {
        const place = problem.file === undefined ? undefined : ownPlace(problem.file, places);
        return place === undefined ? problem : { ...problem, file: place };
      }),
    close() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether a configured subgraph is served as the record has it, instead of as its files do. */
function isPinned(
  config: Config,
  { name, configured }: SubgraphRecord,
  pinned: GraphRecords['pinned'],
): boolean {
  if (configured !== true || pinned[name] === undefined) return false;
  const now = configuredRecord(config, name);
  return now !== undefined && hashOf(now) === pinned[name];
}

function filesOf({ files }: SubgraphRecord): (readonly [string, string])[] {
  return Object.entries(files).map(([path, text]) => [join('files', path), text]);
}

function ownPlace(file: string, places: ReadonlyMap<string, string>): string | undefined {
  for (const [root, name] of places) {
    if (file.startsWith(root + sep))
      return join(name, file.slice(root.length + 1).replace(/^files[/\\]/, ''));
  }
  return undefined;
}

function withAbsolutePaths(settings: Readonly<Record<string, unknown>>, root: string): UpstreamConfig {
  const at = (path: string): string => join(root, path);
  const paths = (value: unknown): string[] => ((value ?? []) as readonly string[]).map(at);
  const tls = settings['tls'] as Readonly<Record<string, string>> | undefined;
  return {
    ...settings,
    ...(settings['protos'] !== undefined && {
      protos: paths(settings['protos']),
      protoPaths: paths(settings['protoPaths']),
    }),
    ...(tls && {
      tls: Object.fromEntries(
        Object.entries(tls).map(([key, value]) => [key, key === 'serverName' ? value : at(value)]),
      ),
    }),
  } as unknown as UpstreamConfig;
}

/** What is configured cannot be registered, and an upstream's name belongs to one subgraph. */
function collisions(config: Config, records: readonly SubgraphRecord[], record: SubgraphRecord): Problem[] {
  const { name } = record;
  const problem = (message: string, fix: string): Problem => ({
    severity: 'error',
    code: 'REGISTRATION_COLLIDES',
    subgraph: name,
    message,
    fix,
  });
  const problems: Problem[] = [];
  if (config.supergraph)
    problems.push(
      problem(
        `"${name}" cannot be added: this gateway serves a supergraph that was composed elsewhere.`,
        'Serve subgraphs instead of --supergraph or supergraph:.',
      ),
    );
  if (Object.hasOwn(config.subgraphs, name))
    problems.push(
      problem(
        `The subgraph "${name}" comes from the gateway's configuration.`,
        `Change its files and reload, or take subgraphs.${name} out of the configuration; or register under another name.`,
      ),
    );
  for (const upstream of Object.keys(record.upstreams)) {
    const owner = Object.hasOwn(config.upstreams, upstream)
      ? "the gateway's configuration"
      : records.find((other) => other !== record && Object.hasOwn(other.upstreams, upstream))?.name;
    if (owner !== undefined)
      problems.push(
        problem(
          `The upstream "${upstream}" of "${name}" is also one of ${owner}.`,
          'Give the upstream a name of its own, in the schema and beside it.',
        ),
      );
  }
  return problems;
}
