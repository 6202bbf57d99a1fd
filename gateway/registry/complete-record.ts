import { headerRules, httpUrl } from '../config/fields.ts';
import { ProblemsError } from '../problem.ts';
import { fetchRemoteSchema } from './remote-schema.ts';

const TIMEOUT_MS = 30_000;

/** Adds the schema of a service that is known by its URL only; everything else stays as it was sent. */
export async function completeRecord(
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
