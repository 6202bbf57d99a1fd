import { join } from 'node:path';
import type { Command } from 'commander';
import { CommandFailure, type CommandContext } from './command-context.ts';
import { configFrom, configOption } from './config-option.ts';
import type { Composed } from './gateway-types.ts';
import { compareGenerated, type GeneratedFile, writeGenerated } from './generated-files.ts';
import { printProblems } from './print-problems.ts';
import { withProgress } from './progress.ts';

const HELP = `
Examples:
  sluice compose > supergraph.graphql    the supergraph on standard output
  sluice compose --out schema            schema/supergraph.graphql and schema/api.graphql
  sluice compose --out schema --check    in CI: fails if the files there are not what would be written
`;

interface ComposeOptions {
  readonly config: string;
  readonly out?: string;
  readonly check?: boolean;
}

export function addComposeCommand(program: Command, context: CommandContext): void {
  program
    .command('compose')
    .summary('compose the subgraphs to one supergraph')
    .description('Composes the subgraphs of the configuration to a supergraph. Asks no backend.')
    .addOption(configOption())
    .option('-o, --out <folder>', 'write supergraph.graphql and api.graphql (what clients see) there')
    .option('--check', 'write nothing; fail if the files in --out (default: schema) differ')
    .addHelpText('after', HELP)
    .action((options: ComposeOptions) => compose(options, context));
}

async function compose({ config: file, out, check }: ComposeOptions, context: CommandContext): Promise<void> {
  const config = configFrom(file, context);
  const { composeFromConfig } = await context.loadGateway();
  const composed = await withProgress(context, (onProgress) => composeFromConfig(config, onProgress));
  if (!('supergraphSdl' in composed)) throw new CommandFailure(composed.problems);
  printProblems(
    composed.problems.filter(({ severity }) => severity !== 'hint'),
    context,
  );
  if (check === true) checkFiles(composed, out ?? 'schema');
  else if (out === undefined) context.stdout.write(ended(composed.supergraphSdl));
  else writeGenerated(filesOf(composed, out));
}

function filesOf({ supergraphSdl, apiSdl }: Composed, folder: string): readonly GeneratedFile[] {
  return [
    { path: join(folder, 'supergraph.graphql'), text: ended(supergraphSdl) },
    { path: join(folder, 'api.graphql'), text: ended(apiSdl) },
  ];
}

function checkFiles(composed: Composed, folder: string): void {
  const problems = compareGenerated(filesOf(composed, folder), {
    code: 'SCHEMA_OUT_OF_DATE',
    message: 'The file is not what the subgraphs compose to now.',
    fix: `Run: sluice compose --out ${folder}`,
  });
  if (problems.length > 0) throw new CommandFailure(problems);
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
