import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import type { Problem } from '../problem.ts';
import { checkConsistency } from './consistency.ts';
import { problemsOf } from './issues.ts';
import { knownKeys } from './json-schema.ts';
import { resolvePaths } from './paths.ts';
import { configSchema, type Config, type ConnectorSourceConfig } from './schema.ts';
import { connectorSourceSchema } from './sections/graph.ts';
import { ConfigSource, type Environment, type Path } from './source.ts';

export interface LoadConfigOptions {
  /** The YAML file; with `text` only the name in messages, and the folder of relative paths. */
  readonly file?: string;
  /** The YAML itself, instead of the file's content. */
  readonly text?: string;
  readonly env: Environment;
}

export type LoadConfigResult =
  | { readonly config: Config; readonly problems?: never }
  | { readonly config?: never; readonly problems: readonly Problem[] };

/** Reads the configuration: complete and frozen, or everything that is wrong with it. Throws nothing. */
export function loadConfig({ file = 'sluice.yaml', text, env }: LoadConfigOptions): LoadConfigResult {
  let yaml = text;
  try {
    yaml ??= readFileSync(file, 'utf8');
  } catch (error) {
    return { problems: [unreadable(file, error as NodeJS.ErrnoException)] };
  }
  const source = new ConfigSource(file, yaml, env);
  if (source.problems.length > 0 && source.problems.every(({ code }) => code === 'CONFIG_SYNTAX')) {
    return { problems: source.problems };
  }
  const data = withEnvironment(source.data() ?? {}, env);
  let parsed = configSchema.safeParse(data, { reportInput: true });
  if (!parsed.success && readOtherwise(parsed.error.issues, source)) {
    parsed = configSchema.safeParse(withEnvironment(source.data(), env), { reportInput: true });
  }
  // Paths are resolved in a copy of what was written to report all problems at once, and again in the result.
  const folder = dirname(resolve(file));
  const problems = [
    ...source.problems,
    ...checkEnvironment(env),
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, source, (path) => knownKeys(path, data))),
    ...resolvePaths(data, folder, source),
    ...checkConsistency(data, source),
  ];
  if (problems.length > 0 || !parsed.success) return { problems: problems.toSorted(byPosition) };
  resolvePaths(parsed.data, folder, source);
  return { config: deepFreeze(parsed.data) };
}

/** The settings of a schema's `@source`, complete even if the configuration does not mention it. */
export function connectorSource(config: Config, subgraph: string, source: string): ConnectorSourceConfig {
  return config.connectors.sources[`${subgraph}.${source}`] ?? DEFAULT_SOURCE;
}

const DEFAULT_SOURCE = deepFreeze(connectorSourceSchema.parse({})) as ConnectorSourceConfig;

/** Where the file is silent, these variables count: platforms that run containers set them. */
const ENVIRONMENT_DEFAULTS = { host: 'HOST', port: 'PORT', adminPort: 'ADMIN_PORT' } as const;

function withEnvironment(data: unknown, env: Environment): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  const root = data as Record<string, unknown>;
  const server = root['server'] ?? {};
  if (typeof server !== 'object' || Array.isArray(server)) return data;
  const completed: Record<string, unknown> = { ...server };
  for (const [option, variable] of Object.entries(ENVIRONMENT_DEFAULTS)) {
    const value = env[variable];
    if (value === undefined || value === '' || (option !== 'host' && !isPort(value))) continue;
    completed[option] ??= option === 'host' ? value : Number(value);
  }
  return { ...root, server: completed };
}

function checkEnvironment(env: Environment): Problem[] {
  return ['PORT', 'ADMIN_PORT'].flatMap((variable) => {
    const value = env[variable] ?? '';
    if (value === '' || isPort(value)) return [];
    const message = `The environment variable ${variable} is "${value}", which is not a port.`;
    return [{ severity: 'error', code: 'CONFIG_INVALID', message, fix: 'Use a number from 0 to 65535.' }];
  });
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) < 65_536;
}

function readOtherwise(issues: readonly z.core.$ZodIssue[], source: ConfigSource): boolean {
  let changed = false;
  for (const issue of issues) {
    const path: Path = issue.path.filter((segment) => typeof segment !== 'symbol');
    if (issue.code === 'invalid_type' && source.readOtherwise(path)) changed = true;
  }
  return changed;
}

function unreadable(file: string, error: NodeJS.ErrnoException): Problem {
  const absent = error.code === 'ENOENT';
  return {
    severity: 'error',
    code: 'CONFIG_NOT_READABLE',
    message: absent
      ? `There is no configuration file "${file}".`
      : `Cannot read "${file}": ${error.message}.`,
    file,
    fix: absent
      ? 'Run in the folder of sluice.yaml, or name the file: --config path/to/sluice.yaml'
      : 'Check that it is a file that you may read.',
  };
}

function byPosition(left: Problem, right: Problem): number {
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}
