import type { Problem } from '../../../problem.ts';
import { loadProtoTexts } from '../../../upstreams/grpc/registry.ts';
import type { MissingImport } from '../../../upstreams/grpc/proto-texts.ts';
import type { ProtoRegistry } from '../../../upstreams/grpc/registry.ts';
import type { ImportOptions, ImportResult } from '../imported.ts';
import { MAX_DESCRIPTION_BYTES } from '../imported.ts';
import { draftSchema } from './schema.ts';
import { readProtoFiles } from './read-files.ts';
import type { ProtoPaths } from './read-files.ts';

export interface ProtoImportOptions extends ImportOptions {
  /** `host:port` of the service. */
  readonly address: string;
}

/** Path, as imports call it → text; or where to find them on disk. */
export interface ProtoDescription {
  readonly files: ReadonlyMap<string, string> | ProtoPaths;
}

/**
 * A subgraph out of `.proto` files: their services as root fields, their messages as types. All problems are told
 * together; what stops nothing (a method left out, an import that nobody needs) is a warning beside the result.
 */
export function importProto({ files }: ProtoDescription, options: ProtoImportOptions): ImportResult {
  if (!('paths' in files)) return importTexts(files, options);
  const { files: texts, origins, problems } = readProtoFiles(files);
  const result = importTexts(texts, options);
  const placedProblems = result.problems.map((problem) => placed(problem, origins));
  // Of files that could not be read, nothing follows about what their services are.
  if (problems.length > 0)
    return { problems: [...problems, ...placedProblems.filter(isError).filter(isOfFile)] };
  return { ...result, problems: placedProblems };
}

/** On disk, people look for a file where it lies. */
function placed(problem: Problem, origins: ReadonlyMap<string, string>): Problem {
  const origin = problem.file === undefined ? undefined : origins.get(problem.file);
  return origin === undefined ? problem : { ...problem, file: origin };
}

function importTexts(files: ReadonlyMap<string, string>, options: ProtoImportOptions): ImportResult {
  const problems = refused(files);
  if (problems.some(isError)) return { problems };
  try {
    return buildFrom(files, options, problems);
  } catch (error) {
    // Messages that hold each other in a chain of thousands: nothing else is this deep.
    if (!(error instanceof RangeError)) throw error;
    const message = 'The messages refer to each other more deeply than can be followed.';
    return { problems: [...problems, tooLarge(message, options.source)] };
  }
}

function buildFrom(
  files: ReadonlyMap<string, string>,
  options: ProtoImportOptions,
  problems: Problem[],
): ImportResult {
  const loaded = loadProtoTexts(files);
  problems.push(...loaded.problems);
  const isNeeded = loaded.problems.some(isError);
  problems.push(...eachTarget(loaded.missing).map((missing) => missingProblem(missing, isNeeded)));
  if (!loaded.registry || problems.some(isError)) return { problems };
  const { sdl, problems: said, isEmpty } = draftSchema(loaded.registry, options, files);
  problems.push(...said);
  if (isEmpty || problems.some(isError)) return { problems };
  return { sdl, ...upstreamOf(loaded.registry, files, loaded.missing, options), problems };
}

/** The upstream with every file that it needs; imports that were not found, and that nothing needs, become empty files. */
function upstreamOf(
  registry: ProtoRegistry,
  files: ReadonlyMap<string, string>,
  missing: readonly MissingImport[],
  { name, address }: ProtoImportOptions,
): {
  upstreams: Record<string, { wire: 'grpc'; address: string; protos: string[]; protoPaths: string[] }>;
  files: Map<string, string>;
} {
  const folder = 'protos';
  const declaring = new Set(registry.services().flatMap(({ file }) => (file === undefined ? [] : [file])));
  const all = new Map([...files].map(([path, text]) => [`${folder}/${path}`, text]));
  for (const { target } of missing) all.set(`${folder}/${target}`, standIn(target));
  const protos = [...declaring].map((file) => `${folder}/${file}`);
  return { upstreams: { [name]: { wire: 'grpc', address, protos, protoPaths: [folder] } }, files: all };
}

/** More than anybody has written; the parser takes seconds for them. */
const MAX_DECLARATIONS = 50_000;

const standIn = (target: string): string =>
  `// Stands for ${target}, which was not there when this was imported. Nothing in it is needed.\nsyntax = "proto3";\n`;

function refused(files: ReadonlyMap<string, string>): Problem[] {
  const problems: Problem[] = [];
  let bytes = 0;
  for (const [path, text] of files) {
    bytes += Buffer.byteLength(text);
    if (!isSafePath(path))
      problems.push({
        severity: 'error',
        code: 'PROTO_IMPORT_INVALID',
        message: `${JSON.stringify(path)} is no path of a proto file: it has to lead downwards, from a folder, with "/".`,
        file: path,
      });
  }
  if (bytes > MAX_DESCRIPTION_BYTES)
    problems.push(
      tooLarge(
        `The proto files have ${Math.ceil(bytes / 2 ** 20)} MiB; ${MAX_DESCRIPTION_BYTES / 2 ** 20} MiB is the most that is read.`,
      ),
    );
  let count = 0;
  for (const [path, text] of files) {
    for (const _ of text.matchAll(/\b(?:message|enum|service)\s+\w+\s*\{/g)) count++;
    if (count <= MAX_DECLARATIONS) continue;
    problems.push(
      tooLarge(
        `The proto files declare more than ${MAX_DECLARATIONS.toLocaleString('en')} messages, enums and services.`,
        path,
      ),
    );
    break;
  }
  return problems;
}

function tooLarge(message: string, file?: string): Problem {
  const fix = 'Import fewer files, or take out what no service needs.';
  return {
    severity: 'error',
    code: 'DESCRIPTION_TOO_LARGE',
    message,
    ...(file !== undefined && { file }),
    fix,
  };
}

/** No way out of the folder that the files are written to. */
export function isSafePath(path: string): boolean {
  return (
    path !== '' &&
    // eslint-disable-next-line no-control-regex
    !/^[/~]|^[A-Za-z]:|[\\\u0000-\u001f]/.test(path) &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

function eachTarget(missing: readonly MissingImport[]): readonly MissingImport[] {
  return [...new Map(missing.toReversed().map((m) => [m.target, m])).values()].toReversed();
}

function missingProblem({ file, target, line, column }: MissingImport, isNeeded: boolean): Problem {
  if (!isSafePath(target))
    return {
      severity: 'error',
      code: 'PROTO_IMPORT_INVALID',
      message: `The import ${JSON.stringify(target)} is no path below a folder of proto files.`,
      file,
      line,
      column,
      fix: 'Import by the path below the include directory, with "/" and without "..".',
    };
  return {
    severity: isNeeded ? 'error' : 'warning',
    code: 'PROTO_IMPORT_NOT_FOUND',
    message: isNeeded
      ? `The imported file "${target}" was not found.`
      : `The imported file "${target}" was not found; nothing in it is needed, so an empty file stands for it.`,
    file,
    line,
    column,
    fix: 'Give the folder that the import starts from with --include.',
  };
}

/** What is wrong in one file, whatever is in the others. */
const isOfFile = ({ code }: Problem): boolean => code === 'PROTO_SYNTAX' || code === 'PROTO_INVALID';

const isError = ({ severity }: Problem): boolean => severity === 'error';
