// Runs random operations on the plans of one planner, in a process of its own: a native planner may abort it. One line of JSON per operation.
import { writeSync } from 'node:fs';
import { COMPARED_PLANNERS, type ComparedOutcome } from '../planning/compared-planners.ts';
import { figuresOf } from '../planning/plan-figures.ts';
import type { Plan } from '../../gateway/compile/plan.ts';
import { createPlanValidator } from '../../gateway/planner/validate-plan.ts';
import { type GraphUnderTest, putUnderTest } from '../../test/conformance/differential.ts';
import { labelsOf } from '../../test/conformance/federated-graph.ts';
import { randomGraph } from '../../test/conformance/random-graph.ts';
import { randomOperation } from '../../test/conformance/random-operation.ts';
import { randomFrom } from '../../test/conformance/random-source.ts';

const [plannerName, firstSeed, graphs, perGraph, done] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const { load } = COMPARED_PLANNERS.find(({ name }) => name === plannerName)!;
const planner = await load();

/** Synchronously: what was told must not be lost when the process aborts. */
function tell(line: { readonly id: string } & Partial<ComparedOutcome>): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

/** What the plan asks of a subgraph that it must not; where the data had nothing there, the answer was right all the same. */
function brokenRule({ supergraphSdl, labels }: GraphUnderTest, plan: Plan): string | undefined {
  return createPlanValidator(supergraphSdl, { overrideLabels: labels })(plan).find((problem) =>
    /does not resolve|without what it requires|have no key/.test(problem),
  );
}

let skipped = Number(done);
for (let seed = Number(firstSeed); seed < Number(firstSeed) + Number(graphs); seed++) {
  if (skipped >= Number(perGraph)) {
    skipped -= Number(perGraph);
    continue;
  }
  const graph = randomGraph(seed);
  const labels = labelsOf(graph);
  // Every planner is asked about the same graphs: those that compose.
  const composes = putUnderTest(graph);
  const states = labels.size === 0 ? [labels] : [new Set<string>(), labels];
  let tests: readonly (GraphUnderTest | undefined)[] | undefined;
  for (let number = 0; number < Number(perGraph); number++) {
    const id = `${seed}/${number}`;
    if (skipped > 0) {
      skipped -= 1;
      continue;
    }
    if (!composes) {
      tell({ id, outcome: 'no graph' });
      continue;
    }
    tell({ id });
    try {
      tests ??= states.map((state) => putUnderTest(graph, planner.create, state));
    } catch (error) {
      tell({ id, outcome: 'refused', detail: String(error).slice(0, 200) });
      continue;
    }
    const test = tests[number % tests.length]!;
    const operation = randomOperation(test.schema, randomFrom(seed * 1000 + number));
    const { mismatch, plan, requests } = await test.run(operation);
    const isRefused = mismatch?.kind === 'not plannable' || mismatch?.kind === 'planner threw';
    const figures = plan && figuresOf(plan);
    const broken = plan && !mismatch ? brokenRule(test, plan) : undefined;
    const detail = mismatch ? `${mismatch.kind}: ${mismatch.detail}` : broken;
    tell({
      id,
      outcome: mismatch ? (isRefused ? 'refused' : 'wrong') : broken === undefined ? 'right' : 'lucky',
      ...(detail === undefined ? {} : { detail: detail.slice(0, 200) }),
      ...(figures ? { ...figures, fetches: planner.fetches?.() ?? figures.fetches, requests } : {}),
    });
  }
}
