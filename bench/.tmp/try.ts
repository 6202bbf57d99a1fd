import { composed } from '../../test/planner/composed.ts';
import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, prettyFormatQueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
export function apollo(sdl: string, q: string) {
  const supergraph = Supergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  const planner = new QueryPlanner(supergraph, {});
  const plan = planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), parse(q), {validate: true}));
  console.log(prettyFormatQueryPlan(plan));
  console.log(JSON.stringify(plan.node, (k, v) => k === 'operationDocumentNode' ? undefined : v, 1));
}
const a = composed(
 `type Query { t: T ts: [[T]] w: W }
  union W @context(name: "c") = T | V
  type T @key(fields: "id") @context(name: "c") { id: ID! p: String! q: String @external u: U us: [U] }
  type V @key(fields: "id") @context(name: "c") { id: ID! x: String! n: N u: U }
  type N { deep: String! }
  type U @key(fields: "id") { id: ID! f(b: Int, a: String @fromContext(field: "$c ... on T { q } ... on V { n { deep } }")): Int child: U g(a: String @fromContext(field: "$c { p }")): U}`.replace('union W @context(name: "c")', 'union W').replace('g(a: String @fromContext(field: "$c { p }")): U','g: U'),
 `type T @key(fields: "id") { id: ID! q: String z: Int }
  type U @key(fields: "id") { id: ID! o: Int t: T }`
);
console.log(a.split('\n').filter(l => /context|Context/.test(l)).join('\n'));
apollo(a, 'query ($context: Int) { t { u { o f(b: $context) child { f(b: $context) } } } }');
apollo(a, '{ ts { us { f } } w { ...on T { u { f } } ...on V { u { f } } } }');
