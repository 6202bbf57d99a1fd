import type { Command } from 'commander';
import type { ChangeResult } from '../../registry/registry.ts';
import type { CommandContext } from '../command-context.ts';
import { askForChange } from './ask-for-change.ts';
import { changeBody, type ChangeCommandOptions, withChangeOptions } from './change-options.ts';
import { printChange } from './print-change.ts';

const HELP = `
Examples:
  sluice unregister reviews --dry-run          what would clients lose?
  sluice unregister reviews --message "moved into products"
`;

export function addUnregisterCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('unregister')
    .summary('take a registered subgraph out of a running gateway')
    .description('Takes a registered subgraph out of the graph of a running gateway.')
    .argument('<name>', 'of the subgraph');
  withChangeOptions(command)
    .addHelpText('after', HELP)
    .action(async (name: string, options: ChangeCommandOptions) => {
      const facts = Object.entries(changeBody(options, context)).map(([key, value]) => [key, String(value)]);
      const path = `/registry/subgraphs/${encodeURIComponent(name)}?${new URLSearchParams(facts).toString()}`;
      const answer = await askForChange(context, options, { method: 'DELETE', path });
      printChange(
        answer.body as unknown as ChangeResult,
        `unregister ${name}`,
        options.json === true,
        context,
      );
    });
}
