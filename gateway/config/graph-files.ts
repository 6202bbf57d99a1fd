import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './schema.ts';

/** The files that make the graph, absolute, each once: schemas, protos with what they may import, certificates, resolvers. */
export function graphFiles(config: Config): readonly string[] {
  const files = new Set<string>();
  const add = (...paths: readonly (string | undefined)[]): void => {
    for (const path of paths) if (path !== undefined) files.add(path);
  };
  add(config.supergraph?.file);
  for (const { schema, resolvers } of Object.values(config.subgraphs)) add(schema, resolvers);
  for (const upstream of Object.values(config.upstreams)) {
    add(upstream.tls?.ca, upstream.tls?.cert, upstream.tls?.key);
    if (upstream.wire !== 'grpc') continue;
    add(...upstream.protos);
    for (const folder of upstream.protoPaths) add(...protosBelow(folder));
  }
  return [...files];
}

/** A text that changes when one of the files does. A file that cannot be read counts as such. */
export function contentHash(files: readonly string[]): string {
  return hash('sha256', JSON.stringify(files.map((file) => [file, hashOf(file)])));
}

function hashOf(file: string): string {
  try {
    return hash('sha256', readFileSync(file));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}

function protosBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.proto'))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
