import { composed } from '../../test/planner/composed.ts';
import { planText } from '../../test/planner/planned.ts';
const a = composed(
 `type Query { t: T ts: [[T]] w: W }
  union W = T | V
  type T @key(fields: "id") @context(name: "c") { id: ID! p: String! q: String @external u: U us: [U] }
  type V @key(fields: "id") @context(name: "c") { id: ID! x: String! n: N u: U }
  type N { deep: String! }
  type U @key(fields: "id") { id: ID! f(b: Int, a: String @fromContext(field: "$c ... on T { q } ... on V { n { deep } }")): Int child: U}`,
 `type T @key(fields: "id") { id: ID! q: String z: Int }
  type U @key(fields: "id") { id: ID! o: Int t: T }`
);
console.log(planText(a, 'query ($fromContext: Int) { t { u { o f(b: $fromContext) child { f(b: $fromContext) } } } }'));
console.log(planText(a, '{ ts { us { f } } w { ...on T { u { f } } ...on V { u { f } } } }'));
console.log(planText(a, 'query ($x: Boolean!, $y: Boolean!) { w @include(if: $x) { ...on T { u { f @skip(if: $y) } } ...on V { u { f t { u { f} } } } } }'));
