import type { Command } from 'commander';
import type { RevisionDiff } from '../../registry/revision-diff.ts';
import type { CommandContext } from '../command-context.ts';
import { painter } from '../print-problems.ts';
import { askAdmin, withAdminOptions, type AdminOptions } from './admin-client.ts';
import { parseRevision } from './change-options.ts';
import { printChanges } from './print-change.ts';

const HELP = `
Examples:
  sluice diff               what the last change did
  sluice diff 38            from revision 38 to the newest
  sluice diff 38 41
`;

export function addDiffCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('diff')
    .summary('what has changed between two states of the graph')
    .description('Shows what has changed: what clients notice, then the schemas of the subgraphs as a patch.')
    .argument('[from]', 'revision; without it, the one before', parseRevision)
    .argument('[to]', 'revision; without it, the newest', parseRevision)
    .option('--json', 'as JSON');
  withAdminOptions(command)
    .addHelpText('after', HELP)
    .action(
      async (
        from: number | undefined,
        to: number | undefined,
        options: AdminOptions & { json?: boolean },
      ) => {
        const query = new URLSearchParams({
          ...(from !== undefined && { from: `${from}` }),
          ...(to !== undefined && { to: `${to}` }),
        });
        const { body } = await askAdmin(context, options, { path: `/registry/diff?${query.toString()}` });
        if (options.json === true) context.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
        else print(body as unknown as RevisionDiff, context);
      },
    );
}

function print({ from, to, changes, subgraphs }: RevisionDiff, context: CommandContext): void {
  const { stdout, env } = context;
  const paint = painter(stdout, env);
  stdout.write(`${paint('bold', `Revision ${from} → ${to}`)}\n`);
  if (changes.length === 0) stdout.write('Clients notice nothing.\n');
  printChanges(changes, context);
  for (const { name, from: before, to: after, patch } of subgraphs) {
    const told = before === undefined ? 'new' : after === undefined ? 'gone' : `v${before} → v${after}`;
    stdout.write(`\n${paint('bold', name)} (${told})\n`);
    for (const line of patch.split('\n').slice(1)) {
      const colour = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : undefined;
      stdout.write(`${colour === undefined ? line : paint(colour, line)}\n`);
    }
  }
}
