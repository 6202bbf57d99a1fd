import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printPlan } from '../../gateway/compile/print-plan.ts';
import { assemble, type Assembled } from '../execute/assemble.ts';
import { requestContext } from '../execute/subgraph-server.ts';
import { type GraphUnderTest, putUnderTest } from './differential.ts';
import { printSubgraph } from './federated-graph.ts';
import type { Faults } from './graph-data.ts';
import { isSubscription } from './judge.ts';
import { differenceInParts } from './parts-difference.ts';
import { randomGraph } from './random-graph.ts';
import { type RandomOperation, randomOperation } from './random-operation.ts';
import { labelStates } from './random-run.ts';
import { type Random, randomFrom } from './random-source.ts';
import { sprinkled } from './sprinkle.ts';

/** Operations of both tests together; `INCREMENTAL_SEED` starts elsewhere. */
const RUNS = Number(process.env['INCREMENTAL_RUNS'] ?? 300);
const SEED = Number(process.env['INCREMENTAL_SEED'] ?? 40_000);
const OPERATIONS_PER_GRAPH = 25;
const FAULT_RATE = 0.04;
const TIMEOUT_MS = 60_000 + RUNS * 200;

describe('an answer in parts, put together, is the answer in one piece', () => {
  it(
    'for random operations with @defer and @stream at random places',
    () => compareAll(SEED, Math.ceil(RUNS * 0.7)),
    TIMEOUT_MS,
  );

  it(
    'also where resolvers fail, save that a failure stays in its part',
    () => compareAll(SEED + 500_000, Math.ceil(RUNS * 0.3), FAULT_RATE),
    TIMEOUT_MS,
  );
});

async function compareAll(firstSeed: number, operations: number, faultRate?: number): Promise<void> {
  const counts = { graphs: 0, operations: 0, inParts: 0, parts: 0, laterSteps: 0, failed: 0 };
  for (let seed = firstSeed; counts.operations < operations; seed++) {
    const graph = randomGraph(seed);
    const states = labelStates(graph);
    const tests = states.flatMap((labels) => putUnderTest(graph, undefined, labels) ?? []);
    if (tests.length < states.length) continue;
    counts.graphs += 1;
    for (let number = 0; number < OPERATIONS_PER_GRAPH && counts.operations < operations; number++) {
      const test = tests[number % tests.length]!;
      const operationSeed = seed * 1000 + number;
      const random = randomFrom(operationSeed);
      const operation = sprinkled(test.schema, randomOperation(test.schema, random), random);
      // Events come in one piece.
      if (!operation || isSubscription(operation)) continue;
      counts.operations += 1;
      const faults = faultRate === undefined ? undefined : { seed: operationSeed, rate: faultRate };
      const { document, operationName, variables } = operation;
      const { plan, findings } = test.snapshot.inspect(document, operationName, variables);
      // A snapshot's own validator knows of no labels.
      const [finding] = test.labels.size === 0 ? findings() : [];
      for (const repeats of [false, true]) {
        const outcome = await answered(test, operation, repeats, faults, turnsFrom(random));
        const problem: string | undefined = outcome.problem ?? finding;
        if (problem !== undefined)
          expect.fail(
            report(
              test,
              operation,
              outcome,
              problem,
              `seed ${seed}, operation ${number}, repeats ${repeats}`,
            ),
          );
        const { payloads = [], failed = [] } = outcome.assembled ?? {};
        if (payloads.length > 0) counts.inParts += 1;
        counts.parts += payloads.reduce((sum, { completed = [] }) => sum + completed.length, 0);
        counts.failed += failed.length;
        if (JSON.stringify(plan).includes('"deliveries"')) counts.laterSteps += 1;
      }
    }
  }
  console.log(
    `from seed ${firstSeed}${faultRate === undefined ? '' : ', with faults'}: ${JSON.stringify(counts)}`,
  );
  expect(counts.inParts).toBeGreaterThan(counts.operations / 4);
  expect(counts.laterSteps).toBeGreaterThan(counts.operations / 4);
}

/** Requests are answered in any order, some of them many turns of the event loop later. */
function turnsFrom(random: Random): () => Promise<void> {
  return async () => {
    for (let turns = random.chance(0.5) ? 0 : random.below(12); turns > 0; turns--)
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
  };
}

interface Answered {
  readonly assembled?: Assembled;
  readonly expected?: unknown;
  readonly problem?: string;
}

async function answered(
  test: GraphUnderTest,
  { document, variables, operationName }: RandomOperation,
  repeats: boolean,
  faults: Faults | undefined,
  pause: () => Promise<void>,
): Promise<Answered> {
  const executable = test.snapshot.executable(document, operationName);
  const run = async () => {
    const whole = JSON.parse(JSON.stringify(await executable.run(variables, requestContext()))) as {
      data?: unknown;
      errors?: readonly { path?: readonly (string | number)[] }[];
    };
    try {
      const parts = await executable.incremental?.run(variables, requestContext(), { repeats });
      return { whole, assembled: parts && (await assemble(parts, repeats)) };
    } catch (error) {
      return { whole, broken: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  const { result, refusals, crashes } = await test.during(faults, run, pause);
  const { whole, assembled, broken } = result;
  const expected = { expected: whole, ...(assembled ? { assembled } : {}) };
  if (broken !== undefined) return { ...expected, problem: broken };
  if (crashes[0] !== undefined) return { ...expected, problem: `crash: ${crashes[0]}` };
  if (refusals[0] !== undefined) return { ...expected, problem: `refused: ${refusals[0]}` };
  if (!assembled) return expected;
  const difference = differenceInParts(assembled, whole, faults !== undefined);
  return difference === undefined ? expected : { ...expected, problem: difference };
}

function report(
  test: GraphUnderTest,
  operation: RandomOperation,
  { assembled, expected }: Answered,
  problem: string,
  where: string,
): string {
  const executable = test.snapshot.executable(operation.document, operation.operationName);
  const plan = executable.incremental?.plan(operation.variables);
  return [
    `${where}: ${problem}`,
    ...test.graph.subgraphs.map((subgraph) => `# subgraph ${subgraph.name}\n${printSubgraph(subgraph)}`),
    print(operation.document),
    `variables ${JSON.stringify(operation.variables)}`,
    plan ? printPlan(plan) : 'no plan',
    ...(assembled?.payloads.map((payload) => JSON.stringify(payload)) ?? []),
    `answer   ${JSON.stringify({ data: assembled?.data, errors: assembled?.errors })}`,
    `expected ${JSON.stringify(expected)}`,
  ].join('\n');
}
