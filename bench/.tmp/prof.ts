import { buildASTSchema, getOperationAST, parse } from 'graphql';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import { createFederationPlanner } from '../../gateway/planner/planner.ts';
import * as f from '../../test/planner/families.ts';
const fam = (
  {
    shared: f.sharedEverything(30, 20, 5),
    scattered: f.scatteredFields(30, 60, 3),
    conditions: f.manyConditions(500),
    chain: f.keyChain(60),
    impl: f.manyImplementations(100, 4),
  } as Record<string, f.Family>
)[process.argv[2]!]!;
const schema = buildASTSchema(parse(fam.supergraphSdl), { assumeValidSDL: true });
const planner = createFederationPlanner(fam.supergraphSdl);
const document = parse(fam.operation);
const c = canonicalize(schema, getOperationAST(document)!, document);
const n = Number(process.argv[3] ?? 100);
for (let k = 0; k < n; k++) planner.plan(c.operation, c.document);
