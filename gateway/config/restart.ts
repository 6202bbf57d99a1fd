import type { Problem } from '../problem.ts';
import { contentHash } from './graph-files.ts';
import type { Config } from './schema.ts';

type Data = Readonly<Record<string, unknown>>;

/** What a reload takes over, by the first names of the path; everything else needs a restart. */
const RELOADABLE: readonly string[] = [
  'assumedListSize',
  'coalesce',
  'connectors',
  'limits.compiledOperations',
  'limits.responseErrors',
  'limits.upstreamResponseBytes',
  'limits.upstreamResponseDepth',
  'nPlusOne',
  'planner',
  'reload',
  'subgraphs',
  'supergraph',
  'upstreams',
  'variants',
];

/** The part of the configuration that makes the graph, as a text to compare. */
export function graphPart(config: Config): string {
  return JSON.stringify(RELOADABLE.map((path) => at(config, path)));
}

/** A warning for each option that a reload cannot change. */
export function restartProblems(running: Config, next: Config): readonly Problem[] {
  return changedPaths(running, next, '').map((path) => ({
    severity: 'warning',
    code: 'CONFIG_NEEDS_RESTART',
    message: `${path} has changed; a reload does not take it over.`,
    fix: 'Restart the gateway to let it count.',
  }));
}

/** Modules stay as they were when they were first loaded, because Node keeps them. */
export interface LoadedModules {
  /** The configuration's resolvers are about to be loaded. */
  load(config: Config): void;
  /** A warning for each module whose file has changed since. */
  problems(config: Config): readonly Problem[];
}

export function createLoadedModules(): LoadedModules {
  const loaded = new Map<string, string>();
  const modulesOf = (config: Config) =>
    Object.entries(config.subgraphs).flatMap(([name, { resolvers }]) =>
      resolvers === undefined ? [] : [{ name, file: resolvers, content: contentHash([resolvers]) }],
    );
  return {
    load(config) {
      for (const { file, content } of modulesOf(config)) if (!loaded.has(file)) loaded.set(file, content);
    },
    problems: (config) =>
      modulesOf(config)
        .filter(({ file, content }) => loaded.has(file) && loaded.get(file) !== content)
        .map(({ name, file }) => ({
          severity: 'warning',
          code: 'CONFIG_NEEDS_RESTART',
          message: `The resolvers of the subgraph "${name}" have changed; a reload does not take code over.`,
          file,
          fix: 'Restart the gateway to let them count.',
        })),
  };
}

/** `server.port`, not deeper: lists and what is below are told as one. */
function changedPaths(running: Data, next: Data, prefix: string): string[] {
  return [...new Set([...Object.keys(running), ...Object.keys(next)])].flatMap((key) => {
    const path = prefix + key;
    const [before, after] = [running[key], next[key]];
    if (RELOADABLE.includes(path) || JSON.stringify(before) === JSON.stringify(after)) return [];
    return prefix === '' && isData(before) && isData(after) ? changedPaths(before, after, `${key}.`) : [path];
  });
}

function at(config: Config, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isData(value) ? value[key] : undefined), config);
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
