import { QueryPlanner } from '../peers/hive/node_modules/@graphql-hive/router-query-planner/dist/index.js';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
const L =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override","@interfaceObject"])\n';
const c = composeSupergraph([
  {
    name: 'a',
    sdl:
      L +
      'type Query { e(x:Int): [E] u: U } union U = E | F type F { s: String e: E} type E @key(fields:"id") { id: ID! g: Int k: Int }',
  },
  {
    name: 'b',
    sdl:
      L +
      'type E @key(fields:"id") { id: ID! f(n: Int): Int h: E g: Int @override(from: "a", label:"percent(30)") k: Int @external r: Int @requires(fields: "k") }',
  },
]);
const p = new QueryPlanner(c.supergraphSdl);
console.log(p.overrideLabels, p.overridePercentages);
console.log(
  JSON.stringify(
    p.plan(
      'query Q($v: Boolean!, $n: Int){ x: e(x:1) { f(n:$n) g r @include(if:$v) h { f } } u { ... on E { id f } ... on F { e { f h { g }} } } }',
      null,
      new Set(),
      100,
    ),
    null,
    1,
  ),
);
