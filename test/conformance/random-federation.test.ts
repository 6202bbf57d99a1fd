import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printPlan } from '../../gateway/compile/print-plan.ts';
import { type GraphUnderTest, putUnderTest } from './differential.ts';
import { printSubgraph } from './federated-graph.ts';
import type { Faults } from './graph-data.ts';
import { type FailingCase, minimise } from './minimise.ts';
import { createApolloPlanner } from './apollo-planner.ts';
import { plannerFault } from './planner-faults.ts';
import { randomGraph } from './random-graph.ts';
import { randomOperation } from './random-operation.ts';
import { randomFrom } from './random-source.ts';

/** Operations of both tests together; `CONFORMANCE_SEED` starts elsewhere. */
const RUNS = Number(process.env['CONFORMANCE_RUNS'] ?? 1500);
const SEED = Number(process.env['CONFORMANCE_SEED'] ?? 1);
/** Counts what Apollo's planner gets wrong of the same operations, instead of testing ours. */
const COMPARED = process.env['CONFORMANCE_PLANNER'] === 'apollo' ? createApolloPlanner : undefined;
const OPERATIONS_PER_GRAPH = 25;
const FAULT_RATE = 0.04;
const MINIMISE_MS = 30_000;
const TIMEOUT_MS = 60_000 + RUNS * 200 + MINIMISE_MS;

describe('random federated graphs: the gateway answers like one schema with all the data', () => {
  it('data, errors and the effects of mutations', () => compareAll(SEED, Math.ceil(RUNS * 0.7)), TIMEOUT_MS);

  it(
    'where resolvers fail: nulls and errors in the same places',
    () => compareAll(SEED + 500_000, Math.ceil(RUNS * 0.3), FAULT_RATE),
    TIMEOUT_MS,
  );
});

async function compareAll(firstSeed: number, operations: number, faultRate?: number): Promise<void> {
  const counts = { graphs: 0, operations: 0, requests: 0, known: {} as Record<string, number> };
  for (let seed = firstSeed; counts.operations < operations; seed++) {
    const test = putUnderTest(randomGraph(seed), COMPARED);
    if (!test) continue;
    counts.graphs += 1;
    for (let number = 0; number < OPERATIONS_PER_GRAPH && counts.operations < operations; number++) {
      const operationSeed = seed * 1000 + number;
      const operation = randomOperation(test.schema, randomFrom(operationSeed));
      const faults = faultRate === undefined ? undefined : { seed: operationSeed, rate: faultRate };
      const outcome = await test.run(operation, faults);
      counts.operations += 1;
      counts.requests += outcome.requests;
      if (!outcome.mismatch) continue;
      const known = COMPARED && plannerFault(outcome, operation.document, test.graph);
      if (known === undefined)
        expect.fail(await report({ test, operation, faults }, `seed ${seed}, operation ${number}`));
      counts.known[known] = (counts.known[known] ?? 0) + 1;
    }
  }
  console.log(
    `from seed ${firstSeed}${faultRate === undefined ? '' : ', with faults'}: ${JSON.stringify(counts)}`,
  );
  expect(counts.requests).toBeGreaterThan(counts.operations / 2);
}

/** The smallest case that still fails, as people can read it. */
async function report(
  failing: FailingCase & { test: GraphUnderTest; faults: Faults | undefined },
  where: string,
): Promise<string> {
  const { mismatch } = await failing.test.run(failing.operation, failing.faults);
  const small = mismatch ? await minimise(failing, mismatch.kind, MINIMISE_MS) : failing;
  const { plan, ours, expected, mismatch: left } = await small.test.run(small.operation, small.faults);
  return [
    `${where}: ${left?.kind}: ${left?.detail}`,
    ...small.test.graph.subgraphs.map(
      (subgraph) => `# subgraph ${subgraph.name}\n${printSubgraph(subgraph)}`,
    ),
    print(small.operation.document),
    `variables ${JSON.stringify(small.operation.variables)}`,
    ...(small.faults ? [`faults ${JSON.stringify(small.faults)}`] : []),
    plan ? printPlan(plan) : 'no plan',
    `answer   ${JSON.stringify(ours)}`,
    `expected ${JSON.stringify(expected)}`,
  ].join('\n');
}
