import { getOperationAST, print } from 'graphql';
import { expect, it } from 'vitest';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import { printPlan } from '../../gateway/compile/print-plan.ts';
import { createFederationPlanner } from '../../gateway/planner/planner.ts';
import { createPlanValidator, type ValidatePlan } from '../../gateway/planner/validate-plan.ts';
import { type GraphUnderTest, type Outcome, putUnderTest } from '../conformance/differential.ts';
import { printSubgraph } from '../conformance/federated-graph.ts';
import type { Faults } from '../conformance/graph-data.ts';
import { type FailingCase, minimise } from '../conformance/minimise.ts';
import { randomGraph } from '../conformance/random-graph.ts';
import { randomOperation } from '../conformance/random-operation.ts';
import { randomFrom } from '../conformance/random-source.ts';

/** Operations of both tests together; `PLANNER_SEED` starts elsewhere. */
const RUNS = Number(process.env['PLANNER_RUNS'] ?? 500);
const SEED = Number(process.env['PLANNER_SEED'] ?? 20_000);
const OPERATIONS_PER_GRAPH = 25;
const FAULT_RATE = 0.04;
const MINIMISE_MS = 20_000;
const TIMEOUT_MS = 60_000 + RUNS * 200 + MINIMISE_MS;

it(
  'random operations on random graphs are answered like by one schema with all the data, and no plan breaks a rule',
  () => compareAll(SEED, Math.ceil(RUNS * 0.7)),
  TIMEOUT_MS,
);

it(
  'the same where resolvers fail',
  () => compareAll(SEED + 500_000, Math.ceil(RUNS * 0.3), FAULT_RATE),
  TIMEOUT_MS,
);

async function compareAll(firstSeed: number, operations: number, faultRate?: number): Promise<void> {
  let done = 0;
  for (let seed = firstSeed; done < operations; seed++) {
    const graph = randomGraph(seed);
    const validators: ValidatePlan[] = [];
    const test = putUnderTest(graph, (supergraphSdl) => {
      validators.push(createPlanValidator(supergraphSdl));
      return createFederationPlanner(supergraphSdl);
    });
    if (!test) continue;
    for (let number = 0; number < OPERATIONS_PER_GRAPH && done < operations; number++, done++) {
      const operationSeed = seed * 1000 + number;
      const operation = randomOperation(test.schema, randomFrom(operationSeed));
      const faults = faultRate === undefined ? undefined : { seed: operationSeed, rate: faultRate };
      const { mismatch, plan }: Outcome = await test.run(operation, faults);
      const where = `seed ${seed}, operation ${number}`;
      if (mismatch) expect.fail(await report({ test, operation, faults }, where));
      if (!plan) continue;
      const asked = getOperationAST(operation.document, operation.operationName);
      if (!asked) expect.fail(`${where}: no operation`);
      const canonical = canonicalize(test.schema, asked, operation.document);
      const problems: string[] = validators.flatMap((validate) => validate(plan, canonical));
      if (problems.length > 0)
        expect.fail(`${where}: ${problems.join('\n')}\n${print(operation.document)}\n${printPlan(plan)}`);
    }
  }
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
    plan ? printPlan(plan) : 'no plan',
    `answer   ${JSON.stringify(ours)}`,
    `expected ${JSON.stringify(expected)}`,
  ].join('\n');
}
