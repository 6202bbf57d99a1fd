import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fetchDocument, tooLarge } from '../fetch-document.ts';
import { MAX_DESCRIPTION_BYTES } from '../imported.ts';
import type { OpenapiSource, SourceText } from './open-library.ts';

export interface FileOptions {
  /** Whether `$ref`s may name http and https addresses. Default: no. */
  readonly remote?: boolean;
}

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
    if (size > MAX_DESCRIPTION_BYTES) return { refused: tooLarge() };
    return { text: await readFile(file, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { refused: code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? 'unknown error'})` };
  }
}

async function fetchText(address: string): Promise<SourceText> {
  try {
    return { text: (await fetchDocument(address)).toString('utf8') };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}
