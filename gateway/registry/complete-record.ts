import { headerRules, httpUrl } from '../config/fields.ts';
import { type Problem, ProblemsError } from '../problem.ts';
import { describedRecord } from './described-record.ts';
import { fetchRemoteSchema } from './remote-schema.ts';

const TIMEOUT_MS = 30_000;

/** What was sent, with a schema. */
export interface CompletedRecord {
  /** Still to be read: nobody has checked it. */
  readonly raw: unknown;
  /** Warnings and hints. */
  readonly problems: readonly Problem[];
  /** Whoever described the service did not know what the others are called. */
  readonly isDescribed: boolean;
}

/**
 * Adds the schema of a service that is known by its URL or its description only; everything else stays as it was sent.
 * Throws `ProblemsError` if there is none.
 */
export async function completeRecord(
  name: string,
  raw: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<CompletedRecord> {
  if (raw['description'] !== undefined) {
    const { sdl, upstreams, files, problems } = await describedRecord(name, raw, signal);
    return { raw: { sdl, upstreams, files: Object.fromEntries(files) }, problems, isDescribed: true };
  }
  return { raw: await withRemoteSchema(raw, signal), problems: [], isDescribed: false };
}

async function withRemoteSchema(
  raw: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<unknown> {
  if (raw['sdl'] !== undefined) return raw;
  const url = httpUrl.safeParse(raw['url']);
  // Both are told by whoever reads the record.
  if (!url.success) return raw;
  const headers = headerRules.safeParse(raw['headers'] ?? {});
  const remote = await fetchRemoteSchema({
    url: url.data,
    headers: headers.success ? headers.data.set : {},
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if ('problems' in remote) throw new ProblemsError(remote.problems);
  return { ...raw, sdl: remote.sdl };
}
