import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { checkName, writeImport } from './write-import.ts';
import { repeatable } from '../repeatable.ts';

const HELP = `
OpenAPI 3.0, 3.1 and 3.2, JSON or YAML, with the files of the same folder that it refers to. The schema names the address
of the API itself (@source): nothing has to be added to upstreams:.

Examples:
  sluice import openapi petstore.yaml
  sluice import openapi shop.json --base-url https://shop.internal/v2 --name shop --out subgraphs
  sluice import openapi shop.json --only 'GET /orders*' --only 'POST /orders'
`;

interface OpenapiCommandOptions {
  readonly baseUrl?: string;
  readonly remoteRefs?: boolean;
  readonly only?: readonly string[];
  readonly name?: string;
  readonly out?: string;
  readonly force?: boolean;
}

export function addImportOpenapiCommand(program: Command, context: CommandContext): void {
  program
    .command('openapi')
    .summary('of an OpenAPI description')
    .description('Makes a subgraph of an OpenAPI description.')
    .argument('<file>', 'the description')
    .option('--base-url <url>', "where the API is, instead of the description's servers")
    .option('--remote-refs', 'let the description refer to http and https addresses')
    .option('--name <name>', "of the subgraph (default: the file's)")
    .option(
      '--only <pattern>',
      'only these operations, as "GET /path" with *; may be given several times',
      repeatable,
    )
    .option('-o, --out <folder>', 'write <folder>/<name>/schema.graphql, and print the lines for sluice.yaml')
    .option('--force', 'write over files that are there')
    .addHelpText('after', HELP)
    .action(async (file: string, { name, ...options }: OpenapiCommandOptions) => {
      const subgraph = checkName(name ?? basename(file, extname(file)));
      const { importDescription } = await import('../../connectors/import/described.ts');
      const { baseUrl, remoteRefs, only } = options;
      const description = {
        kind: 'openapi',
        file,
        ...(baseUrl !== undefined && { baseUrl }),
        ...(remoteRefs !== undefined && { remoteRefs }),
        ...(only && { only }),
      } as const;
      writeImport(subgraph, await importDescription(subgraph, description), options, context);
    });
}
