import { cannedSupergraph } from '../canned/supergraph.ts';
import { HEAVY_QUERY } from '../canned/operations.ts';
import { tenSubgraphs, tenSubgraphsOperation } from './ten-subgraphs.ts';

/** A graph, and as many documents as are wanted that differ in a literal: no cache of plans helps. */
export interface PlanningCase {
  readonly name: string;
  readonly title: string;
  readonly supergraphSdl: () => string;
  readonly operation: (number: number) => string;
}

export const PLANNING_CASES: readonly PlanningCase[] = [
  {
    name: 'heavy',
    title: 'the query of the public gateways benchmark, 4 subgraphs',
    supergraphSdl: () => cannedSupergraph((name) => `http://127.0.0.1/${name}`),
    operation: (number) => HEAVY_QUERY.replace('topProducts {', `topProducts(first: ${number}) {`),
  },
  {
    name: 'ten',
    title: '10 subgraphs, four entity levels deep, with `@requires`, two keys, a union and an interface',
    supergraphSdl: tenSubgraphs,
    operation: tenSubgraphsOperation,
  },
];
