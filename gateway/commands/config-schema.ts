import type { Command } from 'commander';
import { configJsonSchema } from '../config/json-schema.ts';
import { configReference } from '../config/reference.ts';
import type { CommandContext } from './command-context.ts';

const HELP = `
Examples:
  sluice config-schema > sluice.schema.json
  sluice config-schema --markdown          the tables of docs/configuration.md

Editors with a YAML language server read the schema from a first line in sluice.yaml:
  # yaml-language-server: $schema=./sluice.schema.json
`;

export function addConfigSchemaCommand(program: Command, context: CommandContext): void {
  program
    .command('config-schema')
    .summary('print the JSON Schema of sluice.yaml, for editors')
    .description('Prints the JSON Schema of the configuration.')
    .option('--markdown', 'as tables for people')
    .addHelpText('after', HELP)
    .action(({ markdown }: { markdown?: boolean }) => {
      const text = markdown === true ? configReference() : JSON.stringify(configJsonSchema(), null, 2);
      context.stdout.write(`${text}\n`);
    });
}
