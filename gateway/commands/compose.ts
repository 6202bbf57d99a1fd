import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Problem } from '../problem.ts';
import { CommandFailure, type CommandContext } from './command-context.ts';
import { configFrom, configOption } from './config-option.ts';
import type { Composed } from './gateway-types.ts';
import { compareGenerated, type GeneratedFile, writeGenerated } from './generated-files.ts';
import { printProblems } from './print-problems.ts';
import { withProgress } from './progress.ts';
import { apiSdlOf, checkVariant, variantOption } from './variant-option.ts';

const HELP = `
Examples:
  sluice compose > supergraph.graphql    the supergraph on standard output
  sluice compose --variant partner       what the clients of this variant see, on standard output
  sluice compose --out schema            schema/supergraph.graphql and schema/api.graphql, and schema/api.<variant>.graphql
  sluice compose --out schema --check    in CI: fails if the files there are not what would be written
`;

interface ComposeOptions {
  readonly config: string;
  readonly out?: string;
  readonly check?: boolean;
  readonly variant?: string;
}

export function addComposeCommand(program: Command, context: CommandContext): void {
  program
    .command('compose')
    .summary('compose the subgraphs to one supergraph')
    .description('Composes the subgraphs of the configuration to a supergraph. Asks no backend.')
    .addOption(configOption())
    .option(
      '-o, --out <folder>',
      'write supergraph.graphql, api.graphql (what clients see) and api.<variant>.graphql there',
    )
    .option('--check', 'write nothing; fail if the files in --out (default: schema) differ')
    .addOption(
      variantOption('print what its clients see instead of the supergraph').conflicts(['out', 'check']),
    )
    .addHelpText('after', HELP)
    .action((options: ComposeOptions) => compose(options, context));
}

async function compose(
  { config: file, out, check, variant }: ComposeOptions,
  context: CommandContext,
): Promise<void> {
  const config = configFrom(file, context);
  checkVariant(variant, config);
  const { composeFromConfig } = await context.loadGateway();
  const composed = await withProgress(context, (onProgress) => composeFromConfig(config, onProgress));
  if (!('supergraphSdl' in composed)) throw new CommandFailure(composed.problems);
  printProblems(
    composed.problems.filter(({ severity }) => severity !== 'hint'),
    context,
  );
  if (check === true) checkFiles(composed, out ?? 'schema');
  else if (out === undefined)
    context.stdout.write(ended(variant === undefined ? composed.supergraphSdl : apiSdlOf(composed, variant)));
  else writeGenerated(filesOf(composed, out));
}

function filesOf({ supergraphSdl, apiSdl, variants }: Composed, folder: string): readonly GeneratedFile[] {
  return [
    { path: join(folder, 'supergraph.graphql'), text: ended(supergraphSdl) },
    { path: join(folder, 'api.graphql'), text: ended(apiSdl) },
    ...Array.from(variants, ([name, sdl]) => ({
      path: join(folder, `api.${name}.graphql`),
      text: ended(sdl),
    })),
  ];
}

function checkFiles(composed: Composed, folder: string): void {
  const problems = compareGenerated(filesOf(composed, folder), {
    code: 'SCHEMA_OUT_OF_DATE',
    message: 'The file is not what the subgraphs compose to now.',
    fix: `Run: sluice compose --out ${folder}`,
  });
  const all = [...problems, ...leftOver(composed, folder)];
  if (all.length > 0) throw new CommandFailure(all);
}

/** Schemas of variants that are gone: who reads one of these files would not notice. */
function leftOver({ variants }: Composed, folder: string): readonly Problem[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file): Problem[] => {
    const name = /^api\.(.+)\.graphql$/.exec(file)?.[1];
    if (name === undefined || variants.has(name)) return [];
    const message = `There is no variant "${name}" any more.`;
    const path = join(folder, file);
    return [
      { severity: 'error', code: 'SCHEMA_OUT_OF_DATE', message, file: path, fix: `Delete it: rm ${path}` },
    ];
  });
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
