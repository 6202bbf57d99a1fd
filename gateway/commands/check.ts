import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Problem } from '../problem.ts';
import { CommandFailure, type CommandContext } from './command-context.ts';
import { configOption } from './config-option.ts';
import { countProblems, printProblems } from './print-problems.ts';
import { withProgress } from './progress.ts';

const HELP = `
Checks the configuration, the schemas, every directive and mapping against the .proto files, and whether
the subgraphs compose. Asks no backend. Exit code 1 if there is an error; warnings and hints are shown only.

Examples:
  sluice check
  sluice check --json | jq '.problems[] | select(.severity == "error")'
`;

interface CheckOptions {
  readonly config: string;
  readonly json?: boolean;
}

export function addCheckCommand(program: Command, context: CommandContext): void {
  program
    .command('check')
    .summary('report everything that is wrong, without starting anything')
    .description('Reports everything that is wrong with the configuration and the schemas.')
    .addOption(configOption())
    .option('--json', 'the problems as JSON on standard output')
    .addHelpText('after', HELP)
    .action((options: CheckOptions) => check(options, context));
}

async function check({ config: file, json }: CheckOptions, context: CommandContext): Promise<void> {
  const problems = await problemsIn(file, context);
  const failed = problems.some(({ severity }) => severity === 'error');
  if (json === true) {
    context.stdout.write(`${JSON.stringify({ ok: !failed, problems }, null, 2)}\n`);
    if (failed) throw new CommandFailure([]);
    return;
  }
  if (failed) throw new CommandFailure(problems);
  printProblems(problems, context);
  context.stdout.write(`${file} is fine (${countProblems(problems)}).\n`);
}

async function problemsIn(file: string, context: CommandContext): Promise<readonly Problem[]> {
  const { config, problems } = loadConfig({ file, env: context.env });
  if (!config) return problems;
  const { composeFromConfig } = await context.loadGateway();
  const composed = await withProgress(context, (onProgress) => composeFromConfig(config, onProgress));
  return composed.problems;
}
