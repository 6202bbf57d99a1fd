import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
// proto-loader's own loader: its public `loadSync` answers with descriptors, which have lost comments and presence.
import { addCommonProtos, loadProtosWithOptionsSync } from '@grpc/proto-loader/build/src/util.js';
import protobuf from 'protobufjs';
import type { Problem } from '../../problem.ts';
import { unresolvedTypes } from './unresolved-types.ts';

export interface ProtoSource {
  /** `.proto` files: absolute, relative to the working directory, or relative to an include directory. */
  readonly files: readonly string[];
  /** Where imports are looked for, first hit wins. None: the directories of `files`. */
  readonly includeDirs: readonly string[];
}

/** `keepCase`: properties of decoded messages have the names of the `.proto`; the JSON names are kept beside them. */
export const PARSE_OPTIONS = { keepCase: true, alternateCommentMode: true } as const;

// The well-known types that protobufjs leaves out (descriptor, api …).
addCommonProtos();

/** The files that come with the library, by the name that imports call them. */
export const COMMON = protobuf.common as unknown as Readonly<Record<string, unknown>>;

/**
 * Loads `.proto` files and all that they import. Every missing file, missing import and syntax error is reported,
 * and when there is none of these, every reference to a type that does not exist.
 */
export function loadProtoFiles(source: ProtoSource): { root?: protobuf.Root; problems: Problem[] } {
  const problems: Problem[] = [];
  const includeDirs = (
    source.includeDirs.length > 0 ? source.includeDirs : source.files.map((file) => path.dirname(file))
  ).map((directory) => path.resolve(directory));
  const find = (target: string): string | undefined =>
    [path.resolve(target), ...includeDirs.map((directory) => path.join(directory, target))].find(
      (candidate) => existsSync(candidate),
    );
  const files: string[] = [];
  for (const file of source.files) {
    const found = find(file);
    if (found !== undefined) files.push(found);
    else {
      problems.push({
        severity: 'error',
        code: 'PROTO_FILE_NOT_FOUND',
        message: `The proto file "${file}" does not exist.`,
        file,
        fix: `Correct the path; it was looked for in the working directory and in ${list(includeDirs)}.`,
      });
    }
  }
  const checked = new Set<string>();
  for (const file of files) checkFile(file, includeDirs, checked, problems);
  if (problems.length > 0) return { problems };
  return resolved(files, includeDirs);
}

/** Reads one file and, first time only, what it imports. */
function checkFile(
  file: string,
  includeDirs: readonly string[],
  checked: Set<string>,
  problems: Problem[],
): void {
  if (checked.has(file)) return;
  checked.add(file);
  let text: string;
  let imports: readonly string[];
  try {
    text = readFileSync(file, 'utf8');
    imports = protobuf.parse(text, new protobuf.Root(), PARSE_OPTIONS).imports ?? [];
  } catch (error) {
    problems.push(syntaxProblem(file, error));
    return;
  }
  for (const target of imports) {
    if (isBundled(target)) continue;
    const found = includeDirs
      .map((directory) => path.join(directory, target))
      .find((candidate) => existsSync(candidate));
    if (found !== undefined) checkFile(found, includeDirs, checked, problems);
    else {
      problems.push({
        severity: 'error',
        code: 'PROTO_IMPORT_NOT_FOUND',
        message: `The imported file "${target}" is in none of the include directories (${list(includeDirs)}).`,
        file,
        ...lineOf(text, (line) => line.includes('import') && line.includes(target)),
        fix: 'Add the directory that the import starts from to the include directories.',
      });
    }
  }
}

function resolved(files: string[], includeDirs: string[]): { root?: protobuf.Root; problems: Problem[] } {
  try {
    return { root: loadProtosWithOptionsSync(files, { ...PARSE_OPTIONS, includeDirs }), problems: [] };
  } catch (error) {
    // It stops at the first fault; a root of our own keeps what was read, so that all can be told.
    const root = new protobuf.Root();
    root.resolvePath = (_origin, target) =>
      path.isAbsolute(target)
        ? target
        : (includeDirs.map((directory) => path.join(directory, target)).find((name) => existsSync(name)) ??
          target);
    try {
      root.loadSync(files, PARSE_OPTIONS);
    } catch {
      // Told already.
    }
    const problems = unresolvedTypes(root);
    return { problems: problems.length > 0 ? problems : [syntaxProblem(files[0] ?? '', error)] };
  }
}

function syntaxProblem(file: string, error: unknown): Problem {
  const text = error instanceof Error ? error.message : String(error);
  const line = /\bline (\d+)\)/.exec(text)?.[1];
  return {
    severity: 'error',
    code: line === undefined ? 'PROTO_INVALID' : 'PROTO_SYNTAX',
    message: `The proto file cannot be read: ${text.replace(/ \((?:[^()]*, )?line \d+\)/, '')}.`,
    file,
    ...(line !== undefined && { line: Number(line) }),
  };
}

function isBundled(target: string): boolean {
  return bundledName(target) !== undefined;
}

export function bundledName(target: string): string | undefined {
  if (Object.hasOwn(COMMON, target)) return target;
  const index = target.lastIndexOf('google/protobuf/');
  const name = index > -1 ? target.slice(index) : undefined;
  return name !== undefined && Object.hasOwn(COMMON, name) ? name : undefined;
}

/** 1-based line of the first line that matches; nothing if none does. */
function lineOf(text: string, matches: (line: string) => boolean): { line?: number } {
  const index = text.split('\n').findIndex((line) => matches(line));
  return index < 0 ? {} : { line: index + 1 };
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
