import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../../../problem.ts';
import { bundledName } from '../../../upstreams/grpc/proto-files.ts';
import { importsOf } from '../../../upstreams/grpc/proto-texts.ts';
import { MAX_DESCRIPTION_BYTES } from '../imported.ts';

/** `.proto` files on disk. */
export interface ProtoPaths {
  readonly paths: readonly string[];
  /**
   * Where imports start, first hit wins. None: the folders of the files, and those that their packages start from
   * (`protos` for `protos/users/v1/users.proto` of `users.v1`).
   */
  readonly includeDirs: readonly string[];
}

/** Reads the files and what they import, by the path that an import has. Nothing outside of the folders is read. */
export function readProtoFiles({ paths, includeDirs }: ProtoPaths): {
  files: ReadonlyMap<string, string>;
  /** Where each file was found, for people. */
  origins: ReadonlyMap<string, string>;
  problems: Problem[];
} {
  const reading = new Reading();
  const given: { file: string; text: string }[] = [];
  for (const file of new Set(paths.map((name) => path.resolve(name)))) {
    const text = reading.read(file);
    if (text === undefined) {
      if (!reading.isFull)
        reading.problems.push({
          severity: 'error',
          code: 'PROTO_FILE_NOT_FOUND',
          message: `The proto file "${display(file)}" cannot be read.`,
          file: display(file),
          fix: 'Correct the path; it starts at the working directory.',
        });
    } else given.push({ file, text });
  }
  const folders = [
    ...new Set(
      includeDirs.length > 0
        ? includeDirs.map((folder) => path.resolve(folder))
        : given.flatMap(({ file, text }) => foldersOf(file, text)),
    ),
  ];
  const open: { name: string; text: string }[] = [];
  const origins = new Map<string, string>();
  for (const { file, text } of given) {
    const folder = folders.find((candidate) => isInside(file, candidate));
    const name =
      folder === undefined ? path.basename(file) : path.relative(folder, file).split(path.sep).join('/');
    reading.files.set(name, text);
    origins.set(name, display(file));
    open.push({ name, text });
  }
  // The list grows while it is read.
  for (const { text } of open)
    for (const target of importsOf(text)) {
      if (reading.files.has(target) || bundledName(target) !== undefined) continue;
      const found = folders
        .map((folder) => ({ folder, file: path.resolve(folder, target) }))
        .filter(({ folder, file }) => isInside(file, folder) && !leadsOut(file, folder))
        .map(({ file }) => ({ file, content: reading.read(file) }))
        .find(({ content }) => content !== undefined);
      if (found?.content === undefined) continue;
      reading.files.set(target, found.content);
      origins.set(target, display(found.file));
      open.push({ name: target, text: found.content });
    }
  return { files: reading.files, origins, problems: reading.problems };
}

class Reading {
  readonly files = new Map<string, string>();
  readonly problems: Problem[] = [];
  isFull = false;
  #bytes = 0;

  /** Undefined: it is no file, or there is too much already. */
  read(file: string): string | undefined {
    if (this.isFull) return undefined;
    try {
      const { size } = statSync(file);
      if (this.#bytes + size > MAX_DESCRIPTION_BYTES) {
        this.isFull = true;
        this.problems.push({
          severity: 'error',
          code: 'DESCRIPTION_TOO_LARGE',
          message: `The proto files have more than ${MAX_DESCRIPTION_BYTES / 2 ** 20} MiB, the most that is read.`,
          file: display(file),
          fix: 'Import fewer files, or take out what no service needs.',
        });
        return undefined;
      }
      this.#bytes += size;
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  }
}

/** The folder that the package's path starts from, if the file lies in such a one, and its own. */
function foldersOf(file: string, text: string): readonly string[] {
  const folder = path.dirname(file);
  const segments = /^\s*package\s+([\w.]+)\s*;/m.exec(text)?.[1]?.split('.') ?? [];
  const below = path.join(path.sep, ...segments);
  return segments.length > 0 && folder.endsWith(below)
    ? [folder.slice(0, folder.length - below.length) || path.sep, folder]
    : [folder];
}

/** A link must not lead where a path may not: what is read is sent to the gateway. */
function leadsOut(file: string, folder: string): boolean {
  try {
    return !isInside(realpathSync(file), realpathSync(folder));
  } catch {
    return true;
  }
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

function display(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
