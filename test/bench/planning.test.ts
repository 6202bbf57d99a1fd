import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { PLANNING_CASES } from '../../bench/planning/cases.ts';
import { PLANNERS } from '../../bench/planning/planners.ts';
import { loadSupergraph } from '../../gateway/supergraph/load-supergraph.ts';

const OURS = PLANNERS.filter(({ isSluice }) => isSluice);

test.for(PLANNING_CASES)('$name: documents differ, and are valid', ({ supergraphSdl, operation }) => {
  const documents = [1, 2, 3].map(operation);
  const { schema } = loadSupergraph(supergraphSdl());
  expect(new Set(documents).size).toBe(3);
  expect(documents.flatMap((document) => validate(schema, parse(document)))).toEqual([]);
});

test.for(PLANNING_CASES)(
  '$name: every planner of ours has a plan of the same size for each document',
  async (each) => {
    for (const { load } of OURS) {
      const planner = (await load())(each.supergraphSdl());
      const [one, two] = [1, 2].map((n) => planner.shape(planner.plan(planner.parse(each.operation(n)))));
      expect(one!.fetches).toBeGreaterThan(4);
      expect(two).toEqual(one);
    }
  },
);
