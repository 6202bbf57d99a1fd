import fs from 'node:fs';
const f = fs
  .readdirSync('.')
  .filter((x) => x.endsWith('.cpuprofile'))
  .sort()
  .at(-1);
const p = JSON.parse(fs.readFileSync(f));
const self = new Map();
let total = 0;
const byId = new Map(p.nodes.map((n) => [n.id, n]));
p.samples.forEach((id, i) => {
  const n = byId.get(id);
  const k = `${n.callFrame.functionName} ${n.callFrame.url.split('/').slice(-2).join('/')}:${n.callFrame.lineNumber + 1}`;
  self.set(k, (self.get(k) ?? 0) + p.timeDeltas[i]);
  total += p.timeDeltas[i];
});
for (const [k, v] of [...self].sort((a, b) => b[1] - a[1]).slice(0, 28))
  console.log((v / 1000).toFixed(0).padStart(7), ((100 * v) / total).toFixed(1).padStart(5), k);
