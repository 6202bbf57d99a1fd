import { contentHash } from '../../config/graph-files.ts';
import { CommandFailure, type CommandContext } from '../command-context.ts';
import { printProblems } from '../print-problems.ts';
import { untilStopped } from '../until-stopped.ts';
import { watchFiles } from '../watch-files.ts';

export interface GenerateOnChange {
  /** One turn. What it throws is told; the next change is another chance. */
  readonly generate: () => Promise<void>;
  /** Absolute; asked again after every change. */
  readonly files: () => readonly string[];
  /** Also after every so many milliseconds, for what is no file. */
  readonly pollMs?: number | undefined;
}

/** Generates now and after every change, one turn at a time, until the process is asked to stop. */
export async function generateOnChange(
  { generate, files, pollMs }: GenerateOnChange,
  context: CommandContext,
): Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  let told = '';
  const turn = async (): Promise<void> => {
    try {
      await generate();
      told = '';
    } catch (error) {
      const { message, problems } = CommandFailure.from(error);
      // A gateway that is away is away at every look.
      if (message !== told) printProblems(problems, context);
      told = message;
    }
  };
  const start = (): void => {
    if (running) {
      again = true;
      return;
    }
    running = turn().then(() => {
      running = undefined;
      if (!again) return;
      again = false;
      start();
    });
  };

  const watching = watchFiles({
    files,
    contentOf: contentHash,
    onChange: start,
    onError: (error) => context.stderr.write(`Cannot watch: ${CommandFailure.from(error).message}\n`),
  });
  start();
  // It also keeps the process alive, which watching does not.
  const timer = setInterval(() => pollMs !== undefined && start(), pollMs ?? 60_000);
  const stopped = untilStopped(async () => {
    watching.close();
    clearInterval(timer);
    await running;
  });
  try {
    context.stderr.write('Watching for changes; Ctrl-C ends it.\n');
    await stopped.promise;
  } finally {
    stopped.release();
  }
}
