import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { checkName, writeImport } from './write-import.ts';
import { nameOfFile, withXmlOptions, type XmlOptions } from './xml-options.ts';
import { repeatable } from '../repeatable.ts';

const HELP = `
WSDL 1.1 with the schemas that it names: SOAP 1.1 and 1.2 (document/literal, rpc/literal) and HTTP GET. Operations whose
names say that they only read (Get…, List…, Find…) become queries; --query says it of others.

Examples:
  sluice import wsdl calculator.wsdl --query '*'
  sluice import wsdl orders.wsdl --url https://orders.internal/soap --out subgraphs
  sluice import wsdl orders.wsdl --only 'OrdersSoap.*'
`;

interface WsdlCommandOptions extends XmlOptions {
  readonly query?: readonly string[];
}

export function addImportWsdlCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('wsdl')
    .summary('of a WSDL')
    .description('Makes a subgraph of a WSDL 1.1 description: SOAP 1.1 and 1.2, and HTTP GET.')
    .argument('<file>', 'the description')
    .option(
      '--only <pattern>',
      'only these operations, as port.operation with *; may be given several times',
      repeatable,
    )
    .option(
      '--query <pattern>',
      'operations that change nothing, though their names do not say so; may be given several times',
      repeatable,
    );
  withXmlOptions(command)
    .addHelpText('after', HELP)
    .action(async (file: string, options: WsdlCommandOptions) => {
      const subgraph = checkName(options.name ?? nameOfFile(file));
      const { importDescription } = await import('../../connectors/import/described.ts');
      const { url, root, remote, only, query } = options;
      const description = {
        kind: 'wsdl',
        file,
        ...(url !== undefined && { url }),
        ...(root !== undefined && { root }),
        ...(remote !== undefined && { remote }),
        ...(only && { only }),
        ...(query && { queries: query }),
      } as const;
      writeImport(subgraph, await importDescription(subgraph, description), options, context);
    });
}
