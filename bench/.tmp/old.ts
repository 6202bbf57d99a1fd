import { putUnderTest } from '../../test/conformance/differential.ts';
import { randomGraph } from '../../test/conformance/random-graph.ts';
let n = 0,
  ok = 0,
  v = 0;
const from = Number(process.argv[2]);
for (let s = from; v < 12 && s < from + 600; s++) {
  const g = randomGraph(s);
  if (!g.joinV01) continue;
  n++;
  let t;
  try {
    t = putUnderTest(g);
  } catch (e) {
    console.log(s, (e as Error).message);
    continue;
  }
  if (!t) continue;
  ok++;
  if (t.supergraphSdl.includes('join/v0.1"')) {
    v++;
    if (v === 1) console.log(t.supergraphSdl.slice(900, 3500));
  }
}
console.log(n, ok, v);
