import { expect, it } from 'vitest';
import { runRandom } from '../conformance/random-run.ts';

/** Operations of both tests together; `PLANNER_SEED` starts elsewhere. */
const RUNS = Number(process.env['PLANNER_RUNS'] ?? 500);
const SEED = Number(process.env['PLANNER_SEED'] ?? 20_000);
/** A file for the count of constructs. */
const REPORT = process.env['PLANNER_REPORT'];
const OPERATIONS_PER_GRAPH = 20;
const FAULT_RATE = 0.04;
const TIMEOUT_MS = 90_000 + RUNS * 200;

it(
  'random operations on random graphs are answered like by one schema with all the data, and no plan breaks a rule',
  () => plan(SEED, Math.ceil(RUNS * 0.7)),
  TIMEOUT_MS,
);

it(
  'the same where resolvers fail',
  () => plan(SEED + 500_000, Math.ceil(RUNS * 0.3), FAULT_RATE),
  TIMEOUT_MS,
);

async function plan(firstSeed: number, operations: number, faultRate?: number): Promise<void> {
  const counts = await runRandom({
    firstSeed,
    operations,
    operationsPerGraph: OPERATIONS_PER_GRAPH,
    ...(faultRate === undefined ? { reportFile: REPORT } : { faultRate }),
  });
  console.log(
    `from seed ${firstSeed}${faultRate === undefined ? '' : ', with faults'}: ${JSON.stringify(counts)}`,
  );
  expect(counts.graphs).toBeGreaterThanOrEqual(operations / OPERATIONS_PER_GRAPH);
}
