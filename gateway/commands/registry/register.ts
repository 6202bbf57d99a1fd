import type { Command } from 'commander';
import type { ChangeResult } from '../../registry/registry.ts';
import type { CommandContext } from '../command-context.ts';
import { askAdmin, failure } from './admin-client.ts';
import { changeBody, type ChangeCommandOptions, withChangeOptions } from './change-options.ts';
import { printChange } from './print-change.ts';
import { readNamed, readUpstreams, type RecordBody } from './record-sources.ts';

const HELP = `
Examples:
  sluice register reviews --url http://reviews.internal:4000/graphql      a GraphQL service, asked for its schema
  sluice register reviews --url http://reviews.internal:4000/graphql --schema reviews.graphql
  sluice register stock --schema stock.graphql --upstreams stock.yaml     a schema with connectors, and its backends
  sluice register reviews --url … --dry-run                               would it be taken, and what would clients notice?

What is refused changes nothing. The gateway to speak to: --admin or SLUICE_ADMIN_URL; who you are: SLUICE_ADMIN_TOKEN
(on the gateway's own machine, .sluice/admin-token is found by itself).
`;

interface RegisterOptions extends ChangeCommandOptions {
  readonly url?: string;
  readonly schema?: string;
  readonly upstreams?: string;
}

export function addRegisterCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('register')
    .summary('bring a subgraph, or a new version of one, into a running gateway')
    .description('Registers a subgraph in a running gateway, after everything has been checked.')
    .argument('<name>', 'of the subgraph')
    .option('--url <url>', 'where it speaks GraphQL; without --schema it is asked for its schema')
    .option('--schema <file>', 'its schema; with connectors if its data is not GraphQL')
    .option('--upstreams <file>', 'YAML with the upstreams: of its connectors, as in the configuration');
  withChangeOptions(command)
    .addHelpText('after', HELP)
    .action(async (name: string, options: RegisterOptions) => {
      const body = { ...bodyOf(options), ...changeBody(options, context) };
      const path = `/registry/subgraphs/${encodeURIComponent(name)}`;
      const answer = await askAdmin(context, options, { method: 'PUT', path, body });
      printChange(answer.body as unknown as ChangeResult, `register ${name}`, options.json === true, context);
    });
}

function bodyOf({ url, schema, upstreams }: RegisterOptions): RecordBody {
  if (url === undefined && schema === undefined)
    throw failure(
      'BAD_USER_INPUT',
      'Nothing says what to register.',
      'Give --url, --schema or both (see --help).',
    );
  return {
    ...(url !== undefined && { url }),
    ...(schema !== undefined && { sdl: readNamed(schema) }),
    ...(upstreams !== undefined && readUpstreams(upstreams)),
  };
}
