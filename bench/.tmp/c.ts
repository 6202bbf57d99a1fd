import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
const r = composeSupergraph([{ name: 'shop', sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) type Query { customers: [C!]! } type C @federation__context(name: "customer") { id: ID! currency: String b: B } type B @key(fields: "id") { id: ID! total(currency: String @federation__fromContext(field: "$customer { currency }")): String }` }]);
console.log('problems' in r ? r.problems : r.supergraphSdl.split('\n').filter((l) => /ontext/.test(l)).join('\n'));
