import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { Problem } from '../problem.ts';
import type { CommandContext, Output } from './command-context.ts';

const STYLES = { error: 'red', warning: 'yellow', hint: 'cyan' } as const;

type Style = Parameters<typeof styleText>[0];

/** Colours are for terminals, and for people who did not say NO_COLOR (https://no-color.org). */
export function painter(output: Output, env: CommandContext['env']): (style: Style, text: string) => string {
  const colours = output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
}

/** As compilers do: `file:line:column  severity  CODE message`, the fix indented below, the counts at the end. */
export function printProblems(
  problems: readonly Problem[],
  { stderr, env }: Pick<CommandContext, 'stderr' | 'env'>,
): void {
  if (problems.length === 0) return;
  const paint = painter(stderr, env);
  for (const problem of problems) {
    const place = placeOf(problem);
    const head = `${paint(STYLES[problem.severity], problem.severity)}  ${paint('bold', problem.code)} `;
    stderr.write(`${place === '' ? '' : `${place}  `}${head}${problem.message}\n`);
    if (problem.fix !== undefined) stderr.write(`    ${problem.fix.replaceAll('\n', '\n    ')}\n`);
  }
  stderr.write(`${countProblems(problems)}\n`);
}

/** `2 errors, 1 warning`. */
export function countProblems(problems: readonly Problem[]): string {
  const counts = (['error', 'warning', 'hint'] as const).map((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? '' : `${count} ${severity}${count === 1 ? '' : 's'}`;
  });
  return counts.filter((text) => text !== '').join(', ') || 'no problems';
}

function placeOf({ file, line, column, subgraph }: Problem): string {
  if (file === undefined) return subgraph === undefined ? '' : `subgraph ${subgraph}`;
  const fromHere = relative(process.cwd(), file);
  const shown = fromHere === '' || fromHere.startsWith('..') ? file : fromHere;
  return [shown, line, column].filter((part) => part !== undefined).join(':');
}
