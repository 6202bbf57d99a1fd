import { importProto } from '../../gateway/connectors/import/proto/import-proto.ts';
import { checkConnectors } from '../../gateway/connectors/check/check.ts';
import { readConnectors } from '../../gateway/connectors/read.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { loadProtoTexts } from '../../gateway/upstreams/grpc/registry.ts';
import { dirname } from 'node:path';
const quiet = process.argv.includes('-q');
for (const f of process.argv.slice(2).filter(f=>f!=='-q')) {
const r = importProto({ files: { paths: [f], includeDirs: [] } }, { name: 'svc', source: f, address: 'localhost:1' });
if ('sdl' in r) {
  if (!quiet) console.log(r.sdl);
  const { model, problems } = readConnectors({name:'svc', file:'svc.graphql', sdl: r.sdl});
  console.log('READ', problems);
  const protos = loadProtoTexts(new Map([...r.files].map(([k,v])=>[k.replace(/^protos\//,''),v])));
  console.log('PROTOS', protos.problems, protos.missing);
  if (model) {
  const refuse = () => { throw new Error(); };
  console.log('CHECK', checkConnectors(model, { upstream: () => ({wire:'grpc', protos: protos.registry}), upstreamNames: ['svc'], config: () => ({}), call: refuse, stream: refuse } as never, { nPlusOne: 'warn', assumedListSize: 100 }));
  const c = composeSupergraph([{name:'svc', sdl: model.sdl}, {name: 'other', sdl: 'type Query { ok: Boolean }'}]);
  console.log('COMPOSE', 'problems' in c ? c.problems : c.hints);
  }
}
console.log('IMPORT', r.problems);
}
