import { MAIN_GRAPH } from '../context.ts';
import type { Problem } from '../problem.ts';
import type { ConfigSource, Path } from './source.ts';

const TAKEN: ReadonlySet<unknown> = new Set([
  '/graphql',
  '/healthz',
  '/readyz',
  '/schema.graphql',
  '/schema.json',
  '/types.ts',
]);

/** Variants that could never be reached, or would stand in the way of something else. Works on raw data. */
export function checkVariants(variants: unknown, source: ConfigSource): Problem[] {
  const problems: Problem[] = [];
  const report = (path: Path, message: string, fix: string): void =>
    void problems.push(source.problemAt(path, { code: 'CONFIG_CONFLICT', message, fix }, 'key'));
  /** Places by what they say → who has them. */
  const owners = new Map<string, string>();
  for (const [name, variant] of Object.entries(mapping(variants))) {
    if (name === MAIN_GRAPH)
      report(
        ['variants', name],
        `variants.${name}: so the graph without a variant is called.`,
        'Call the variant otherwise.',
      );
    const places = mapping(variant)['at'];
    if (!Array.isArray(places)) continue;
    places.forEach((place: unknown, index) => {
      const said = mapping(place);
      const path = ['variants', name, 'at', index];
      if (TAKEN.has(said['path']))
        report(
          path,
          `variants.${name}: the path ${String(said['path'])} is the main graph's.`,
          'Choose another one, or no path.',
        );
      // Shares of the requests may be drawn twice.
      if (said['percent'] !== undefined) return;
      const text = JSON.stringify([said['path'], said['host'], said['header']]);
      const owner = owners.get(text);
      if (owner !== undefined)
        report(
          path,
          `variants.${name}: the same place is given to "${owner}" above, which answers all of its requests.`,
          'Keep one of the two.',
        );
      owners.set(text, name);
    });
  }
  return problems;
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
