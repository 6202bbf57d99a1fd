import path from 'node:path';
import { loadProtos } from '../../../gateway/upstreams/grpc/registry.ts';
import type { ProtoRegistry } from '../../../gateway/upstreams/grpc/registry.ts';

export const FIXTURES = path.join(import.meta.dirname, 'fixtures');

/** The registry of some files under `fixtures/`. */
export function fixtures(...files: string[]): ProtoRegistry {
  const { registry, problems } = loadProtos({
    files: files.map((file) => path.join(FIXTURES, file)),
    includeDirs: [FIXTURES],
  });
  if (registry === undefined) throw new Error(JSON.stringify(problems));
  return registry;
}
