import { composed } from '../../test/planner/composed.ts';
import { planText } from '../../test/planner/planned.ts';
const GRAPH = composed(`type Query { n: N } type N @key(fields: "id") @interfaceObject { id: ID! x: X y: Int} type X @key(fields: "id") { id: ID! u: U } type U @key(fields: "id") { id: ID!}`,
 `interface N @key(fields: "id") { id: ID! c: Int } type A implements N @key(fields: "id") @context(name: "c") { id: ID! c: Int a: String} type B implements N @context(name: "c") @key(fields: "id") { id: ID! c: Int b: String }
  type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c ... on A { a } ... on B { b }")): Int n: Int } type Q @key(fields: "id") { id: ID! c2: A }`);
for (const q of process.argv.slice(2)) { console.log(planText(GRAPH, q)); }
