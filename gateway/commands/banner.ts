import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { CommandContext } from './command-context.ts';
import { painter } from './print-problems.ts';

/** Where to go now. */
export function printBanner(
  { url, adminUrl, config }: { url: string; adminUrl: string; config: Config },
  { stderr, env }: CommandContext,
): void {
  const paint = painter(stderr, env);
  const example =
    config.demo.backends.length > 0 ? '{ users(first: 2) { nodes { name } } }' : '{ __typename }';
  const curl = `curl ${url}/graphql -H 'content-type: application/json' -d '${JSON.stringify({ query: example })}'`;
  const lines: [label: string, text: string][] = [
    ...(config.server.page ? [['Page', paint('cyan', `${url}/`)] as [string, string]] : []),
    ['Endpoint', paint('cyan', `${url}/graphql`)],
    ...Object.entries(config.variants).map(([name, { at }]): [string, string] => [
      'Variant',
      `${name}${pathIn(at, url)}`,
    ]),
    ['Admin', `${adminUrl} (/plan /healthz /readyz /metrics)`],
    ...(hasRegistry(config) ? [['Graph', graphPage(adminUrl, config)] as [string, string]] : []),
    ['Try', curl],
  ];
  const body = lines.map(([label, text]) => `  ${paint('dim', label.padEnd(10))}${text}\n`).join('');
  stderr.write(`\n  ${paint(['bold', 'green'], 'Sluice is ready.')}\n${body}\n`);
}

/** Where a variant is at a path; elsewhere it is told apart by what a request says. */
function pathIn(at: Config['variants'][string]['at'], url: string): string {
  const path = at.find((place) => place.path !== undefined)?.path;
  return path === undefined ? '' : ` ${url}${path}`;
}

/** As `openRegistration` has it. */
function hasRegistry({ registry, supergraph }: Config): boolean {
  return registry.store !== 'none' && supergraph === undefined;
}

function graphPage(adminUrl: string, { admin, registry }: Config): string {
  const token = admin.tokens.length > 0 ? 'one of admin.tokens' : join(registry.folder, 'admin-token');
  return `${adminUrl}/graph (token: ${token})`;
}
