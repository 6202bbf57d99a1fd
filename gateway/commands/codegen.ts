import { join, relative, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { contentHash, graphFiles } from '../config/graph-files.ts';
import { type ClientSchema, schemaOfComposed, schemaOfFile, schemaOfUrl } from './codegen/client-schema.ts';
import { checkSyntax, type DocumentFiles, findDocuments } from './codegen/document-files.ts';
import { NO_DOCUMENTS } from './codegen/generator-problems.ts';
import { type Generate, type GeneratorOptions, loadGenerator } from './codegen/generator.ts';
import { generateOnChange } from './codegen/watch.ts';
import { CommandFailure, type CommandContext } from './command-context.ts';
import { configFrom, configOption } from './config-option.ts';
import { compareGenerated, writeGenerated } from './generated-files.ts';
import { withProgress } from './progress.ts';
import { apiSdlOf, checkVariant, variantOption } from './variant-option.ts';

const HELP = `
Runs GraphQL Code Generator (https://the-guild.dev/graphql/codegen) with its client preset. The generator is the one of
your project; if it is missing, the command says what to install.

Examples:
  sluice codegen                                     the schema: the configuration in this folder
  sluice codegen --url http://localhost:4000/graphql --watch
  sluice codegen --schema schema.graphql --out src/api --documents 'app/**/*.graphql'
  sluice codegen --variant partner                   what the clients of a variant see
  sluice codegen --url http://localhost:4000/graphql --header 'x-client: mobile'    the same, where a header chooses it
  sluice codegen --document-mode documentNode        for Apollo Client, urql and others that take parsed documents
  sluice codegen --persisted-documents               also persisted-documents.json: sha256 of each operation -> its text
  sluice codegen --check                             in CI: fails if the files are not what would be written
`;

const DEFAULT_DOCUMENTS = ['src/**/*.{ts,tsx,js,jsx,graphql,gql}'];
/** What the gateway's connectors make of these is always a text (docs/connectors.md). */
const SCALARS: Readonly<Record<string, string>> = {
  BigInt: 'string',
  Bytes: 'string',
  Date: 'string',
  DateTime: 'string',
  Decimal: 'string',
  Duration: 'string',
  LocalDateTime: 'string',
};
/** How often a running gateway is asked with --watch. */
const POLL_MS = 2000;

interface CodegenOptions extends GeneratorOptions {
  readonly config: string;
  readonly documents: readonly string[];
  readonly schema?: string;
  readonly url?: string;
  readonly header: Readonly<Record<string, string>>;
  readonly scalar: Readonly<Record<string, string>>;
  readonly watch?: boolean;
  readonly check?: boolean;
  readonly variant?: string;
}

export function addCodegenCommand(program: Command, context: CommandContext): void {
  program
    .command('codegen')
    .summary('types for a client in TypeScript, from the schema and its operations')
    .description(
      "Makes typed documents of a client's operations: what they answer, which variables they take.",
    )
    .addOption(configOption())
    .addOption(
      new Option('--schema <file>', 'SDL or introspection JSON instead of the configuration').conflicts(
        'url',
      ),
    )
    .option('--url <url>', 'a running gateway instead: its /graphql, /schema.graphql or /schema.json')
    .addOption(
      variantOption('of the configuration: the types are those of its schema').conflicts(['schema', 'url']),
    )
    .addOption(pairOption('--header <name: value>', ':', 'sent to --url; repeatable'))
    .option('-d, --documents <glob...>', 'where the operations are', DEFAULT_DOCUMENTS)
    .option('-o, --out <folder>', 'where the types go', 'src/gql')
    .addOption(
      new Option('--document-mode <mode>', 'typed documents are texts, or parsed')
        .choices(['string', 'documentNode'])
        .default('string'),
    )
    .option('--persisted-documents', 'also write persisted-documents.json')
    .addOption(
      pairOption(
        '--scalar <name=type>',
        '=',
        'TypeScript type of a scalar (others than dates and numbers: unknown); repeatable',
      ),
    )
    .option('--import-extension <extension>', "in imports between the files: '.ts', '.js' or ''", '.ts')
    .option('--no-fragment-masking', "a component also sees the fields of other components' fragments")
    .option('--watch', 'again after every change of documents and schema')
    .addOption(new Option('--check', 'write nothing; fail if the files differ').conflicts('watch'))
    .addHelpText('after', HELP)
    .action((options: CodegenOptions) => codegen(options, context));
}

async function codegen(options: CodegenOptions, context: CommandContext): Promise<void> {
  const folder = process.cwd();
  const generate = loadGenerator(folder, { ...options, scalars: { ...SCALARS, ...options.scalar } });
  const source = sourceOf(options, context);
  const find = (): DocumentFiles => findDocuments({ folder, globs: options.documents, out: options.out });
  if (options.watch !== true)
    return turn({ generate, documents: find().files, ...(await source.read()) }, options, context);

  let known: ClientSchema | undefined;
  let done: string | undefined;
  await generateOnChange(
    {
      generate: async () => {
        known = await source.read(known);
        const documents = find().files;
        const state = contentHash(documents) + known.sdl;
        if (state === done) return;
        done = state;
        await turn({ generate, documents, ...known }, options, context);
      },
      files: () => {
        const { files, folders } = find();
        return [...source.files(), ...files, ...folders.map((within) => join(within, '.watched'))];
      },
      pollMs: options.url === undefined ? undefined : POLL_MS,
    },
    context,
  );
}

interface Turn extends ClientSchema {
  readonly generate: Generate;
  /** Files. */
  readonly documents: readonly string[];
}

async function turn(
  { generate, sdl, documents }: Turn,
  options: CodegenOptions,
  context: CommandContext,
): Promise<void> {
  if (documents.length === 0) throw new CommandFailure([NO_DOCUMENTS]);
  checkSyntax(documents);
  const files = await withProgress(context, async (onProgress) => {
    onProgress?.('Making the types');
    return generate(sdl, documents);
  });
  const shown = relative(process.cwd(), resolve(options.out)) || '.';
  if (options.check !== true) {
    const changed = writeGenerated(files);
    if (changed > 0 || options.watch !== true)
      context.stdout.write(`${shown}: ${files.length} files, ${changed === 0 ? 'none' : changed} changed.\n`);
    return;
  }
  const problems = compareGenerated(files, {
    code: 'TYPES_OUT_OF_DATE',
    message: 'The file is not what the schema and the operations give now.',
    fix: 'Run the same command without --check.',
  });
  if (problems.length > 0) throw new CommandFailure(problems);
  context.stdout.write(`${shown}: ${files.length} files, as they should be.\n`);
}

interface Source {
  /** `known` is what was read before. */
  read(known?: ClientSchema): Promise<ClientSchema>;
  /** What it is made of, absolute, to be watched. */
  files(): readonly string[];
}

function sourceOf(
  { schema, url, header, variant, config: configFile }: CodegenOptions,
  context: CommandContext,
): Source {
  if (schema !== undefined) return { read: async () => schemaOfFile(schema), files: () => [resolve(schema)] };
  if (url !== undefined)
    return { read: (known) => schemaOfUrl({ url, headers: header }, known), files: () => [] };
  let files: readonly string[] = [];
  return {
    async read() {
      const config = configFrom(configFile, context);
      checkVariant(variant, config);
      files = graphFiles(config);
      const { composeFromConfig } = await context.loadGateway();
      const composed = await withProgress(context, (onProgress) => composeFromConfig(config, onProgress));
      if (!('apiSdl' in composed)) throw new CommandFailure(composed.problems);
      return schemaOfComposed(apiSdlOf(composed, variant));
    },
    files: () => [resolve(configFile), ...files],
  };
}

/** An option that may be given several times, each a name and a value. */
function pairOption(flags: string, separator: string, description: string): Option {
  return new Option(flags, description)
    .default({}, 'none')
    .argParser((text: string, pairs: Readonly<Record<string, string>>) => {
      const at = text.indexOf(separator);
      if (at < 1) throw new InvalidArgumentError(`It is written name${separator}value.`);
      return { ...pairs, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
    });
}
