import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem } from '../problem.ts';
import { nameOf } from './issues.ts';
import type { ConfigSource, Path } from './source.ts';

/** Where paths stand; `*` = every key or entry. Relative ones mean the configuration file's folder. */
const PATHS: readonly string[] = [
  'upstreams.*.protos.*',
  'upstreams.*.protoPaths.*',
  'upstreams.*.tls.ca',
  'upstreams.*.tls.cert',
  'upstreams.*.tls.key',
  'subgraphs.*.schema',
  'subgraphs.*.resolvers',
  'supergraph.file',
  'demo.backends.*.command',
  'registry.folder',
];

/** Paths that the gateway makes itself. */
const MADE: ReadonlySet<string> = new Set(['registry.folder']);

type Container = Record<string | number, unknown>;

/** Makes every path in the data absolute, in place, and reports those that lead nowhere. */
export function resolvePaths(data: unknown, folder: string, source: ConfigSource): Problem[] {
  const problems: Problem[] = [];
  for (const pattern of PATHS) {
    eachMatch(data, pattern.split('.'), [], (container, key, path) => {
      const written = container[key];
      if (typeof written !== 'string' || written === '' || source.isSpoilt(path)) return;
      const absolute = resolve(folder, written);
      container[key] = absolute;
      if (MADE.has(pattern) || existsSync(absolute)) return;
      const message = `${nameOf(path)}: there is no file or folder "${written}".`;
      const fix = `Relative paths start in the configuration file's folder; looked at ${absolute}`;
      problems.push(source.problemAt(path, { code: 'CONFIG_FILE_NOT_FOUND', message, fix }));
    });
  }
  return problems;
}

function eachMatch(
  value: unknown,
  pattern: readonly string[],
  path: Path,
  visit: (container: Container, key: string | number, path: Path) => void,
): void {
  if (typeof value !== 'object' || value === null) return;
  const container = value as Container;
  const [first, ...rest] = pattern;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    if (first !== '*' && first !== key) continue;
    if (rest.length === 0) visit(container, key, [...path, key]);
    else eachMatch(container[key], rest, [...path, key], visit);
  }
}
