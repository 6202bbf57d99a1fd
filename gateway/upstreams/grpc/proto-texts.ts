import protobuf from 'protobufjs';
import type { Problem } from '../../problem.ts';
import { bundledName, COMMON, PARSE_OPTIONS } from './proto-files.ts';
import { unresolvedTypes } from './unresolved-types.ts';

/** An `import` of something that is not among the files. Whether that matters, its types tell. */
export interface MissingImport {
  readonly file: string;
  readonly target: string;
  readonly line: number;
  readonly column: number;
}

/** Parses `.proto` texts that import each other, without touching a disk. All problems are told; the root is there if every type resolves. */
export function parseProtoTexts(files: ReadonlyMap<string, string>): {
  root?: protobuf.Root;
  missing: readonly MissingImport[];
  problems: Problem[];
} {
  const problems: Problem[] = [];
  const missing: MissingImport[] = [];
  const imports = new Map<string, readonly string[]>();
  const root = new protobuf.Root();
  const bundled = new Set<string>();
  for (const [file, text] of files) {
    const found = parse(file, text, root, problems);
    imports.set(file, found);
    for (const target of found) {
      if (files.has(target)) continue;
      const name = bundledName(target);
      if (name === undefined) missing.push({ file, target, ...placeOf(text, target) });
      else addBundled(root, name, bundled);
    }
  }
  problems.push(...cycles(imports, files));
  if (problems.some((problem) => problem.severity === 'error')) return { missing, problems };
  const textOf = (file: string): string => files.get(file) ?? '';
  const unresolved = unresolvedTypes(root, textOf);
  if (unresolved.length > 0) return { missing, problems: [...problems, ...unresolved] };
  try {
    root.resolveAll();
    return { root, missing, problems };
  } catch (error) {
    problems.push({ severity: 'error', code: 'PROTO_INVALID', message: `${textOfError(error)}.` });
    return { missing, problems };
  }
}

/** The library's types leave out that the parser notes the file's name with everything that it reads. */
const PARSER = protobuf.parse as unknown as { filename: string | null };

/** What the file imports; of one that cannot be read, what looks like it, so that its imports are told in the same run. */
function parse(file: string, text: string, root: protobuf.Root, problems: Problem[]): readonly string[] {
  try {
    PARSER.filename = file;
    const { imports = [], weakImports = [] } = protobuf.parse(text, root, PARSE_OPTIONS);
    return [...imports, ...weakImports];
  } catch (error) {
    problems.push(syntaxProblem(file, text, error));
    return importLines(text);
  } finally {
    PARSER.filename = null;
  }
}

/** To parse a longer text takes too long only to know what it imports. In characters. */
const MAX_PARSED_FOR_IMPORTS = 1024 * 1024;

/** What a text imports. */
export function importsOf(text: string): readonly string[] {
  return text.length > MAX_PARSED_FOR_IMPORTS ? importLines(text) : parse('', text, new protobuf.Root(), []);
}

function importLines(text: string): readonly string[] {
  const found = text.matchAll(/^[ \t]*import\s+(?:public\s+|weak\s+)?(["'])([^"'\n]+)\1\s*;/gm);
  return [...new Set([...found].map(([, , target]) => target!))];
}

function addBundled(root: protobuf.Root, name: string, added: Set<string>): void {
  if (added.has(name)) return;
  added.add(name);
  const { options, nested } = COMMON[name] as protobuf.INamespace;
  if (options) root.setOptions(options);
  if (nested) root.addJSON(nested);
}

function syntaxProblem(file: string, text: string, error: unknown): Problem {
  const said = textOfError(error);
  const line = Number(/\(.*?(?:line )(\d+)\)$/.exec(said)?.[1] ?? Number.NaN);
  const token = /^illegal [\w ]+ '(.*?)'/.exec(said)?.[1];
  const message = said
    .replace(/ \((?:[^()]*, )?line \d+\)$/, '')
    .replace(/^illegal (?:token|end of input) 'null'/, 'the file ends too early');
  return {
    severity: 'error',
    code: Number.isNaN(line) ? 'PROTO_INVALID' : 'PROTO_SYNTAX',
    message: `The proto file cannot be read: ${message}.`,
    file,
    ...(!Number.isNaN(line) && { line, column: columnOf(text.split('\n')[line - 1] ?? '', token) }),
  };
}

/** Of the token; of the line's end where the file ends too early, else of its first word. */
function columnOf(line: string, token: string | undefined): number {
  if (token === 'null') return line.length + 1;
  const index = token === undefined ? -1 : line.indexOf(token);
  return (index < 0 ? Math.max(0, line.search(/\S/)) : index) + 1;
}

function textOfError(error: unknown): string {
  if (error instanceof RangeError) return 'it is nested too deep';
  return error instanceof Error ? error.message : String(error);
}

/** Of the import. */
function placeOf(text: string, target: string): { line: number; column: number } {
  const written = [`"${target}"`, `'${target}'`, JSON.stringify(target)];
  for (const [index, line] of text.split('\n').entries()) {
    const found = written.find((name) => line.includes(name));
    if (found !== undefined && /\bimport\b/.test(line))
      return { line: index + 1, column: line.indexOf(found) + 1 };
  }
  return { line: 1, column: 1 };
}

/** A circle of imports is no harm here, but protoc refuses it: who wrote it should know. */
function cycles(
  imports: ReadonlyMap<string, readonly string[]>,
  files: ReadonlyMap<string, string>,
): Problem[] {
  const problems: Problem[] = [];
  const done = new Set<string>();
  for (const start of imports.keys()) {
    // Iterative: a chain of imports may be long.
    const path: { file: string; next: number }[] = [{ file: start, next: 0 }];
    const open = new Set([start]);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const target = done.has(top.file) ? undefined : imports.get(top.file)?.[top.next++];
      if (target === undefined) {
        done.add(top.file);
        open.delete(top.file);
        path.pop();
      } else if (open.has(target)) {
        const circle = [...path.slice(path.findIndex((p) => p.file === target)).map((p) => p.file), target];
        problems.push({
          severity: 'warning',
          code: 'PROTO_IMPORT_CYCLE',
          message: `Files import each other in a circle: ${circle.join(' → ')}.`,
          file: top.file,
          ...placeOf(files.get(top.file) ?? '', target),
          fix: 'Move what both need into a file of its own.',
        });
      } else if (!done.has(target)) {
        open.add(target);
        path.push({ file: target, next: 0 });
      }
    }
  }
  return problems;
}
