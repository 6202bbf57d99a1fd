import type { CheckedSupergraph, SupergraphSource } from './check-supergraph.ts';
import type { Composition, SubgraphSource } from './compose.ts';

/** Proves that schemas can be served. That takes seconds for large graphs; who makes the composer decides where it is done. */
export interface Composer {
  /** Plain data in and out. Rejects with the signal's reason, or if composition itself fails. */
  compose(subgraphs: readonly SubgraphSource[], signal?: AbortSignal): Promise<Composition>;
  /** Whether a supergraph that was composed elsewhere can be served. Rejects like `compose`. */
  check(supergraph: SupergraphSource, signal?: AbortSignal): Promise<CheckedSupergraph>;
}

/** In this thread, which does nothing else meanwhile. The packages are loaded when they are needed. */
export const composeHere: Composer = {
  async compose(subgraphs) {
    const { composeSupergraph } = await import('./compose.ts');
    return composeSupergraph(subgraphs);
  },
  async check(supergraph) {
    const { checkSupergraph } = await import('./check-supergraph.ts');
    return checkSupergraph(supergraph);
  },
};
