import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join, matchesGlob, relative, resolve, sep } from 'node:path';
import { GraphQLError, parse } from 'graphql';
import type { Problem } from '../../problem.ts';
import { CommandFailure } from '../command-context.ts';

export interface DocumentGlobs {
  readonly folder: string;
  /** Globs from the folder; `!` takes files away. */
  readonly globs: readonly string[];
  /** What is below is made by us. */
  readonly out: string;
}

export interface DocumentFiles {
  /** That may hold documents; absolute. */
  readonly files: readonly string[];
  /** That such a file may come to; absolute. */
  readonly folders: readonly string[];
}

/** Looks for them. Packages and hidden folders hold none. */
export function findDocuments({ folder, globs, out }: DocumentGlobs): DocumentFiles {
  const wanted = globs.filter((glob) => !glob.startsWith('!'));
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const isWanted = (file: string): boolean => {
    const path = relative(folder, file).split(sep).join('/');
    const matches = (glob: string): boolean =>
      matchesGlob(isAbsolute(glob) ? file : path, glob.replace(/^\.\//, ''));
    return wanted.some(matches) && !unwanted.some(matches);
  };
  const outFolder = resolve(folder, out);
  const files = new Set<string>();
  const folders = new Set<string>();
  const look = (within: string): void => {
    if (within === outFolder || folders.has(within)) return;
    folders.add(within);
    for (const entry of entriesOf(within)) {
      const path = join(within, entry.name);
      if (entry.isFile()) {
        if (isWanted(path)) files.add(path);
      } else if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
        look(path);
    }
  };
  for (const base of new Set(wanted.map((glob) => resolve(folder, baseOf(glob))))) look(base);
  return { files: [...files].toSorted(), folders: [...folders] };
}

/** What does not parse, with the place: of several files the generator would tell the first, or none. */
export function checkSyntax(files: readonly string[]): void {
  const problems = files
    .filter((file) => /\.(?:graphql|gql)$/.test(file))
    .flatMap((file): Problem[] => {
      const text = readFileSync(file, 'utf8');
      // A file that only waits for its first operation is no mistake.
      if (text.trim() === '') return [];
      try {
        parse(text, { noLocation: true });
        return [];
      } catch (error) {
        const place = error instanceof GraphQLError ? error.locations?.[0] : undefined;
        const message = error instanceof Error ? error.message : String(error);
        return [{ severity: 'error', code: 'DOCUMENT_SYNTAX', message, file, ...place }];
      }
    });
  if (problems.length > 0) throw new CommandFailure(problems);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The part before the first wildcard: `src/pages` of `src/pages/**`. */
function baseOf(glob: string): string {
  const parts = glob.split('/');
  const first = parts.findIndex((part) => /[*?{}[\]()!]/.test(part));
  return (
    (first === -1 ? parts.slice(0, -1) : parts.slice(0, first)).join('/') ||
    (glob.startsWith('/') ? '/' : '.')
  );
}
