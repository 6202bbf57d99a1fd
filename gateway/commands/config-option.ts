import { Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { CommandFailure, type CommandContext } from './command-context.ts';

export const DEFAULT_CONFIG_FILE = 'sluice.yaml';

export function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration').default(DEFAULT_CONFIG_FILE);
}

/** The configuration, or a failure with everything that is wrong with it. */
export function configFrom(file: string, { env }: CommandContext, text?: string): Config {
  const { config, problems } = loadConfig({ file, env, ...(text === undefined ? {} : { text }) });
  if (!config) throw new CommandFailure(problems);
  return config;
}
