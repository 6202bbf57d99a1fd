import type { Command } from 'commander';
import type { Problem } from '../../problem.ts';
import type { Revision } from '../../registry/record.ts';
import type { CommandContext } from '../command-context.ts';
import { printProblems } from '../print-problems.ts';
import { askAdmin, withAdminOptions, type AdminOptions } from './admin-client.ts';
import { printTable } from './print-table.ts';

interface Overview {
  readonly served: number;
  readonly newest: number;
  readonly problems: readonly Problem[];
  readonly revision?: Revision;
  readonly subgraphs: readonly {
    readonly name: string;
    readonly source: string;
    readonly version?: number;
    readonly rolledBack?: true;
    readonly url?: string;
    readonly upstreams?: readonly string[];
  }[];
}

export function addListCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('list')
    .summary('the subgraphs of a running gateway')
    .description('Lists the subgraphs of a running gateway: configured and registered ones.')
    .option('--json', 'as JSON');
  withAdminOptions(command).action(async (options: AdminOptions & { readonly json?: boolean }) => {
    const { body } = await askAdmin(context, options, { path: '/registry' });
    if (options.json === true) {
      context.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
      return;
    }
    const overview = body as unknown as Overview;
    const { subgraphs, served, newest, problems } = overview;
    printTable(
      ['subgraph', 'version', 'from', 'data'],
      subgraphs.map(({ name, version, rolledBack, source, url, upstreams }) => [
        name,
        version === undefined ? '-' : `${version}`,
        rolledBack === true ? `${source} (rolled back)` : source,
        url ?? (upstreams === undefined || upstreams.length === 0 ? 'connectors' : upstreams.join(', ')),
      ]),
      context,
    );
    if (served === newest) {
      context.stdout.write(served === 0 ? 'Nothing is registered.\n' : `Revision ${served} is served.\n`);
      return;
    }
    context.stdout.write(`Revision ${served} is served; the newest, ${newest}, is not.\n`);
    printProblems(problems, context);
  });
}
