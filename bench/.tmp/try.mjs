import { wsdlImporter, xsdImporter } from '../../gateway/commands/import/wsdl.ts';
const [,, kind, file, json] = process.argv;
const opt = JSON.parse(json ?? '{}');
const r = await (kind==='wsdl'?wsdlImporter.run({file,...opt}):xsdImporter.run({files:file.split(','),...opt}));
console.log(r.sdl); console.log(r.upstreams, r.problems.map(p=>`${p.severity} ${p.code} ${p.file}:${p.line}:${p.column} ${p.message} → ${p.fix}`).join('\n'));
