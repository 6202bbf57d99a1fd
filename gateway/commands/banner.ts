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
    ['Admin', `${adminUrl} (/plan /healthz /readyz /metrics)`],
    ['Try', curl],
  ];
  const body = lines.map(([label, text]) => `  ${paint('dim', label.padEnd(10))}${text}\n`).join('');
  stderr.write(`\n  ${paint(['bold', 'green'], 'Sluice is ready.')}\n${body}\n`);
}
