import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { printSubgraph } from '../../test/conformance/federated-graph.ts';
import { randomGraph } from '../../test/conformance/random-graph.ts';
let n = 0, ok = 0, all = 0, allOk = 0; const why = new Map<string, number>();
for (let seed = 1; seed < 300; seed++) {
  const g = randomGraph(seed);
  const has = g.subgraphs.some(s => s.types.some(t => t.contexts));
  const r = composeSupergraph(g.subgraphs.map(s => ({ name: s.name, sdl: printSubgraph(s) })));
  if (has) n++; else all++;
  if (!('problems' in r)) { if (has) ok++; else allOk++; continue; }
  if (has) { const p = r.problems[0]!; const k = p.code + ' ' + p.message.replace(/\n/g,' ').slice(0, process.argv[2] ? 700: 90); why.set(k, (why.get(k) ?? 0) + 1); }
}
console.log(n, ok, 'without', all, allOk, [...why].sort((a, b) => b[1] - a[1]).slice(0, 12));
