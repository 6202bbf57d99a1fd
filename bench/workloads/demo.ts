import assert from 'node:assert/strict';
import { prepareDemo } from './demo-graph.ts';
import { graphqlBody, type Workload } from './workload.ts';

interface Item {
  readonly quantity: number;
  readonly product: { readonly name: string; readonly stock: { readonly available: number } | null };
}
interface Data {
  readonly users: {
    readonly nodes: readonly {
      readonly name: string;
      readonly orders: {
        readonly nodes: readonly { readonly id: string; readonly items: readonly Item[] }[];
      };
    }[];
  };
}

export const DEMO_QUERY =
  '{ users(first: 50) { nodes { name orders(first: 5) { nodes { id items { quantity product { name stock { available } } } } } } } }';

/** The query of the demo: four services over gRPC and XML. */
export const demo: Workload = {
  name: 'demo',
  title: '50 users with 5 orders each, their items, products and stock (gRPC, XML)',
  bodies: [graphqlBody(DEMO_QUERY)],
  connections: 8,
  check(data) {
    const { nodes } = (data as Data).users;
    assert.equal(nodes.length, 50);
    for (const { name, orders } of nodes) {
      assert.ok(name.length > 0);
      assert.equal(orders.nodes.length, 5);
      for (const { id, items } of orders.nodes) {
        assert.match(id, /^o\d+$/);
        assert.ok(items.length > 0);
        for (const { quantity, product } of items) {
          assert.ok(quantity > 0);
          assert.ok(product.name.length > 0);
          assert.equal(typeof product.stock?.available, 'number');
        }
      }
    }
  },
  prepare: prepareDemo,
};
