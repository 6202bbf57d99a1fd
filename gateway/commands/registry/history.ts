import type { Command } from 'commander';
import type { Revision } from '../../registry/record.ts';
import type { CommandContext } from '../command-context.ts';
import { askAdmin, withAdminOptions, type AdminOptions } from './admin-client.ts';
import { parseRevision } from './change-options.ts';
import { printTable } from './print-table.ts';

const HELP = `
Examples:
  sluice history                    the last 20 states of the graph
  sluice history --subgraph orders --limit 100
`;

interface HistoryOptions extends AdminOptions {
  readonly limit: number;
  readonly subgraph?: string;
  readonly json?: boolean;
}

export function addHistoryCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('history')
    .summary('who changed the graph, when and why')
    .description('Shows the states of the graph, newest first: who changed what, when and why.')
    .option('--limit <number>', 'at most so many', parseRevision, 20)
    .option('--subgraph <name>', 'only those that changed it')
    .option('--json', 'as JSON');
  withAdminOptions(command)
    .addHelpText('after', HELP)
    .action(async ({ limit, subgraph, json, ...options }: HistoryOptions) => {
      const query = new URLSearchParams({ limit: `${limit}`, ...(subgraph !== undefined && { subgraph }) });
      const { body } = await askAdmin(context, options, { path: `/registry/revisions?${query.toString()}` });
      const revisions = body['revisions'] as readonly Revision[];
      if (json === true) {
        context.stdout.write(`${JSON.stringify(revisions, null, 2)}\n`);
        return;
      }
      printTable(['revision', 'at', 'who', 'what', 'why'], revisions.map(row), context);
    });
}

function row({ number, at, actor, author, action, subjects, subgraphs, reason, forced }: Revision): string[] {
  const told = subjects.map((name) => {
    const version = subgraphs[name];
    return version === undefined ? name : `${name} v${version}`;
  });
  return [
    `${number}`,
    at.slice(0, 19).replace('T', ' '),
    author === undefined ? actor : `${author} (${actor})`,
    `${action} ${told.join(', ')}${forced === undefined ? '' : ' (forced)'}`,
    reason ?? '',
  ];
}
