import { print } from 'graphql';
import { plannerFault } from '../../test/conformance/planner-faults.ts';
import { fetchSteps } from '../../gateway/compile/plan.ts';
import { printPlan } from '../../gateway/compile/print-plan.ts';
import { createApolloPlanner } from '../../test/conformance/apollo-planner.ts';
import { createFederationPlanner } from '../../gateway/planner/planner.ts';
import { createPlanValidator, type ValidatePlan } from '../../gateway/planner/validate-plan.ts';
import { putUnderTest } from '../../test/conformance/differential.ts';
import { printSubgraph } from '../../test/conformance/federated-graph.ts';
import { minimise } from '../../test/conformance/minimise.ts';
import { randomGraph } from '../../test/conformance/random-graph.ts';
import { randomOperation } from '../../test/conformance/random-operation.ts';
import { randomFrom } from '../../test/conformance/random-source.ts';
const [first, runs, rate, stop] = process.argv.slice(2).map(Number);
let ops = 0, taking = 0, graphs = 0, bad = 0; const kinds: Record<string, number> = {};
const start = performance.now();
for (let seed = first!; ops < runs!; seed++) {
  const graph = randomGraph(seed);
  if (!graph.subgraphs.some((s) => s.types.some((t) => t.contexts))) continue;
  const validators: ValidatePlan[] = [];
  let first1 = true;
  const test = putUnderTest(graph, (sdl) => { if (first1) validators.push(createPlanValidator(sdl)); first1 = false; if (process.env.APOLLO) { validators.length = 0; return createApolloPlanner(sdl); } return createFederationPlanner(sdl); });
  if (!test) continue;
  graphs++;
  for (let n = 0; n < 25; n++) {
    const oseed = seed * 1000 + n;
    const operation = randomOperation(test.schema, randomFrom(oseed));
    if (!/\by\d|q_y/.test(print(operation.document))) continue;
    const faults = rate ? { seed: oseed, rate } : undefined;
    const { mismatch, plan } = await test.run(operation, faults);
    ops++;
    if (fetchSteps(plan?.root).some((f) => f.node === 'entityFetch' && f.contextInputs)) taking++;
    const problems = plan ? validators.flatMap((v) => v(plan)) : [];
    if (!mismatch && problems.length === 0) continue;
    bad++; const k = (process.env.APOLLO && mismatch && plannerFault({ mismatch, plan } as never, operation.document, graph)) || (mismatch?.kind ?? 'invalid'); kinds[k] = (kinds[k] ?? 0) + 1;
    if (bad > (stop || 1) || (process.env.KIND && k !== process.env.KIND)) { if (process.env.KIND) bad--; continue; }
    console.log(`seed ${seed} op ${n}`, problems.slice(0, 3), mismatch?.detail.slice(0, 300));
    const failing = { test, operation, faults };
    const small = mismatch ? await minimise(failing as never, mismatch.kind, 20000) : failing;
    const out = await small.test.run(small.operation, small.faults);
    console.log(small.test.graph.subgraphs.map((s) => `# ${s.name}\n${printSubgraph(s)}`).join('\n'), print(small.operation.document), JSON.stringify(small.operation.variables));
    console.log(out.mismatch?.kind, out.mismatch?.detail);
    if (out.plan) console.log(printPlan(out.plan));
    console.log('answer  ', JSON.stringify(out.ours)); console.log('expected', JSON.stringify(out.expected));
  }
}
console.log({ graphs, ops, taking, bad, kinds, seconds: (performance.now() - start) / 1000 });
