// many graphs; does not stop at the first mismatch
import { printPlan } from '../../gateway/compile/print-plan.ts';
import { print } from 'graphql';
import { createPlanValidator } from '../../gateway/planner/validate-plan.ts';
import { putUnderTest } from '../../test/conformance/differential.ts';
import { randomGraph } from '../../test/conformance/random-graph.ts';
import { labelsOf, printSubgraph } from '../../test/conformance/federated-graph.ts';
import { minimise } from '../../test/conformance/minimise.ts';
import { randomOperation } from '../../test/conformance/random-operation.ts';
import { randomFrom } from '../../test/conformance/random-source.ts';
const from = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 100),
  rate = Number(process.argv[4] ?? 0),
  show = Number(process.argv[5] ?? 5);
let graphs = 0,
  ops = 0,
  shown = 0;
const kinds = new Map<string, number>();
const note = (k: string) => kinds.set(k, (kinds.get(k) ?? 0) + 1);
for (let seed = from; seed < from + n; seed++) {
  const graph = randomGraph(seed);
  if (process.env['OLD'] && !graph.joinV01) continue;
  const labels = labelsOf(graph);
  const states = labels.size ? [new Set<string>(), labels] : [labels];
  let tests;
  try {
    tests = states.map((l) => putUnderTest(graph, undefined, l));
  } catch (e) {
    note('BUILD ' + (e as Error).message);
    console.log(seed, (e as Error).stack);
    continue;
  }
  if (tests.some((t) => !t)) continue;
  graphs++;
  let bad = 0;
  for (let number = 0; number < 25; number++) {
    const test = tests[number % tests.length]!;
    const os = seed * 1000 + number;
    const operation = randomOperation(test.schema, randomFrom(os));
    const faults = rate ? { seed: os, rate } : undefined;
    const outcome = await test.run(operation, faults);
    ops++;
    let what = outcome.mismatch && `${outcome.mismatch.kind}: ${outcome.mismatch.detail}`;
    if (!what && outcome.plan) {
      const p = createPlanValidator(test.supergraphSdl, { overrideLabels: test.labels })(outcome.plan);
      if (p.length) what = 'VALIDATOR ' + p.join('; ');
    }
    if (!what) continue;
    note(what.slice(0, 25));
    if (bad++ || shown >= show) {
      console.log(`seed ${seed} op ${number} ${what.slice(0, 160)}`);
      continue;
    }
    shown++;
    const small = outcome.mismatch
      ? await minimise({ test, operation, faults }, outcome.mismatch.kind, 20000)
      : { test, operation, faults };
    const o = await small.test.run(small.operation, small.faults);
    console.log(
      `=== seed ${seed} op ${number}\n${o.mismatch ? o.mismatch.kind + ': ' + o.mismatch.detail.slice(0, 600) : what}`,
    );
    for (const s of small.test.graph.subgraphs)
      console.log(
        `# ${s.name} ${s.federation1 ? 'FED1' : ''}\n${printSubgraph(s).replace(/^extend schema.*\n/, '')}`,
      );
    console.log(print(small.operation.document), JSON.stringify(small.operation.variables), [
      ...small.test.labels,
    ]);
    console.log(o.plan ? printPlan(o.plan) : 'no plan');
    console.log('answer  ', JSON.stringify(o.ours), '\nexpected', JSON.stringify(o.expected));
  }
}
console.log({ graphs, ops }, kinds);
