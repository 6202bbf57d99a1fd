import { largeGraph, LARGE } from '../reload/large-graph.ts';
import { openSqliteStore } from '../../gateway/registry/stores/sqlite.ts';
import { hashOf } from '../../gateway/registry/record.ts';
import { afterConfiguring, changedNames } from '../../gateway/registry/next-records.ts';
import { rmSync } from 'node:fs';
rmSync('/tmp/commit-db', {recursive:true, force:true});
const store = openSqliteStore({ file: '/tmp/commit-db/registry.db', keepRevisions: 100 });
const graph = largeGraph({ ...LARGE, urlOf: (n) => `http://127.0.0.1/${n}` });
let sdlBytes = 0;
for (let i = 0; i < 8; i++) {
  const own = graph.map(({ name, url, sdl }, k) => ({ name, url, sdl: k === 0 ? `${sdl}#${i}` : sdl, upstreams: {}, files: {}, configured: true as const }));
  sdlBytes = own.reduce((s, o) => s + o.sdl.length, 0);
  let t = performance.now();
  const head = await store.head();
  const t1 = performance.now();
  const next = afterConfiguring(head, own);
  const subjects = changedNames(head.records, next.records);
  const t2 = performance.now();
  await store.commit({ expected: head.revision?.number ?? 0, at: new Date().toISOString(), action: 'configure', subjects, actor: 'x', records: next.records, supergraphSdl: 'x'.repeat(2_000_000) + i });
  const t3 = performance.now();
  console.log('head', (t1 - t).toFixed(1), 'next', (t2 - t1).toFixed(1), 'commit', (t3 - t2).toFixed(1));
}
console.log(sdlBytes);
await store.close();
