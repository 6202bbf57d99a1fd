import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { addCheckCommand } from './check.ts';
import { addCodegenCommand } from './codegen.ts';
import { CommandFailure, type CommandContext } from './command-context.ts';
import { addComposeCommand } from './compose.ts';
import { addConfigSchemaCommand } from './config-schema.ts';
import { addExplainCommand } from './explain.ts';
import { addImportCommand } from './import.ts';
import { printProblems } from './print-problems.ts';
import { addDiffCommand } from './registry/diff.ts';
import { addHistoryCommand } from './registry/history.ts';
import { addListCommand } from './registry/list.ts';
import { addRegisterCommand } from './registry/register.ts';
import { addRollbackCommand } from './registry/rollback.ts';
import { addUnregisterCommand } from './registry/unregister.ts';
import { addUsageCommand } from './registry/usage.ts';
import { addStartCommand } from './start.ts';

const HELP = `
Examples:
  sluice start --demo                        the demo: three backends and the gateway
  sluice check                               is everything right?
  sluice explain '{ user(id: "u1") { name } }'
  sluice import proto users.proto --address localhost:50051
  sluice help start                          more about one command

Exit code 1 means that something is wrong; it is on standard error, with the place and the fix.
`;

/** Runs the command line. Resolves to the exit code; throws nothing. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  const program = new Command('sluice')
    .description('A GraphQL gateway: one endpoint over gRPC, XML, JSON and GraphQL services.')
    .version(packageVersion())
    .showHelpAfterError('(add --help for the options, with examples)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  addStartCommand(program, context);
  addCheckCommand(program, context);
  addComposeCommand(program, context);
  addCodegenCommand(program, context);
  addExplainCommand(program, context);
  addImportCommand(program, context);
  addConfigSchemaCommand(program, context);
  addRegisterCommand(program, context);
  addUnregisterCommand(program, context);
  addListCommand(program, context);
  addHistoryCommand(program, context);
  addDiffCommand(program, context);
  addRollbackCommand(program, context);
  addUsageCommand(program, context);
  program.addHelpText('after', HELP);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has said what is wrong already; asking for help or the version is not wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    printProblems(CommandFailure.from(error).problems, context);
    return 1;
  }
}

function packageVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
