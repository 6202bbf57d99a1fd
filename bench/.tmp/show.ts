import { print } from 'graphql';
import { printPlan } from '../../gateway/compile/print-plan.ts';
import { COMPARED_PLANNERS } from '../planning/compared-planners.ts';
import { putUnderTest } from '../../test/conformance/differential.ts';
import { labelsOf, printSubgraph } from '../../test/conformance/federated-graph.ts';
import { randomGraph } from '../../test/conformance/random-graph.ts';
import { randomOperation } from '../../test/conformance/random-operation.ts';
import { randomFrom } from '../../test/conformance/random-source.ts';
const [id, other = 'apollo', sdl] = process.argv.slice(2);
const [seed, number] = id!.split('/').map(Number) as [number, number];
const graph = randomGraph(seed);
const labels = labelsOf(graph);
const states = labels.size ? [new Set<string>(), labels] : [labels];
const l = states[number % states.length]!;
if (sdl)
  for (const s of graph.subgraphs)
    console.log(`# ${s.name}\n${printSubgraph(s).replace(/^extend schema.*\n/, '')}`);
let first = true;
for (const p of COMPARED_PLANNERS.filter(
  (p) => p.name === 'Sluice' || p.name.toLowerCase().includes(other),
)) {
  const { create } = await p.load();
  const test = putUnderTest(graph, create, l)!;
  const op = randomOperation(test.schema, randomFrom(seed * 1000 + number));
  if (first) console.log(print(op.document), JSON.stringify(op.variables));
  first = false;
  const o = await test.run(op);
  console.log(
    '#####',
    p.name,
    o.requests,
    o.mismatch,
    '\n' + (o.plan ? printPlan(o.plan).replace(/\n\s+(?=[^\n]*[{}a-z_])/g, (m) => m) : 'no plan'),
  );
}
