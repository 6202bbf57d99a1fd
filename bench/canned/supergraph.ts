import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { CANNED_SUBGRAPHS } from './subgraphs.ts';

/** The canned subgraphs composed, at the addresses that `urlOf` tells by name. */
export function cannedSupergraph(urlOf: (name: string) => string): string {
  const composed = composeSupergraph(
    CANNED_SUBGRAPHS.map(({ name, sdl }) => ({ name, sdl, url: urlOf(name) })),
  );
  if ('problems' in composed) throw new Error(composed.problems.map(({ message }) => message).join('\n'));
  return composed.supergraphSdl;
}
