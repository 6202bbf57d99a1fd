import type { Command } from 'commander';
import type { ChangeResult } from '../../registry/registry.ts';
import { CommandFailure, type CommandContext, failure } from '../command-context.ts';
import { importDescribed } from '../importers/described.ts';
import { printProblems } from '../print-problems.ts';
import { askForChange } from './ask-for-change.ts';
import { changeBody, type ChangeCommandOptions, withChangeOptions } from './change-options.ts';
import { printChange } from './print-change.ts';
import { readNamed, readUpstreams, type RecordBody } from './record-sources.ts';

const HELP = `
Examples:
  sluice register reviews --url http://reviews.internal:4000/graphql      a GraphQL service, asked for its schema
  sluice register reviews --url http://reviews.internal:4000/graphql --schema reviews.graphql
  sluice register stock --schema stock.graphql --upstreams stock.yaml     a schema with connectors, and its backends
  sluice register stock --proto stock.proto --address stock.internal:50051
  sluice register stock --reflect stock.internal:50051                    a gRPC server, asked for its services
  sluice register shop --openapi shop.yaml --base-url https://shop.internal
  sluice register vat --wsdl vat.wsdl
  sluice register reviews --url … --dry-run                               would it be taken, and what would clients notice?

What is refused changes nothing. The gateway to speak to: --admin or SLUICE_ADMIN_URL; who you are: SLUICE_ADMIN_TOKEN
(on the gateway's own machine, .sluice/admin-token is found by itself).
`;

interface RegisterOptions extends ChangeCommandOptions {
  readonly url?: string;
  readonly schema?: string;
  readonly upstreams?: string;
  readonly proto?: readonly string[];
  readonly include?: readonly string[];
  readonly address?: string;
  readonly reflect?: string;
  readonly openapi?: string;
  readonly baseUrl?: string;
  readonly wsdl?: string;
}

export function addRegisterCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('register')
    .summary('bring a subgraph, or a new version of one, into a running gateway')
    .description('Registers a subgraph in a running gateway, after everything has been checked.')
    .argument('<name>', 'of the subgraph')
    .option('--url <url>', 'where it speaks GraphQL; without --schema it is asked for its schema')
    .option('--schema <file>', 'its schema; with connectors if its data is not GraphQL')
    .option('--upstreams <file>', 'YAML with the upstreams: of its connectors, as in the configuration')
    .option('--proto <file...>', 'the .proto files of a gRPC service, which become its schema')
    .option('--include <folder...>', 'where the imports of --proto start')
    .option('--address <host:port>', 'where the service of --proto listens')
    .option('--reflect <host:port>', 'a gRPC server with reflection, which becomes its schema')
    .option('--openapi <file>', 'an OpenAPI description, which becomes its schema')
    .option('--base-url <url>', "where the API of --openapi is, instead of the description's servers")
    .option(
      '--wsdl <file>',
      'a WSDL, which becomes its schema; --url says where it is, if not the description',
    );
  withChangeOptions(command)
    .addHelpText('after', HELP)
    .action(async (name: string, options: RegisterOptions) => {
      const body = { ...(await bodyOf(name, options, context)), ...changeBody(options, context) };
      const path = `/registry/subgraphs/${encodeURIComponent(name)}`;
      const answer = await askForChange(context, options, { method: 'PUT', path, body });
      printChange(answer.body as unknown as ChangeResult, `register ${name}`, options.json === true, context);
    });
}

async function bodyOf(name: string, options: RegisterOptions, context: CommandContext): Promise<RecordBody> {
  const { url, schema, upstreams } = options;
  const imported = await importDescribed(name, options);
  if (imported) {
    if (!('sdl' in imported)) throw new CommandFailure(imported.problems);
    printProblems(
      imported.problems.filter(({ severity }) => severity !== 'hint'),
      context,
    );
    const { sdl, upstreams: needed, files } = imported;
    // Whoever described the service did not know what the others are called.
    return { sdl, upstreams: needed, files: Object.fromEntries(files), renameCollisions: true };
  }
  if (url === undefined && schema === undefined)
    throw failure(
      'BAD_USER_INPUT',
      'Nothing says what to register.',
      'Give --url, --schema, or a description (see --help).',
    );
  return {
    ...(url !== undefined && { url }),
    ...(schema !== undefined && { sdl: readNamed(schema) }),
    ...(upstreams !== undefined && readUpstreams(upstreams)),
  };
}
