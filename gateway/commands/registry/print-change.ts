import type { ChangeResult } from '../../registry/registry.ts';
import type { Revision } from '../../registry/record.ts';
import type { SchemaChange } from '../../registry/schema-changes.ts';
import { CommandFailure, type CommandContext, failure } from '../command-context.ts';
import { painter, printProblems } from '../print-problems.ts';

const MARKS = { breaking: '!', dangerous: '~', safe: '+' } as const;
const COLOURS = { breaking: 'red', dangerous: 'yellow', safe: 'green' } as const;
const MAX_SAFE_SHOWN = 30;

/** Tells what came of a change; throws if nothing is served. */
export function printChange(
  result: ChangeResult,
  what: string,
  json: boolean,
  context: CommandContext,
): void {
  const failed = result.outcome === 'refused' || result.outcome === 'conflict';
  if (json) {
    context.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    if (failed) throw new CommandFailure([]);
    return;
  }
  printChanges(result.changes, context);
  if (result.outcome === 'conflict') throw conflict(result.newest);
  if (result.outcome === 'refused') {
    context.stderr.write('Refused: what is served stays.\n');
    throw new CommandFailure(result.problems);
  }
  printProblems(
    result.problems.filter(({ severity }) => severity !== 'hint'),
    context,
  );
  context.stdout.write(`${sentence(result, what)}\n`);
}

/** The worst first; of what is safe only some. */
export function printChanges(changes: readonly SchemaChange[], { stdout, env }: CommandContext): void {
  const paint = painter(stdout, env);
  const safe = changes.filter(({ level }) => level === 'safe');
  for (const { level, message } of changes.filter(
    (change) => !safe.includes(change) || safe.indexOf(change) < MAX_SAFE_SHOWN,
  ))
    stdout.write(`${paint(COLOURS[level], MARKS[level])} ${message}\n`);
  if (safe.length > MAX_SAFE_SHOWN)
    stdout.write(`  … and ${safe.length - MAX_SAFE_SHOWN} more safe changes\n`);
}

function sentence(result: Exclude<ChangeResult, { outcome: 'conflict' }>, what: string): string {
  if (result.outcome === 'served') return `${what}: revision ${result.revision.number} is served.`;
  if (result.outcome === 'unchanged') return `${what}: nothing has changed.`;
  return `${what}: would be served (dry run, nothing was changed).`;
}

function conflict(newest: Revision | undefined): CommandFailure {
  const by =
    newest &&
    `revision ${newest.number}: ${newest.action} ${newest.subjects.join(', ')} by ${newest.author ?? newest.actor}`;
  return failure(
    'REGISTRATION_CONFLICT',
    `Somebody else has changed the graph meanwhile (${by ?? 'it is empty now'}).`,
    'Look at it ("sluice history"), and try again.',
  );
}
