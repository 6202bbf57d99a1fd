import type { MakePlanner } from '../../test/conformance/differential.ts';
import { isHiveInstalled } from './hive-planner.ts';
import { type ForeignNode, shapeOfForeign } from './shape.ts';

export interface ComparedPlanner {
  readonly name: string;
  readonly isInstalled: () => boolean;
  readonly load: () => Promise<LoadedPlanner>;
}

export interface LoadedPlanner {
  readonly create: MakePlanner;
  /** Fetches of the newest plan, where translation changes their number. */
  readonly fetches?: () => number;
}

/** How an operation went on the plan of one planner, and what the plan asks for. */
export interface ComparedOutcome {
  /** `lucky`: right, although the plan asks a subgraph for what it must not be asked; the data had nothing there. */
  readonly outcome: 'right' | 'lucky' | 'wrong' | 'refused' | 'aborted' | 'no graph';
  readonly detail: string;
  readonly fetches: number;
  readonly requests: number;
  readonly depth: number;
}

export const COMPARED_PLANNERS: readonly ComparedPlanner[] = [
  {
    name: 'Sluice',
    isInstalled: () => true,
    load: async () => ({ create: (await import('../../test/conformance/differential.ts')).ownPlanner }),
  },
  {
    name: '@apollo/query-planner',
    isInstalled: () => true,
    load: async () => ({
      create: (await import('../../test/conformance/apollo-planner.ts')).createApolloPlanner,
    }),
  },
  {
    name: 'Hive router-query-planner (Rust)',
    isInstalled: isHiveInstalled,
    async load() {
      const { loadTranslatedHive } = await import('./hive-plan.ts');
      let newest: ForeignNode | undefined;
      const create = await loadTranslatedHive((node) => {
        newest = node;
      });
      return { create, fetches: () => shapeOfForeign(newest).fetches };
    },
  },
];
