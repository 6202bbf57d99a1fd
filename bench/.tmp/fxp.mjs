import { XMLParser, XMLValidator } from 'fast-xml-parser';
const p = new XMLParser({preserveOrder:true,ignoreAttributes:false,attributeNamePrefix:'',parseTagValue:false,parseAttributeValue:false,trimValues:false,processEntities:false,captureMetaData:true,cdataPropName:'#cdata',maxNestedTags:300});
const S = XMLParser.getMetaDataSymbol();
const r = p.parse('<?xml version="1.0"?>\n<!-- c --><a:b xmlns:a="u" a:c="1 &amp; 2">\n  t<c/><toString x="1">t<![CDATA[q]]></toString></a:b>');
console.log(JSON.stringify(r)); console.log(r.map(n=>n[S]), r[1]['a:b']?.map(n=>n[S]));
console.log(XMLValidator.validate('<a>\n<b></a>'), XMLValidator.validate('<a x="1" x="2"/>'), XMLValidator.validate('<a/><b/>'),XMLValidator.validate('<a>&foo;</a>'));
let big='<a>'+'<b x="1"><c>t</c></b>'.repeat(250000)+'</a>';
console.time('v');XMLValidator.validate(big);console.timeEnd('v');
console.time('p');p.parse(big);console.timeEnd('p'); console.log(big.length, process.memoryUsage().heapUsed/1e6);
