// Times our planner on one family of bench/planning/growth-families.ts, in a process of its own: the first plan counts.
import { buildASTSchema, getOperationAST, parse } from 'graphql';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import { createFederationPlanner } from '../../gateway/planner/planner.ts';
import { GROWTH_FAMILIES, type GrowthTimes } from '../planning/growth-families.ts';

const { sizes, make } = GROWTH_FAMILIES[Number(process.argv[2])]!;
const WARM_UPS = 10;
const SAMPLES = 30;

function plannerOf(size: number): () => unknown {
  const { supergraphSdl, operation } = make(size);
  const schema = buildASTSchema(parse(supergraphSdl), { assumeValidSDL: true });
  const planner = createFederationPlanner(supergraphSdl);
  const document = parse(operation);
  const canonical = canonicalize(schema, getOperationAST(document)!, document);
  return () => planner.plan(canonical.operation, canonical.document);
}

/** Of this thread: what else the machine does, does not count. In steps of milliseconds. */
function cpuMsOf(work: () => void): number {
  const from = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1000;
}

const firstMs = cpuMsOf(plannerOf(sizes[2]));
const cpuMs = sizes.map((size) => {
  const plan = plannerOf(size);
  for (let count = 0; count < WARM_UPS; count++) plan();
  return (
    cpuMsOf(() => {
      for (let count = 0; count < SAMPLES; count++) plan();
    }) / SAMPLES
  );
});
const times: GrowthTimes = { firstMs, cpuMs };
console.log(JSON.stringify(times));
