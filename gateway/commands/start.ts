import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Config, LogConfig } from '../config/schema.ts';
import { DEMO_EXAMPLES } from '../portal/examples.ts';
import { printBanner } from './banner.ts';
import { CommandFailure, type CommandContext } from './command-context.ts';
import { configFrom, configOption } from './config-option.ts';
import { startDemoBackends, type DemoBackends } from './demo/backends.ts';
import type { RunningGateway } from './gateway-types.ts';
import { printProblems } from './print-problems.ts';
import { withProgress } from './progress.ts';
import { reloadOn, type ReloadOptions } from './reload-on.ts';
import { untilStopped } from './until-stopped.ts';

const HELP = `
Examples:
  sluice start                                        serve the graph of ./sluice.yaml
  sluice start --demo                                 with the demo's backends beside it
  sluice start --port 8080 --log-level debug
  sluice start --supergraph supergraph.graphql        any Apollo Federation supergraph, without a configuration
  sluice start --watch                                serves every change to a schema or to the configuration

The environment variables HOST, PORT and ADMIN_PORT count where the configuration is silent.
SIGHUP reads the configuration and the schemas again; what cannot be served is reported, and the running graph stays.
The first SIGTERM or SIGINT lets running operations end; the second ends the process at once.
`;

interface StartOptions {
  readonly config: string;
  readonly demo?: boolean;
  readonly port?: number;
  readonly adminPort?: number;
  readonly supergraph?: string;
  readonly logLevel?: LogConfig['level'];
  readonly watch?: boolean;
}

export function addStartCommand(program: Command, context: CommandContext): void {
  program
    .command('start')
    .summary('serve the graph')
    .description('Serves the graph: the endpoint and the page on one port, health and metrics on another.')
    .addOption(configOption())
    .option('--demo', "run the configuration's demo backends beside the gateway")
    .option('-p, --port <number>', 'port of the endpoint; 0 = any free one', parsePort)
    .option('--admin-port <number>', 'port of health and metrics; 0 = any free one', parsePort)
    .option(
      '--supergraph <file>',
      'serve this composed supergraph; the configuration is read only if --config is given',
    )
    .addOption(
      new Option('--log-level <level>', 'least severe entries that are logged').choices([
        'trace',
        'debug',
        'info',
        'warn',
        'error',
        'fatal',
        'silent',
      ]),
    )
    .option('--watch', 'serve changes to the schemas and the configuration at once')
    .addHelpText('after', HELP)
    .action((options: StartOptions, command: Command) => {
      const explicit = command.getOptionValueSource('config') === 'cli';
      const readConfig = (): Config => completeConfig(options, explicit, context);
      // With --supergraph alone there is no configuration file to watch.
      const files = options.supergraph === undefined || explicit ? [options.config] : [];
      const reloads = { readConfig, files, watch: options.watch === true };
      return start(options.demo === true, reloads, context);
    });
}

async function start(
  demo: boolean,
  reloads: Pick<ReloadOptions, 'readConfig' | 'files' | 'watch'>,
  context: CommandContext,
): Promise<void> {
  const config = reloads.readConfig();
  const { createGateway } = await context.loadGateway();
  // Everything is checked before anything runs.
  const gateway = await withProgress(context, (onProgress) => createGateway(config, onProgress));
  let backends: DemoBackends | undefined;
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= closeBoth(gateway, () => backends));
  const stopped = untilStopped(stop);
  let endReloads = (): void => undefined;
  try {
    if (demo) backends = await startDemoBackends(config.demo.backends, context, stopped.signal);
    if (!stopped.signal.aborted) {
      const { url, adminUrl, warnings } = await listen(gateway);
      printProblems(
        warnings.filter(({ severity }) => severity !== 'hint'),
        context,
      );
      endReloads = reloadOn({ gateway, config, ...reloads }, context);
      printBanner({ url, adminUrl, config }, context);
    }
    await stopped.promise;
  } catch (error) {
    await stop();
    if (!stopped.signal.aborted) throw error;
  } finally {
    endReloads();
    stopped.release();
  }
}

/** A port that is taken is the person's to mend, not an internal error. */
async function listen(gateway: RunningGateway): ReturnType<RunningGateway['start']> {
  try {
    return await gateway.start();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandFailure([{ severity: 'error', code: 'CANNOT_LISTEN', message }]);
  }
}

async function closeBoth(gateway: RunningGateway, backends: () => DemoBackends | undefined): Promise<void> {
  // The gateway first: its running operations still need the backends.
  try {
    await gateway.close();
  } finally {
    await backends()?.close();
  }
}

function completeConfig(options: StartOptions, explicit: boolean, context: CommandContext): Config {
  const config = readConfig(options, explicit, context);
  const { port, adminPort, logLevel, demo } = options;
  if (demo === true && config.demo.backends.length === 0) {
    const message = `${options.config} has no demo.backends for --demo to run.`;
    const fix = 'Start without --demo, or list the backends (see docs/configuration.md).';
    throw new CommandFailure([{ severity: 'error', code: 'CONFIG_MISSING', message, fix }]);
  }
  const examples =
    demo === true && config.portal.examples.length === 0 ? DEMO_EXAMPLES : config.portal.examples;
  return {
    ...config,
    server: {
      ...config.server,
      ...(port === undefined ? {} : { port }),
      ...(adminPort === undefined ? {} : { adminPort }),
    },
    log: logLevel === undefined ? config.log : { ...config.log, level: logLevel },
    portal: { ...config.portal, examples },
  };
}

function readConfig(
  { config: file, supergraph }: StartOptions,
  explicit: boolean,
  context: CommandContext,
): Config {
  if (supergraph === undefined) return configFrom(file, context);
  const text = JSON.stringify({ supergraph: { file: resolve(supergraph).replaceAll('${', '$${') } });
  const alone = configFrom('--supergraph', context, text);
  if (!explicit) return alone;
  const config = configFrom(file, context);
  const fresh = alone.supergraph!;
  return { ...config, subgraphs: {}, supergraph: { ...fresh, ...config.supergraph, file: fresh.file } };
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new InvalidArgumentError('Use a number from 0 to 65535.');
}
