import type { CommandContext } from '../command-context.ts';
import { painter } from '../print-problems.ts';

/** Columns as wide as they have to be; nothing but the head if there are no rows. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { stdout, env }: CommandContext,
): void {
  const paint = painter(stdout, env);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  stdout.write(`${paint('bold', line(head))}\n`);
  for (const row of rows) stdout.write(`${line(row)}\n`);
}
