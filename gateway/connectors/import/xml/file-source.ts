import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { MAX_DESCRIPTION_BYTES } from '../imported.ts';
import { fetchDocument, tooLarge } from '../fetch-document.ts';
import type { DescriptionSource } from './source.ts';

export interface FileSourceOptions {
  /** Documents are read from here and below; default: the folder of the first one. */
  readonly root?: string;
  /** Documents that a person has named: they may be anywhere. */
  readonly named?: readonly string[];
  /** Whether documents at http(s) addresses are fetched. */
  readonly allowRemote?: boolean;
}

const REMOTE = /^https?:\/\//i;

/** Documents of the file system, and of the web if that is asked for. A location that is an address counts as asked for, with its origin. */
export function fileSource(location: string, options: FileSourceOptions = {}): DescriptionSource {
  const isRemote = REMOTE.test(location);
  const start = isRemote ? new URL(location).href : location;
  const origin = isRemote ? new URL(location).origin : undefined;
  const root = path.resolve(options.root ?? path.dirname(location));
  return {
    location: start,
    resolve(reference, from) {
      if (REMOTE.test(reference) || REMOTE.test(from)) {
        if (!URL.canParse(reference, REMOTE.test(from) ? from : undefined))
          return { refusal: 'it is no address.', fix: 'Correct the location.' };
        const url = new URL(reference, REMOTE.test(from) ? from : undefined);
        if (!REMOTE.test(url.href))
          return { refusal: 'only http and https are.', fix: 'Correct the location.' };
        if (options.allowRemote === true || url.origin === origin) return { location: url.href };
        return {
          refusal: 'it is on another machine.',
          fix: 'Save it beside the other documents and correct the location, or allow remote documents (--remote).',
        };
      }
      if (/^[a-z][a-z0-9+.-]+:/i.test(reference) || reference.includes('\0'))
        return { refusal: 'only paths and http(s) addresses are.', fix: 'Write a relative path.' };
      const target = path.join(path.dirname(from), decodePath(reference));
      if (path.isAbsolute(reference) || !isInside(root, path.resolve(target)))
        return {
          refusal: `it leads out of ${path.relative('', root) || 'the folder'}.`,
          fix: 'Move the document, or name the folder that holds all of them (--root).',
        };
      return { location: target };
    },
    async read(at) {
      if (REMOTE.test(at)) return fetchDocument(at);
      // A link must not lead where a path may not.
      const real = await realpath(at);
      const isNamed = at === start || options.named?.includes(at) === true;
      if (!isNamed && !isInside(await realpath(root), real)) throw new Error('is a link out of the folder');
      const { size } = await stat(real);
      if (size > MAX_DESCRIPTION_BYTES) throw new Error(tooLarge());
      return readFile(real);
    },
  };
}

function isInside(root: string, file: string): boolean {
  const way = path.relative(root, file);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

function decodePath(reference: string): string {
  try {
    return decodeURIComponent(reference.split('#')[0]!);
  } catch {
    return reference;
  }
}
