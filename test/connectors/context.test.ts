import { expect, test } from 'vitest';
import { graphOf, json } from './kept.ts';

const SHOP = (url: string) => /* GraphQL */ `
  extend schema @source(name: "api", http: { baseURL: "${url}" })
  type Query {
    customers: [Customer!]! @connect(source: "api", http: { GET: "/customers" }, selection: "id currency basket { id }")
  }
  type Customer @federation__context(name: "customer") {
    id: ID!
    currency: String
    basket: Basket
  }
  type Basket @key(fields: "id")
    @connect(source: "api", http: { GET: "/baskets/{$this.id}" }, selection: "id items") {
    id: ID!
    items: Int
    total(currency: String @federation__fromContext(field: "$customer { currency }")): String
      @connect(source: "api", http: { GET: "/baskets/{$this.id}/total?in={$args.currency}" }, selection: "$.total")
  }
`;

test('a field of a connector takes its value from the nearest object that carries the context', async () => {
  const api = await json((asked) => {
    if (asked.url === '/customers')
      return ['GBP', 'EUR', 'GBP'].map((currency, index) => ({
        id: `c${index}`,
        currency,
        basket: { id: 'b1' },
      }));
    if (asked.url === '/baskets/b1') return { id: 'b1', items: 3 };
    return { total: `1 ${asked.query.get('in')}` };
  });
  const graph = graphOf({ sdl: SHOP(api.url) });
  const { data, errors } = await graph.run('{ customers { basket { items total } } }');
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    customers: ['GBP', 'EUR', 'GBP'].map((currency) => ({ basket: { items: 3, total: `1 ${currency}` } })),
  });
  // Equal calls are one.
  expect(api.asked.map(({ url }) => url).sort()).toEqual([
    '/baskets/b1',
    '/baskets/b1/total?in=EUR',
    '/baskets/b1/total?in=GBP',
    '/customers',
  ]);
});
