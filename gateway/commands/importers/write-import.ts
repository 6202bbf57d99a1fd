import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { ImportedSubgraph, ImportedUpstream, ImportResult } from '../../connectors/import/imported.ts';
import type { Problem } from '../../problem.ts';
import { CommandFailure, type CommandContext } from '../command-context.ts';
import { printProblems } from '../print-problems.ts';

/** The options that every importer has. */
export interface WriteOptions {
  readonly out?: string;
  readonly force?: boolean;
}

/**
 * Writes what was imported to `<out>/<name>/`, and the lines that `sluice.yaml` needs to standard output; without
 * `out` the schema itself goes there. Problems go to standard error. `more`: lines of the upstream that the
 * description does not know (`tls:`).
 */
export function writeImport(
  name: string,
  result: ImportResult,
  { out, force = false }: WriteOptions,
  context: CommandContext,
  more: readonly string[] = [],
): void {
  if (!('sdl' in result)) throw new CommandFailure(result.problems);
  if (out === undefined) {
    printProblems(result.problems, context);
    context.stdout.write(result.sdl);
    return;
  }
  const folder = join(out, name);
  const files = new Map([
    [join(folder, 'schema.graphql'), result.sdl],
    ...[...result.files].map(([file, text]) => [join(folder, file), text] as const),
  ]);
  const inTheWay = force ? [] : [...files].filter(([file, text]) => isOther(file, text)).map(existsProblem);
  if (inTheWay.length > 0) throw new CommandFailure([...result.problems, ...inTheWay]);
  printProblems(result.problems, context);
  writeAll(files, folder);
  context.stderr.write(
    `Wrote ${files.size} ${files.size === 1 ? 'file' : 'files'} to ${folder}. Add to sluice.yaml:\n`,
  );
  context.stdout.write(configLines(name, folder, result, more));
}

/** A name is a folder and a part of the configuration. */
export function checkName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return name;
  throw new CommandFailure([
    {
      severity: 'error',
      code: 'IMPORT_NAME',
      message: `${JSON.stringify(name)} cannot be the name of a subgraph: letters, digits, "-" and "_", a letter first.`,
      fix: 'Give one with --name.',
    },
  ]);
}

/** All of them or none: they are written beside the folder first, and moved when each is complete. */
function writeAll(files: ReadonlyMap<string, string>, folder: string): void {
  const draft = `${folder}.${randomUUID()}.tmp`;
  try {
    for (const [file, text] of files) {
      const at = join(draft, relative(folder, file));
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, text);
    }
    for (const file of files.keys()) mkdirSync(dirname(file), { recursive: true });
    for (const file of files.keys()) renameSync(join(draft, relative(folder, file)), file);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new CommandFailure([
      {
        severity: 'error',
        code: 'FILE_UNWRITABLE',
        message: `Nothing is imported: a file cannot be written (${code ?? 'unknown error'}).`,
        file: path?.replace(draft, folder) ?? folder,
        fix: 'Give another --out, or the right to write there.',
      },
    ]);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

const isOther = (file: string, text: string): boolean =>
  existsSync(file) && (!statSync(file).isFile() || readFileSync(file, 'utf8') !== text);

const existsProblem = ([file]: readonly [string, string]): Problem => ({
  severity: 'error',
  code: 'IMPORT_FILE_EXISTS',
  message: 'The file is there already, and is another one than would be written.',
  file,
  fix: 'Give another --out or --name, or --force to write over it.',
});

function configLines(
  name: string,
  folder: string,
  { upstreams }: ImportedSubgraph,
  more: readonly string[],
): string {
  const lines = Object.keys(upstreams).length === 0 ? [] : ['upstreams:'];
  for (const [upstream, options] of Object.entries(upstreams))
    lines.push(
      `  ${upstream}:`,
      ...upstreamLines(options, folder).map((line) => `    ${line}`),
      ...more.map((line) => `    ${line}`),
    );
  lines.push('subgraphs:', `  ${name}:`, `    schema: ${yamlText(join(folder, 'schema.graphql'))}`);
  return `${lines.join('\n')}\n`;
}

function upstreamLines(options: ImportedUpstream, folder: string): string[] {
  if (options.wire !== 'grpc') return [`wire: ${options.wire}`, `url: ${yamlText(options.url)}`];
  const paths = (names: readonly string[]): string =>
    `[${names.map((file) => yamlText(join(folder, file))).join(', ')}]`;
  return [
    'wire: grpc',
    `address: ${yamlText(options.address)}`,
    `protos: ${paths(options.protos)}`,
    ...(options.protoPaths ? [`protoPaths: ${paths(options.protoPaths)}`] : []),
  ];
}

/** Plain where YAML takes it so. */
const yamlText = (text: string): string =>
  /^[A-Za-z0-9_./][A-Za-z0-9_./:-]*$/.test(text) && !text.endsWith(':') ? text : JSON.stringify(text);
