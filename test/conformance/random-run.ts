import { writeFileSync } from 'node:fs';
import { getOperationAST, print } from 'graphql';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import { printPlan } from '../../gateway/compile/print-plan.ts';
import { createPlanValidator } from '../../gateway/planner/validate-plan.ts';
import { ConstructCounter, constructTables } from './constructs.ts';
import { type GraphUnderTest, type MakePlanner, type Outcome, putUnderTest } from './differential.ts';
import { type FederatedGraph, labelsOf, printSubgraph } from './federated-graph.ts';
import type { Faults } from './graph-data.ts';
import { type FailingCase, minimise } from './minimise.ts';
import { randomGraph } from './random-graph.ts';
import { randomOperation, type RandomOperation } from './random-operation.ts';
import { randomFrom } from './random-source.ts';

const OPERATIONS_PER_GRAPH = 25;
const MINIMISE_MS = 30_000;
/** From so many operations on the count of constructs is printed. */
const LONG_RUN = 5000;

export interface RandomRun {
  /** Seeds are counted up from here; those whose graph does not compose are left out. */
  readonly firstSeed: number;
  readonly operations: number;
  readonly operationsPerGraph?: number;
  /** Share of fields whose resolver fails. */
  readonly faultRate?: number;
  /** Instead of the gateway's own; then a mismatch may be known. */
  readonly planner?: MakePlanner;
  readonly explain?: (
    outcome: Outcome,
    operation: RandomOperation,
    graph: FederatedGraph,
  ) => string | undefined;
  /** The count of constructs is written there: JSON or, by any other ending than `.json`, Markdown. */
  readonly reportFile?: string | undefined;
}

export interface RunCounts {
  graphs: number;
  operations: number;
  requests: number;
  /** Mismatches that `explain` knew, by its name for them. */
  readonly known: Record<string, number>;
}

/**
 * Random operations on random graphs, until one is wrong: its answer, or (of our own planner) its plan.
 * @throws Error that shows the smallest case
 */
export async function runRandom(run: RandomRun): Promise<RunCounts> {
  const counts: RunCounts = { graphs: 0, operations: 0, requests: 0, known: {} };
  const constructs = new ConstructCounter();
  const perGraph = run.operationsPerGraph ?? OPERATIONS_PER_GRAPH;
  for (let seed = run.firstSeed; counts.operations < run.operations; seed++) {
    const graph = randomGraph(seed);
    const states = labelStates(graph);
    const tests = states.flatMap((labels) => putUnderTest(graph, run.planner, labels) ?? []);
    if (tests.length < states.length) continue;
    counts.graphs += 1;
    constructs.addGraph(graph, tests[0]?.supergraphSdl ?? '');
    const validators = tests.map(({ supergraphSdl, labels }) =>
      createPlanValidator(supergraphSdl, { overrideLabels: labels }),
    );
    for (let number = 0; number < perGraph && counts.operations < run.operations; number++) {
      const test = tests[number % tests.length]!;
      const operationSeed = seed * 1000 + number;
      const operation = randomOperation(test.schema, randomFrom(operationSeed));
      const faults = run.faultRate === undefined ? undefined : { seed: operationSeed, rate: run.faultRate };
      const outcome = await test.run(operation, faults);
      counts.operations += 1;
      counts.requests += outcome.requests;
      constructs.addOperation(operation.document, operation.operationName, outcome.plan);
      const where = `seed ${seed}, operation ${number}`;
      if (outcome.mismatch) {
        const known = run.explain?.(outcome, operation, graph);
        if (known === undefined) throw new Error(await report({ test, operation, faults }, where));
        counts.known[known] = (counts.known[known] ?? 0) + 1;
      } else if (outcome.plan && !run.planner) {
        const asked = getOperationAST(operation.document, operation.operationName)!;
        const canonical = canonicalize(test.schema, asked, operation.document);
        const problems = validators[number % tests.length]!(outcome.plan, canonical);
        if (problems.length > 0)
          throw new Error(
            `${where}: ${problems.join('\n')}\n${print(operation.document)}\n${printPlan(outcome.plan)}`,
          );
      }
    }
  }
  tellConstructs(constructs, run);
  return counts;
}

function tellConstructs(constructs: ConstructCounter, { operations, reportFile }: RandomRun): void {
  const tables = constructTables(constructs);
  if (operations >= LONG_RUN) console.log(tables);
  if (reportFile === undefined) return;
  const { graphs, operations: inOperations } = constructs;
  const asJson = { graphs: Object.fromEntries(graphs), operations: Object.fromEntries(inOperations) };
  writeFileSync(reportFile, reportFile.endsWith('.json') ? JSON.stringify(asJson, undefined, 2) : tables);
}

/** No label applies, all do; of a graph without labels just once. */
export function labelStates(graph: FederatedGraph): readonly ReadonlySet<string>[] {
  const labels = labelsOf(graph);
  return labels.size === 0 ? [labels] : [new Set(), labels];
}

/** The smallest case that still fails, as people can read it. */
async function report(
  failing: FailingCase & { test: GraphUnderTest; faults: Faults | undefined },
  where: string,
): Promise<string> {
  const { mismatch } = await failing.test.run(failing.operation, failing.faults);
  const small = mismatch ? await minimise(failing, mismatch.kind, MINIMISE_MS) : failing;
  const { plan, ours, expected, mismatch: left } = await small.test.run(small.operation, small.faults);
  const { labels } = small.test;
  return [
    `${where}: ${left?.kind}: ${left?.detail}`,
    ...small.test.graph.subgraphs.map(
      (subgraph) => `# subgraph ${subgraph.name}\n${printSubgraph(subgraph)}`,
    ),
    print(small.operation.document),
    `variables ${JSON.stringify(small.operation.variables)}`,
    ...(labels.size > 0 ? [`labels ${[...labels].join(', ')}`] : []),
    ...(small.faults ? [`faults ${JSON.stringify(small.faults)}`] : []),
    plan ? printPlan(plan) : 'no plan',
    `answer   ${JSON.stringify(ours)}`,
    `expected ${JSON.stringify(expected)}`,
  ].join('\n');
}
