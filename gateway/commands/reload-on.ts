import { resolve } from 'node:path';
import { contentHash, graphFiles } from '../config/graph-files.ts';
import type { Config } from '../config/schema.ts';
import { CommandFailure, type CommandContext } from './command-context.ts';
import type { RunningGateway } from './gateway-types.ts';
import { printProblems } from './print-problems.ts';
import { watchFiles } from './watch-files.ts';

export interface ReloadOptions {
  readonly gateway: RunningGateway;
  /** Of what is served now. */
  readonly config: Config;
  /** Reads the configuration again. Throws with all of its problems. */
  readonly readConfig: () => Config;
  /** Beside the graph's own: the configuration. */
  readonly files: readonly string[];
  /** Whether a change to one of the files is a reason, too. */
  readonly watch: boolean;
}

/** Reloads on SIGHUP, and on changes to the files. Returns the way to stop. */
export function reloadOn(options: ReloadOptions, context: CommandContext): () => void {
  const { gateway, readConfig } = options;
  let { config } = options;

  const reload = async (): Promise<void> => {
    let next: Config | { readonly problems: CommandFailure['problems'] };
    try {
      next = config = readConfig();
    } catch (error) {
      next = { problems: CommandFailure.from(error).problems };
    }
    const { outcome, problems } = await gateway.reload(next);
    printProblems(
      problems.filter(({ severity }) => severity !== 'hint'),
      context,
    );
    context.stderr.write(`${OUTCOMES[outcome]}\n`);
  };
  // `reload` does not reject: the gateway's does not, and what is thrown before is caught.
  const onReason = (): void => void reload();

  const own = options.files.map((file) => resolve(file));
  const watching = options.watch
    ? watchFiles({
        files: () => [...own, ...graphFiles(config)],
        contentOf: contentHash,
        onChange: onReason,
        onError: (error) => context.stderr.write(`Cannot watch: ${CommandFailure.from(error).message}\n`),
      })
    : undefined;
  process.on('SIGHUP', onReason);
  return () => {
    process.off('SIGHUP', onReason);
    watching?.close();
  };
}

const OUTCOMES = {
  swapped: 'Reloaded: the new graph is served.',
  unchanged: 'Reloaded: the graph has not changed.',
  refused: 'Not reloaded: the running graph stays.',
} as const;
