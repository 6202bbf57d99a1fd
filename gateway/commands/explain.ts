import { type Command, Option } from 'commander';
import { CommandFailure, type CommandContext } from './command-context.ts';
import { configFrom, configOption } from './config-option.ts';
import type { ExplainedCall, Explanation } from './gateway-types.ts';
import { painter } from './print-problems.ts';
import { checkVariant, variantOption } from './variant-option.ts';

const HELP = `
Shows what the gateway would do for an operation: the plan, the calls to backends, and how many of each there
are at most. Asks no backend. Lists without a known bound count assumedListSize (see the configuration).

Formats:
  text     for people: the plan, and a table of the calls to backends
  json     for programs: plan, calls and totalCalls (docs/explain.md has the shape, which has a version)
  mermaid  the source of a flowchart; GitHub draws it in a block of three backticks and the word mermaid

--validate looks for faults in the plan: fields asked of a subgraph that does not have them, keys that nobody
gives, fields that come under one value of an @include variable and not under another. Exit code 1 if there are any.

Examples:
  sluice explain '{ users(first: 50) { nodes { name orders(first: 5) { nodes { id } } } } }'
  sluice explain 'query ($id: ID!) { user(id: $id) { name } }' --variables '{"id": "u1"}'
  sluice explain - --format json < operation.graphql | jq '.plan.steps[].subgraph'
  sluice explain - --format mermaid < operation.graphql > plan.mmd
  sluice explain - --operation-name Cart --validate < operations.graphql
  sluice explain '{ categories { name } }' --variant partner     as the clients of this variant would send it
`;

const FORMATS = ['text', 'json', 'mermaid'] as const;
type Format = (typeof FORMATS)[number];

interface ExplainOptions {
  readonly config: string;
  readonly variables?: string;
  readonly operationName?: string;
  readonly format?: Format;
  readonly json?: boolean;
  readonly validate?: boolean;
  readonly variant?: string;
}

export function addExplainCommand(program: Command, context: CommandContext): void {
  program
    .command('explain')
    .summary('show the plan and the backend calls of an operation, without running it')
    .description('Shows the plan of an operation and the backend calls it makes at most.')
    .argument('<operation>', 'a GraphQL operation, or - to read it from standard input')
    .addOption(configOption())
    .option('--variables <json>', 'values of its variables, as a JSON object')
    .option('--operation-name <name>', 'which operation, if the document has several')
    .addOption(new Option('--format <format>', 'how it is shown (default text)').choices(FORMATS))
    .addOption(new Option('--json', 'the same as --format json').conflicts('format'))
    .addOption(variantOption('as its clients would send it: what it hides is an error'))
    .option('--validate', 'look for faults in the plan, too; exit code 1 if there are any')
    .addHelpText('after', HELP)
    .action((operation: string, options: ExplainOptions) => explain(operation, options, context));
}

async function explain(argument: string, options: ExplainOptions, context: CommandContext): Promise<void> {
  const variables = parseVariables(options.variables ?? '{}');
  const config = configFrom(options.config, context);
  checkVariant(options.variant, config);
  const operation = argument === '-' ? await readAll(context.stdin) : argument;
  const gateway = await context.loadGateway();
  const { operationName, variant, validate = false } = options;
  const request = { operation, operationName, variables, variant };
  const explanation = await gateway.explain(config, request, { validate });
  if (!('planText' in explanation)) throw new CommandFailure(explanation.problems);
  context.stdout.write(
    FORMATTERS[options.json === true ? 'json' : (options.format ?? 'text')](explanation, context),
  );
  // Listed already, where the format has a place for them.
  if (explanation.findings?.length) throw new CommandFailure([]);
}

const FORMATTERS: Readonly<Record<Format, (explanation: Explanation, context: CommandContext) => string>> = {
  text: forPeople,
  json: ({ plan, calls, totalCalls, findings }) =>
    `${JSON.stringify({ plan, calls, totalCalls, findings }, null, 2)}\n`,
  mermaid: ({ mermaid, findings = [] }, { stderr }) => {
    for (const finding of findings) stderr.write(`${finding}\n`);
    return mermaid;
  },
};

function forPeople(
  { planText, calls, totalCalls, findings }: Explanation,
  { stdout, env }: CommandContext,
): string {
  const paint = painter(stdout, env);
  const sections = [
    paint('bold', 'Plan'),
    planText.trimEnd(),
    '',
    paint('bold', `Backend calls: ${totalCalls} at most`),
    ...table(calls),
  ];
  if (findings) {
    sections.push(
      '',
      paint('bold', `Faults of the plan: ${findings.length === 0 ? 'none' : findings.length}`),
    );
    sections.push(...findings.map((finding) => `  ${finding}`));
  }
  return `${sections.join('\n')}\n`;
}

function table(calls: readonly ExplainedCall[]): string[] {
  if (calls.length === 0) return ['  none'];
  const rows = [['calls', 'asked', 'per call', 'subgraph', 'upstream', 'operation', 'at']];
  for (const { calls: count, asked, maxBatchSize, subgraph, upstream, operation, at } of calls) {
    rows.push([`${count}`, `${asked}`, perCall(maxBatchSize), subgraph, upstream, operation, at]);
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd());
}

function perCall(maxBatchSize: number): string {
  if (maxBatchSize === 0) return 'one';
  return Number.isSafeInteger(maxBatchSize) && maxBatchSize < 2 ** 31 - 1 ? `${maxBatchSize}` : 'all';
}

function parseVariables(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // The same answer as for JSON that is no object.
  }
  const message = `--variables is not a JSON object: ${text}`;
  throw new CommandFailure([
    { severity: 'error', code: 'BAD_USER_INPUT', message, fix: `For instance: --variables '{"id": "u1"}'` },
  ]);
}

async function readAll(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const chunk of input) text += chunk.toString();
  return text;
}
