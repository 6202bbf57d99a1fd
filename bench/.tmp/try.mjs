import { importWsdl } from '../../gateway/connectors/import/xml/import-wsdl.ts';
import { fileSource } from '../../gateway/connectors/import/xml/file-source.ts';
const [,, kind, file, ...rest] = process.argv;
const opt = JSON.parse(rest[0] ?? '{}');
const r = await (importWsdl)(fileSource(file, opt), {name:'svc', source:file, ...opt});
console.log(r.sdl); console.log(r.upstreams, r.problems);
