import { buildASTSchema, getOperationAST, parse } from 'graphql';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import { createFederationPlanner } from '../../gateway/planner/planner.ts';
import * as f from '../../test/planner/families.ts';
import { fetchSteps } from '../../gateway/compile/plan.ts';
const fams = [
  f.sharedEverything(30, 20, 5),
  f.scatteredFields(6, 60, 3),
  f.scatteredFields(30, 60, 3),
  f.manyImplementations(100, 1),
  f.manyImplementations(100, 4),
  f.keyChain(60),
  f.requirementChain(30),
  f.deepNesting(200),
  f.manyFields(500),
  f.manyConditions(500),
  f.fragmentBomb(40),
];
const only = process.argv[2];
for (const [i, fam] of fams.entries()) {
  if (only !== undefined && String(i) !== only) continue;
  const schema = buildASTSchema(parse(fam.supergraphSdl), { assumeValidSDL: true });
  const planner = createFederationPlanner(fam.supergraphSdl);
  const document = parse(fam.operation);
  const c = canonicalize(schema, getOperationAST(document)!, document);
  const times: number[] = [];
  let n = 0;
  for (let k = 0; k < 12; k++) {
    const t = process.threadCpuUsage();
    const p = planner.plan(c.operation, c.document);
    const d = process.threadCpuUsage(t);
    times.push((d.user + d.system) / 1000);
    n = fetchSteps(p.root).length;
  }
  console.log(
    fam.name.padEnd(50),
    n,
    'first',
    times[0]!.toFixed(1),
    'then',
    times
      .slice(1)
      .sort((a, b) => a - b)
      .map((t) => t.toFixed(1))
      .join(' '),
  );
}
