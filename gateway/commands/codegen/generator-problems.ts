import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem } from '../../problem.ts';

/** `Error 0: Cannot query field …\n      at /src/a.ts:3:5`, as the generator tells them in one text. */
const INVALID_DOCUMENT = /^ *Error \d+: (?<message>.*)\n +at (?<file>.+):(?<line>\d+):(?<column>\d+)$/gm;
/** Of code: where in the file it is, the generator does not tell. */
const UNREADABLE = /Failed to find any GraphQL type definitions in: (?<file>.+);\n +- (?<said>.+)/;
const STACK_LINE = /^\s+at (?:.*\(.*:\d+:\d+\)|(?:async )?\S*:\d+:\d+)(?: \{)?$/;

interface Place {
  readonly line: number;
  readonly column: number;
}

export const NO_DOCUMENTS: Problem = {
  severity: 'error',
  code: 'DOCUMENT_NOT_FOUND',
  message: 'No file that the globs match holds an operation or a fragment.',
  fix: "Name the files: --documents 'src/**/*.{ts,tsx,graphql}'. In code, they stand in graphql(`…`).",
};

/** What the generator says is wrong, with the place where it names one. */
export function problemsOf(
  error: { readonly errors?: readonly unknown[] },
  folder: string,
): readonly Problem[] {
  return (error.errors ?? [error]).flatMap((one) => problemsIn(one, folder));
}

function problemsIn(error: unknown, folder: string): readonly Problem[] {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const invalid = [...message.matchAll(INVALID_DOCUMENT)].map(({ groups }): Problem => {
    const { message: text = '', file = '', line, column } = groups ?? {};
    return {
      severity: 'error',
      code: 'DOCUMENT_INVALID',
      message: text,
      file: resolve(folder, file),
      ...placeIn(resolve(folder, file), { line: Number(line), column: Number(column) }, text),
      fix: 'Change the document: the schema has it no more, or never had it.',
    };
  });
  if (invalid.length > 0) return invalid;
  const { file, said } = UNREADABLE.exec(message)?.groups ?? {};
  if (file !== undefined && said !== undefined)
    return [{ severity: 'error', code: 'DOCUMENT_SYNTAX', message: said, file: resolve(folder, file) }];
  if (name === 'NoTypeDefinitionsFound' || message.includes('Unable to find any GraphQL type definitions'))
    return [NO_DOCUMENTS];
  const told = message
    .split('\n')
    .filter((line) => line.trim() !== '' && !STACK_LINE.test(line))
    .join('\n');
  return [{ severity: 'error', code: 'CODEGEN_FAILED', message: told }];
}

/**
 * The generator counts lines from the start of the template that a document in code is. The template is the one that has,
 * at the place, the name that the message begins with; where that is none or several, the place is left out.
 */
function placeIn(file: string, told: Place, message: string): Place | undefined {
  if (/\.(?:graphql|gql)$/.test(file)) return told;
  const name = /"[$@]?(\w+)/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const places = lines.flatMap((opening, at): Place[] => {
    const start = opening.indexOf('`') + 1;
    if (start === 0) return [];
    const column = told.line === 1 ? told.column + start : told.column;
    const found = lines[at + told.line - 1]?.slice(column - 1).replace(/^[$@]/, '');
    return found?.startsWith(name) === true ? [{ line: at + told.line, column }] : [];
  });
  return places.length === 1 ? places[0] : undefined;
}
