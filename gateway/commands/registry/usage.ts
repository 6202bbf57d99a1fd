import type { Command } from 'commander';
import type { DeprecatedUse } from '../../usage/deprecated-uses.ts';
import type { UsedBy, UsedOperation } from '../../usage/usage.ts';
import type { CommandContext } from '../command-context.ts';
import { askAdmin, withAdminOptions, type AdminOptions } from './admin-client.ts';
import { parseRevision } from './change-options.ts';
import { printTable } from './print-table.ts';

const HELP = `
Clients are told apart by the headers apollographql-client-name and -version, x-client-name and -version. Values that
clients wrote into their documents are not recorded.

Examples:
  sluice usage                      the operations of the last days and who sends them
  sluice usage --deprecated         who still uses what is deprecated
  sluice usage --variant v1         only what the clients of a variant send; "main" = of none
  sluice usage --json > usage.json  for "sluice check --usage" in CI
`;

interface UsageOptions extends AdminOptions {
  readonly days?: number;
  readonly variant?: string;
  readonly deprecated?: boolean;
  readonly json?: boolean;
}

export function addUsageCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('usage')
    .summary('what clients use, and who still uses what is deprecated')
    .description('Shows what clients of a running gateway have sent in the last days.')
    .option('--days <number>', 'back from today', parseRevision)
    .option('--variant <name>', 'only what this variant of the graph is asked')
    .option('--deprecated', 'only what is deprecated, with its users')
    .option('--json', 'as JSON');
  withAdminOptions(command)
    .addHelpText('after', HELP)
    .action(async ({ days, variant, deprecated, json, ...options }: UsageOptions) => {
      const query = new URLSearchParams();
      if (days !== undefined) query.set('days', `${days}`);
      if (variant !== undefined) query.set('variant', variant);
      const { body } = await askAdmin(context, options, { path: `/registry/usage?${query}` });
      if (json === true) context.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
      else if (deprecated === true) printDeprecated(body['deprecated'] as readonly DeprecatedUse[], context);
      else printOperations(body['operations'] as readonly UsedOperation[], context);
    });
}

function printOperations(operations: readonly UsedOperation[], context: CommandContext): void {
  if (operations.length === 0) {
    context.stdout.write('No operations are recorded.\n');
    return;
  }
  const rows = operations.map(({ operationName, documentHash, count, clients }) => [
    operationName ?? documentHash.slice(0, 12),
    `${count}`,
    clients.slice(0, 3).map(nameOf).join(', ') + (clients.length > 3 ? `, ${clients.length - 3} more` : ''),
  ]);
  printTable(['operation', 'times', 'clients'], rows, context);
}

function printDeprecated(uses: readonly DeprecatedUse[], context: CommandContext): void {
  if (uses.length === 0) {
    context.stdout.write('Nobody uses what is deprecated.\n');
    return;
  }
  const rows = uses.flatMap((use) =>
    use.uses.map((by) => [
      use.coordinate,
      nameOf(by),
      by.operationName ?? by.documentHash.slice(0, 12),
      `${by.count}`,
      by.lastDay,
      use.reason,
    ]),
  );
  printTable(['deprecated', 'client', 'operation', 'times', 'last', 'why'], rows, context);
}

function nameOf({ client, clientVersion, variant }: UsedBy): string {
  const who = client === '' ? '(unnamed)' : [client, clientVersion].filter((part) => part !== '').join(' ');
  return variant === undefined ? who : `${who} at ${variant}`;
}
