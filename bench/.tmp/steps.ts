import { searchSteps } from '../../test/planner/planned.ts';
import * as f from '../../test/planner/families.ts';
for (const fam of [
  f.sharedEverything(30, 20, 5),
  f.scatteredFields(30, 60, 0),
  f.scatteredFields(30, 60, 1),
  f.scatteredFields(30, 60, 3),
])
  console.log(fam.name, searchSteps(fam.supergraphSdl, fam.operation).steps);
