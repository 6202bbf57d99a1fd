import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import type { SubgraphRecord } from './record.ts';

/** The configured subgraphs as the history keeps them: schema and address. What could be a secret stays where it is. */
export function configuredRecords(config: Config): readonly SubgraphRecord[] {
  return Object.keys(config.subgraphs).flatMap((name) => configuredRecord(config, name) ?? []);
}

/** Undefined = it is not configured, or its file cannot be read. */
export function configuredRecord({ subgraphs }: Config, name: string): SubgraphRecord | undefined {
  if (!Object.hasOwn(subgraphs, name)) return undefined;
  const { schema, url } = subgraphs[name]!;
  try {
    const sdl = readFileSync(schema, 'utf8');
    return { name, sdl, ...(url !== undefined && { url }), upstreams: {}, files: {}, configured: true };
  } catch {
    return undefined;
  }
}
