import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Problem } from '../problem.ts';
import { CommandFailure, type CommandContext, failure } from './command-context.ts';
import { configOption } from './config-option.ts';
import { readNamed } from './registry/record-sources.ts';
import type { RecordedUsage } from '../registry/judge-changes.ts';
import { countProblems, printProblems } from './print-problems.ts';
import { withProgress } from './progress.ts';

const HELP = `
Checks the configuration, the schemas, every directive and mapping against the .proto files, and whether
the subgraphs compose. Asks no backend. Exit code 1 if there is an error; warnings and hints are shown only.

With --base, what clients would lose is told, too: against the schema that they use now (a supergraph, as "sluice compose"
writes it), and against what they have sent ("sluice usage --json"): what they use is an error, the rest a warning.

Examples:
  sluice check
  sluice check --base main/supergraph.graphql --usage usage.json
  sluice check --json | jq '.problems[] | select(.severity == "error")'
`;

interface CheckOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly base?: string;
  readonly usage?: string;
}

export function addCheckCommand(program: Command, context: CommandContext): void {
  program
    .command('check')
    .summary('report everything that is wrong, without starting anything')
    .description('Reports everything that is wrong with the configuration and the schemas.')
    .addOption(configOption())
    .option('--base <file>', 'a supergraph: also tell what its clients would lose')
    .option('--usage <file>', 'what they have sent, from "sluice usage --json"')
    .option('--json', 'the problems as JSON on standard output')
    .addHelpText('after', HELP)
    .action((options: CheckOptions) => check(options, context));
}

async function check(options: CheckOptions, context: CommandContext): Promise<void> {
  const { config: file, json } = options;
  const problems = await problemsIn(options, context);
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

async function problemsIn(
  { config: file, base, usage }: CheckOptions,
  context: CommandContext,
): Promise<readonly Problem[]> {
  const { config, problems } = loadConfig({ file, env: context.env });
  if (!config) return problems;
  const { composeFromConfig, compareSupergraphs } = await context.loadGateway();
  const composed = await withProgress(context, (onProgress) => composeFromConfig(config, onProgress));
  if (base === undefined || !('supergraphSdl' in composed)) return composed.problems;
  const recorded = usage === undefined ? { days: 0, operations: [] } : readUsage(usage);
  const before = readNamed(base);
  const lost = await compareSupergraphs(before, composed.supergraphSdl, recorded, config.variants);
  return [...composed.problems, ...lost];
}

/** What "sluice usage --json" has written. */
function readUsage(file: string): RecordedUsage {
  try {
    const { days, operations } = JSON.parse(readNamed(file)) as Partial<RecordedUsage>;
    if (typeof days === 'number' && Array.isArray(operations)) return { days, operations };
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    // The same answer as for JSON of another kind.
  }
  throw failure('BAD_USER_INPUT', `"${file}" is not what "sluice usage --json" writes.`);
}
