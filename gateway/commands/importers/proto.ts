import { basename } from 'node:path';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { checkName, writeImport } from './write-import.ts';
import { repeatable } from '../repeatable.ts';

const HELP = `
The files that are named become the subgraph, with all their services; what they import is found in the folders given
with --include, else beside them and in the folder that their package starts from. google/protobuf/*.proto is built in;
an import that is not found matters only if something of it is used.

Examples:
  sluice import proto users.proto --address localhost:50051
  sluice import proto shop/v1/*.proto --include . --include third_party --address shop.internal:443 --name shop --out subgraphs
  sluice import proto users.proto --address localhost:50051 --only 'users.v1.UserService/Get*' --only '*/ListUsers'
`;

interface ProtoOptions {
  readonly include: readonly string[];
  readonly address: string;
  readonly name?: string;
  readonly only?: readonly string[];
  readonly out?: string;
  readonly force?: boolean;
}

export function addImportProtoCommand(program: Command, context: CommandContext): void {
  program
    .command('proto')
    .summary('of .proto files')
    .description('Makes a subgraph of the services of .proto files.')
    .argument('<file...>', 'the .proto files with the services')
    .option('-I, --include <folder>', 'where imports start; may be given several times', repeatable, [])
    .requiredOption('--address <host:port>', 'where the service listens')
    .option('--name <name>', "of the subgraph and its upstream (default: the first file's)")
    .option(
      '--only <pattern>',
      'only these methods, as package.Service/Method with *; may be given several times',
      repeatable,
    )
    .option(
      '-o, --out <folder>',
      'write <folder>/<name>/schema.graphql and the protos, and print the lines for sluice.yaml',
    )
    .option('--force', 'write over files that are there')
    .addHelpText('after', HELP)
    .action((files: readonly string[], options: ProtoOptions) => importFiles(files, options, context));
}

async function importFiles(
  files: readonly string[],
  { include, address, name, only, ...write }: ProtoOptions,
  context: CommandContext,
): Promise<void> {
  const subgraph = checkName(name ?? basename(files[0]!, '.proto'));
  const { importProto } = await import('../../connectors/import/proto/import-proto.ts');
  const result = importProto(
    { files: { paths: files, includeDirs: include } },
    { name: subgraph, source: files[0]!, address, ...(only && { only }) },
  );
  writeImport(subgraph, result, write, context);
}
