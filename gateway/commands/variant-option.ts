import { Option } from 'commander';
import type { Config } from '../config/schema.ts';
import { unknownVariant } from '../config/unknown-variant.ts';
import { CommandFailure, failure } from './command-context.ts';
import type { Composed } from './gateway-types.ts';

export function variantOption(description: string): Option {
  return new Option('--variant <name>', description);
}

/** Fails before anything is composed. */
export function checkVariant(variant: string | undefined, { variants }: Pick<Config, 'variants'>): void {
  const problem = variant === undefined ? undefined : unknownVariant(variant, Object.keys(variants));
  if (problem) throw new CommandFailure([problem]);
}

/** What the clients of this variant see; undefined = those of the main graph. */
export function apiSdlOf({ apiSdl, variants }: Composed, variant: string | undefined): string {
  if (variant === undefined) return apiSdl;
  const sdl = variants.get(variant);
  if (sdl === undefined)
    throw failure(
      'VARIANT_UNKNOWN',
      `The variant "${variant}" has no schema yet: the graph has no subgraph.`,
      'List subgraphs in the configuration.',
    );
  return sdl;
}
