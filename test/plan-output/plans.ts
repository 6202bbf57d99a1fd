import type { Plan } from '../../gateway/compile/plan.ts';
import { composed } from '../planner/composed.ts';
import { planned } from '../planner/planned.ts';

/** The example of docs/planner.md. */
export const SHOP_SDL = composed(
  `type Query { topProducts(first: Int): [Product!]! tags(words: [String!]): String }
   type Mutation { rename(upc: ID!, name: String): Product }
   type Product @key(fields: "upc") { upc: ID! name: String price: Int weight: Int }`,
  `type Product @key(fields: "upc") {
     upc: ID! price: Int @external weight: Int @external
     shippingEstimate: Int @requires(fields: "price weight")
   }`,
  `type Product @key(fields: "upc") { upc: ID! reviews: [Review!]! }
   type Review { body: String author: User }
   type User @key(fields: "id") { id: ID! }
   type Subscription { reviewed: Review }`,
  'type User @key(fields: "id") { id: ID! name: String }',
);

export const EXAMPLE = `query ($deep: Boolean!) {
  topProducts(first: 3) { name shippingEstimate reviews { body author @include(if: $deep) { name } } }
}`;

export const plan = (text: string): Plan => planned(SHOP_SDL, text);
