import { z } from 'zod';
import { entryName, headerRules, httpUrl, durationMs } from '../config/fields.ts';
import { upstreamSchema } from '../config/sections/upstreams.ts';
import { MAX_DESCRIPTION_BYTES } from '../connectors/import/imported.ts';
import type { Problem } from '../problem.ts';
import { filesSchema, registrationProblem } from './record-fields.ts';
import type { SubgraphRecord } from './record.ts';

const recordSchema = z.strictObject({
  sdl: z.string().min(1, { error: 'expected a GraphQL schema' }),
  url: httpUrl.exactOptional(),
  timeoutMs: durationMs.exactOptional(),
  headers: headerRules.exactOptional(),
  upstreams: z.record(entryName, upstreamSchema).default({}),
  files: filesSchema,
});

/** A record as it came from outside, checked; or everything that is wrong with it. */
export function readRecord(
  name: string,
  raw: unknown,
): { readonly record: SubgraphRecord } | { readonly problems: readonly Problem[] } {
  const wrongName = entryName.safeParse(name);
  const parsed = recordSchema.safeParse(raw);
  if (!wrongName.success || !parsed.success) {
    const issues = [
      ...(wrongName.error?.issues ?? []).map((issue) => ({ ...issue, path: ['name'] })),
      ...(parsed.error?.issues ?? []),
    ];
    return { problems: issues.map(({ path, message }) => registrationProblem(name, told(path), message)) };
  }
  const record: SubgraphRecord = { name, ...parsed.data };
  const problems = [...tooLarge(record), ...danglingPaths(record)];
  return problems.length > 0 ? { problems } : { record };
}

function tooLarge({ name, sdl, files }: SubgraphRecord): Problem[] {
  const bytes = [sdl, ...Object.values(files)].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= MAX_DESCRIPTION_BYTES) return [];
  return [
    registrationProblem(
      name,
      'sdl, files',
      `${bytes} bytes are more than the ${MAX_DESCRIPTION_BYTES} allowed`,
    ),
  ];
}

/** Where an upstream names files. A registered one may name only what it brings along: never a file of the gateway. */
export function upstreamFiles(upstream: Readonly<Record<string, unknown>>): readonly string[] {
  const tls = (upstream['tls'] ?? {}) as Readonly<Record<string, unknown>>;
  const names = [
    ...((upstream['protos'] as readonly string[] | undefined) ?? []),
    tls['ca'],
    tls['cert'],
    tls['key'],
  ];
  return names.filter((name) => typeof name === 'string');
}

function danglingPaths({ name, upstreams, files }: SubgraphRecord): Problem[] {
  return Object.entries(upstreams).flatMap(([upstreamName, upstream]) => {
    const missing = upstreamFiles(upstream).filter((file) => !Object.hasOwn(files, file));
    const folders = ((upstream['protoPaths'] ?? []) as readonly string[]).filter(
      (folder) => folder !== '.' && !Object.keys(files).some((file) => file.startsWith(`${folder}/`)),
    );
    return [...missing, ...folders].map((path) =>
      registrationProblem(
        name,
        `upstreams.${upstreamName}`,
        `"${path}" is not among the files that were sent along; a registered subgraph cannot name files of the gateway`,
      ),
    );
  });
}

function told(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
