import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Problem } from '../problem.ts';

/** A file that a command makes, and what it is to say. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** Writes those that say something else, so that nobody who watches them is woken for nothing. Returns how many. */
export function writeGenerated(files: readonly GeneratedFile[]): number {
  const changed = files.filter(({ path, text }) => readIfThere(path) !== text);
  for (const { path, text } of changed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return changed.length;
}

export interface OutOfDate {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** One problem for each file that is not there, or not as it would be written. */
export function compareGenerated(
  files: readonly GeneratedFile[],
  { code, message, fix }: OutOfDate,
): readonly Problem[] {
  return files.flatMap(({ path, text }): Problem[] => {
    const found = readIfThere(path);
    if (found === text) return [];
    const severity = 'error';
    if (found === undefined) return [{ severity, code, message: 'The file is not there.', file: path, fix }];
    return [{ severity, code, message, file: path, line: firstDifference(found, text), column: 1, fix }];
  });
}

function firstDifference(left: string, right: string): number {
  const lines = right.split('\n');
  const index = left.split('\n').findIndex((line, at) => line !== lines[at]);
  return (index === -1 ? lines.length : index) + 1;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
