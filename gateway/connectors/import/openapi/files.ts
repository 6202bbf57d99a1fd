import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { MAX_DESCRIPTION_BYTES } from '../imported.ts';
import type { OpenapiSource, SourceText } from './library.ts';

export interface FileOptions {
  /** Whether `$ref`s may name http and https addresses. Default: no. */
  readonly remote?: boolean;
}

/** How long an address may take, in milliseconds. */
const FETCH_TIMEOUT_MS = 30_000;

/** A description in a file; its `$ref`s may name files below the same folder, symbolic links followed. */
export async function fileSource(
  file: string,
  { remote = false }: FileOptions = {},
): Promise<OpenapiSource | SourceText> {
  const first = await readText(file);
  if ('refused' in first) return first;
  const folder = await realpath(path.dirname(path.resolve(file)));
  return {
    text: first.text,
    location: path.basename(file),
    remote,
    read: async (location) => {
      if (/^https?:/.test(location)) return fetchText(location);
      const target = await realpath(path.join(folder, location)).catch(() => undefined);
      if (target === undefined) return { refused: 'is not there' };
      const isInside = target.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
      return isInside ? readText(target) : { refused: "lies outside of the description's folder" };
    },
  };
}

async function readText(file: string): Promise<SourceText> {
  try {
    const { size } = await stat(file);
    if (size > MAX_DESCRIPTION_BYTES)
      return { refused: `is larger than ${MAX_DESCRIPTION_BYTES / 1024 / 1024} MB` };
    return { text: await readFile(file, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { refused: code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? 'unknown error'})` };
  }
}

async function fetchText(address: string): Promise<SourceText> {
  try {
    const response = await fetch(address, {
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok || !response.body) return { refused: `is not given out (status ${response.status})` };
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (bytes > MAX_DESCRIPTION_BYTES)
        return { refused: `is larger than ${MAX_DESCRIPTION_BYTES / 1024 / 1024} MB` };
      chunks.push(chunk);
    }
    return { text: Buffer.concat(chunks).toString('utf8') };
  } catch {
    return { refused: 'cannot be fetched' };
  }
}
