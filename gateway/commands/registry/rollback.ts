import type { Command } from 'commander';
import type { ChangeResult } from '../../registry/registry.ts';
import type { CommandContext } from '../command-context.ts';
import { askForChange } from './ask-for-change.ts';
import { changeBody, type ChangeCommandOptions, parseRevision, withChangeOptions } from './change-options.ts';
import { printChange } from './print-change.ts';

const HELP = `
The subgraphs become what they were in that revision, checked like any other change; it is a new revision at the end
of the history. A subgraph of the configuration is served as it was until its file changes again; its upstreams and
other settings stay as they are, and so does which subgraphs are configured at all.

Examples:
  sluice history
  sluice rollback 41 --message "orders lost its totals"
`;

export function addRollbackCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('rollback')
    .summary('serve the subgraphs of an earlier revision')
    .description('Serves the subgraphs of an earlier revision.')
    .argument('<revision>', 'its number, see "sluice history"', parseRevision);
  withChangeOptions(command)
    .addHelpText('after', HELP)
    .action(async (revision: number, options: ChangeCommandOptions) => {
      const body = { to: revision, ...changeBody(options, context) };
      const answer = await askForChange(context, options, {
        method: 'POST',
        path: '/registry/rollback',
        body,
      });
      const what = `Rollback to revision ${revision}`;
      printChange(answer.body as unknown as ChangeResult, what, options.json === true, context);
    });
}
