import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { checkName, writeImport } from './write-import.ts';
import { nameOfFile, sourceOptions, withXmlOptions, type XmlOptions } from './xml-options.ts';
import { repeatable } from '../repeatable.ts';

const HELP = `
An XML Schema says what documents look like, not where they are: name what can be called with --operation (method, path,
the element of the body if there is one, the element of the answer). Sample documents beside the schemas are compared
with them.

Examples:
  sluice import xsd orders.xsd --url https://orders.internal --operation 'GET /orders/{id} order'
  sluice import xsd orders.xsd order-1.xml --url https://orders.internal --operation 'POST /orders newOrder order' --out subgraphs
`;

interface XsdCommandOptions extends XmlOptions {
  readonly operation?: readonly string[];
}

export function addImportXsdCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('xsd')
    .summary('of XML Schemas, with sample documents')
    .description('Makes a subgraph of XML Schemas, for a service that speaks XML over HTTP.')
    .argument('<file...>', 'the schema, then others and sample documents')
    .option(
      '--only <pattern>',
      'only these operations, as "GET /path" with *; may be given several times',
      repeatable,
    )
    .option('--operation <text>', 'what can be called; may be given several times', repeatable);
  withXmlOptions(command)
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: XsdCommandOptions) => {
      const subgraph = checkName(options.name ?? nameOfFile(files[0]!));
      writeImport(subgraph, await importXsdFiles(files, subgraph, options), options, context);
    });
}

export async function importXsdFiles(
  files: readonly string[],
  name: string,
  options: Omit<XsdCommandOptions, 'name'>,
) {
  const { fileSource } = await import('../../connectors/import/xml/file-source.ts');
  const { importXsd } = await import('../../connectors/import/xml/import-xsd.ts');
  const [first = '', ...rest] = files;
  const { url, only, operation } = options;
  return importXsd(fileSource(first, { ...sourceOptions(options), named: rest }), {
    name,
    source: first,
    files: rest,
    ...(url !== undefined && { url }),
    ...(only && { only }),
    ...(operation && { operations: operation }),
  });
}
