import { describe, expect, it } from 'vitest';
import { createApolloPlanner } from './apollo-planner.ts';
import { plannerFault } from './planner-faults.ts';
import { type RandomRun, runRandom } from './random-run.ts';

/** Operations of both tests together; `CONFORMANCE_SEED` starts elsewhere. */
const RUNS = Number(process.env['CONFORMANCE_RUNS'] ?? 1500);
const SEED = Number(process.env['CONFORMANCE_SEED'] ?? 1);
/** A file for the count of constructs. */
const REPORT = process.env['CONFORMANCE_REPORT'];
/** Counts what Apollo's planner gets wrong of the same operations, instead of testing ours. */
const COMPARED: Pick<RandomRun, 'planner' | 'explain'> =
  process.env['CONFORMANCE_PLANNER'] === 'apollo'
    ? {
        planner: createApolloPlanner,
        explain: (outcome, { document }, graph) => plannerFault(outcome, document, graph) ?? 'not told apart',
      }
    : {};
const FAULT_RATE = 0.04;
const TIMEOUT_MS = 90_000 + RUNS * 200;

describe('random federated graphs: the gateway answers like one schema with all the data', () => {
  it(
    'data, errors and the effects of mutations, and no plan breaks a rule',
    () =>
      compareAll({
        firstSeed: SEED,
        operations: Math.ceil(RUNS * 0.7),
        reportFile: REPORT,
        ...COMPARED,
      }),
    TIMEOUT_MS,
  );

  it(
    'where resolvers fail: nulls and errors in the same places',
    () =>
      compareAll({
        firstSeed: SEED + 500_000,
        operations: Math.ceil(RUNS * 0.3),
        faultRate: FAULT_RATE,
        ...COMPARED,
      }),
    TIMEOUT_MS,
  );
});

async function compareAll(run: RandomRun): Promise<void> {
  const counts = await runRandom(run);
  console.log(
    `from seed ${run.firstSeed}${run.faultRate === undefined ? '' : ', with faults'}: ${JSON.stringify(counts)}`,
  );
  expect(counts.requests).toBeGreaterThan(counts.operations / 2);
}
