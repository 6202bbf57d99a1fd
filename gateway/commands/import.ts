import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { addImportOpenapiCommand } from './importers/openapi.ts';
import { addImportProtoCommand } from './importers/proto.ts';
import { addImportReflectCommand } from './importers/reflect.ts';
import { addImportWsdlCommand } from './importers/wsdl.ts';
import { addImportXsdCommand } from './importers/xsd.ts';

const HELP = `
What comes out is a schema with connectors, to be read and edited: names by GraphQL conventions, keys, batches,
pages and links recognised, comments kept. What was left out, guessed or renamed is told on standard error.

Examples:
  sluice import proto protos/users/v1/users.proto --address localhost:50051            look at it
  sluice import proto protos/users/v1/users.proto --address localhost:50051 --out subgraphs
  sluice import reflect localhost:50051 --name users --out subgraphs
  sluice import openapi petstore.yaml --out subgraphs

Then add the lines that it prints to sluice.yaml, and run: sluice check
`;

/** One line for each kind of description. */
const IMPORTERS = [
  addImportProtoCommand,
  addImportReflectCommand,
  addImportOpenapiCommand,
  addImportWsdlCommand,
  addImportXsdCommand,
];

export function addImportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('import')
    .summary('make a subgraph of .proto files, a gRPC server, OpenAPI, WSDL or XML Schema')
    .description('Makes a subgraph, as a schema with connectors, of what describes a service.')
    .addHelpText('after', HELP);
  for (const add of IMPORTERS) add(command, context);
}
