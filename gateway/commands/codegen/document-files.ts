import { readdirSync } from 'node:fs';
import { join, matchesGlob, relative, resolve, sep } from 'node:path';

export interface DocumentGlobs {
  readonly folder: string;
  /** Globs from the folder; `!` takes files away. */
  readonly globs: readonly string[];
  /** What is below is made by us. */
  readonly out: string;
}

/**
 * The files that may hold documents, and every folder that may get one (as `folder/.`), absolute: what has to be watched.
 * Packages and hidden folders hold none.
 */
export function documentFiles({ folder, globs, out }: DocumentGlobs): readonly string[] {
  const wanted = globs.filter((glob) => !glob.startsWith('!'));
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const isWanted = (file: string): boolean => {
    const path = relative(folder, file).split(sep).join('/');
    const matches = (glob: string): boolean => matchesGlob(path, glob.replace(/^\.\//, ''));
    return wanted.some(matches) && !unwanted.some(matches);
  };
  const outFolder = resolve(folder, out);
  const found = new Set<string>();
  const look = (within: string): void => {
    if (within === outFolder) return;
    found.add(`${within}${sep}.`);
    for (const entry of entriesOf(within)) {
      const path = join(within, entry.name);
      if (entry.isFile()) {
        if (isWanted(path)) found.add(path);
      } else if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
        look(path);
    }
  };
  for (const base of new Set(wanted.map((glob) => resolve(folder, baseOf(glob))))) look(base);
  return [...found];
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
