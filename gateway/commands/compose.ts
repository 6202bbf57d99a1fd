import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Problem } from '../problem.ts';
import { CommandFailure, type CommandContext } from './command-context.ts';
import { configFrom, configOption } from './config-option.ts';
import type { Composed } from './gateway-types.ts';
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
  else writeFiles(composed, out);
}

function filesOf({ supergraphSdl, apiSdl }: Composed): readonly [name: string, text: string][] {
  return [
    ['supergraph.graphql', ended(supergraphSdl)],
    ['api.graphql', ended(apiSdl)],
  ];
}

function writeFiles(composed: Composed, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of filesOf(composed)) writeFileSync(join(folder, name), text);
}

function checkFiles(composed: Composed, folder: string): void {
  const problems = filesOf(composed).flatMap(([name, text]): Problem[] => {
    const file = join(folder, name);
    const found = readIfThere(file);
    if (found === text) return [];
    const message =
      found === undefined ? 'The file is not there.' : 'The file is not what the subgraphs compose to now.';
    const line = found === undefined ? {} : { line: firstDifference(found, text), column: 1 };
    const fix = `Run: sluice compose --out ${folder}`;
    return [{ severity: 'error', code: 'SCHEMA_OUT_OF_DATE', message, file, ...line, fix }];
  });
  if (problems.length > 0) throw new CommandFailure(problems);
}

function firstDifference(left: string, right: string): number {
  const lines = right.split('\n');
  const index = left.split('\n').findIndex((line, at) => line !== lines[at]);
  return (index === -1 ? lines.length : index) + 1;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
