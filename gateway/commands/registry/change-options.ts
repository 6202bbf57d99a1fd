import { InvalidArgumentError, type Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { authorOf, withAdminOptions, type AdminOptions } from './admin-client.ts';

/** What every command that changes the graph takes. */
export interface ChangeCommandOptions extends AdminOptions {
  readonly message?: string;
  readonly expect?: number;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function withChangeOptions(command: Command): Command {
  return withAdminOptions(command)
    .option('-m, --message <text>', 'why, for the history')
    .option('--expect <revision>', 'only if this is still the newest revision', parseRevision)
    .option('--force', 'override the checks that protect clients')
    .option('--dry-run', 'check everything, change nothing')
    .option('--json', 'the result as JSON on standard output');
}

/** As the admin API wants it. */
export function changeBody(options: ChangeCommandOptions, context: CommandContext): Record<string, unknown> {
  const { message, expect, force, dryRun } = options;
  return {
    author: authorOf(context),
    ...(message !== undefined && { reason: message }),
    ...(expect !== undefined && { expected: expect }),
    ...(force === true && { force }),
    ...(dryRun === true && { dryRun }),
  };
}

export function parseRevision(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A revision is a whole number.');
}
