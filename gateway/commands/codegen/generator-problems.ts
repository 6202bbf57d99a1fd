import { resolve } from 'node:path';
import type { Problem } from '../../problem.ts';

/** `Error 0: Cannot query field …\n      at /src/a.ts:3:5`, as the generator tells them in one text. */
const INVALID_DOCUMENT = /^ *Error \d+: (?<message>.*)\n +at (?<file>.+):(?<line>\d+):(?<column>\d+)$/gm;
const STACK_LINE = /^\s+at (?:.*\(.*:\d+:\d+\)|(?:async )?\S*:\d+:\d+)(?: \{)?$/;

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
      line: Number(line),
      column: Number(column),
      fix: 'Change the document: the schema has it no more, or never had it.',
    };
  });
  if (invalid.length > 0) return invalid;
  if (name === 'NoTypeDefinitionsFound' || message.includes('Unable to find any GraphQL type definitions'))
    return [
      {
        severity: 'error',
        code: 'DOCUMENT_NOT_FOUND',
        message: 'No file that the globs match holds an operation or a fragment.',
        fix: "Name the files: --documents 'src/**/*.{ts,tsx,graphql}'. In code, they stand in graphql(`…`).",
      },
    ];
  const told = message
    .split('\n')
    .filter((line) => line.trim() !== '' && !STACK_LINE.test(line))
    .join('\n');
  return [{ severity: 'error', code: 'CODEGEN_FAILED', message: told }];
}
