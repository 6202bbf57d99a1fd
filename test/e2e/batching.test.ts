import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from './demo.ts';
import type { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo?.stop());

const LIST_USERS = 'users.v1.UserService/ListUsers';
const BATCH_GET_USERS = 'users.v1.UserService/BatchGetUsers';
const SEARCH_USERS = 'users.v1.UserService/SearchUsers';
const BATCH_GET_PRODUCTS = 'products.v1.CatalogueService/BatchGetProducts';
const SEARCH_PRODUCTS = 'products.v1.CatalogueService/SearchProducts';
const LIST_CATEGORIES = 'products.v1.CatalogueService/ListCategories';
const ORDERS_OF_CUSTOMERS = 'GET /customers/orders';
const STOCK = 'GET /stock';

/** The data, and the calls that the backends themselves counted for it. */
async function counted(query: string, variables?: Readonly<Record<string, unknown>>) {
  await demo.resetCounters();
  const data = await demo.gateway.data(query, variables === undefined ? {} : { variables });
  return { data, calls: await demo.calls() };
}

describe('the calls that backends get', () => {
  test.each([50, 500])('are four for %i users with orders, products and stock', async (first) => {
    const { data, calls } = await counted(
      `query($first: Int!) { users(first: $first) { nodes {
        name orders(first: 5) { nodes { id items { quantity product { name stock { available } } } } }
      } } }`,
      { first },
    );
    expect(data.users.nodes).toHaveLength(first);
    for (const user of data.users.nodes) expect(user.orders.nodes.length).toBeGreaterThan(0);
    expect(calls).toEqual({ [LIST_USERS]: 1, [ORDERS_OF_CUSTOMERS]: 1, [BATCH_GET_PRODUCTS]: 1, [STOCK]: 1 });
  });

  test('ask for each key once, however often it comes', async () => {
    const { data } = await counted(
      '{ users(first: 50) { nodes { orders(first: 50) { nodes { items { product { sku name } } } } } } }',
    );
    const skus: string[] = data.users.nodes.flatMap((user: { orders: { nodes: { items: [] }[] } }) =>
      user.orders.nodes.flatMap(({ items }) =>
        items.map((item: { product: { sku: string } }) => item.product.sku),
      ),
    );
    const { keys } = await demo.backends.products.counters();
    expect(skus.length).toBeGreaterThan(2000);
    expect(keys[BATCH_GET_PRODUCTS]).toBe(new Set(skus).size);
  });

  test('are one for aliases of the same entity, equal or not', async () => {
    const { data, calls } = await counted(
      '{ a: user(id: "u1") { name } b: user(id: "u2") { name } again: user(id: "u1") { id email } }',
    );
    expect(data.a.name).not.toBe(data.b.name);
    expect(data.again.id).toBe('u1');
    expect(calls).toEqual({ [BATCH_GET_USERS]: 1 });
    expect((await demo.backends.users.counters()).keys).toEqual({ [BATCH_GET_USERS]: 2 });
  });

  test('are one per service for products that are reached on two paths', async () => {
    const { data, calls } = await counted(
      `{ page: orders(first: 3) { nodes { id items { product { name stock { available } } } } }
         one: order(id: "o20000") { items { product { name stock { available } } } } }`,
    );
    expect(data.one.items).toEqual(data.page.nodes[0].items);
    expect(calls).toEqual({
      'GET /orders': 1,
      'GET /orders/{id}': 1,
      [BATCH_GET_PRODUCTS]: 1,
      [STOCK]: 1,
    });
  });

  test('are one for three orders by id', async () => {
    const { data, calls } = await counted(
      '{ a: order(id: "o1") { id status } b: order(id: "o2") { id status } c: order(id: "o3") { id status } }',
    );
    expect([data.a.id, data.b.id, data.c.id]).toEqual(['o1', 'o2', 'o3']);
    expect(calls).toEqual({ 'GET /orders': 1 });
  });

  test('are one for all authors of the reviews of several products', async () => {
    const { data, calls } = await counted(
      '{ searchProducts(first: 30) { nodes { reviews { stars author { name email } } } } }',
    );
    expect(data.searchProducts.nodes).toHaveLength(30);
    expect(calls).toEqual({ [SEARCH_PRODUCTS]: 1, 'GET /reviews': 1, [BATCH_GET_USERS]: 1 });
  });

  test('are one for a tree, however deep', async () => {
    const { data, calls } = await counted(
      '{ categories { id name children { id name children { id name children { id } } } } }',
    );
    expect(data.categories[0].children[0].children[0].children).toEqual([]);
    expect(calls).toEqual({ [LIST_CATEGORIES]: 1 });
  });

  test('are three for users, their orders, and the customers of those', async () => {
    const { data, calls } = await counted(
      '{ users(first: 5) { nodes { name orders(first: 3) { nodes { customer { name email } } } } } }',
    );
    const [user] = data.users.nodes;
    expect(user.orders.nodes[0].customer.name).toBe(user.name);
    expect(calls).toEqual({ [LIST_USERS]: 1, [ORDERS_OF_CUSTOMERS]: 1, [BATCH_GET_USERS]: 1 });
  });

  test('are one per search, and one for what both found', async () => {
    const { data, calls } = await counted(
      `{ searchProducts(text: "a", first: 10) { totalCount nodes { sku name stock { available } } }
         searchUsers(text: "a", first: 5) { totalCount nodes { name orders(first: 1) { totalCount } } } }`,
    );
    expect(data.searchProducts.nodes).toHaveLength(10);
    expect(data.searchUsers.nodes).toHaveLength(5);
    expect(calls).toEqual({ [SEARCH_PRODUCTS]: 1, [STOCK]: 1, [SEARCH_USERS]: 1, [ORDERS_OF_CUSTOMERS]: 1 });
  });

  test('are one per backend for a list of entities that two subgraphs and three services complete', async () => {
    const { calls } = await counted(
      `{ orders(first: 100) { nodes { id customer { name avatar } items {
           product { name averageRating stock { available } }
         } } } }`,
    );
    expect(calls).toEqual({
      'GET /orders': 1,
      [BATCH_GET_USERS]: 1,
      [BATCH_GET_PRODUCTS]: 1,
      [STOCK]: 1,
      'GET /reviews': 1,
    });
  });

  test('do not depend on how a query is cut into fragments, nor on aliases', async () => {
    const { data, calls } = await counted(
      `query Shop($first: Int = 2, $with: Boolean!) { users(first: $first) { ...Page } }
       fragment Page on UserConnection { nodes { ...Person } edges { node { ...Person } } }
       fragment Person on User { called: name orders(first: 2) { nodes { ...Bought } } }
       fragment Bought on Order { items { ... on OrderItem { product { ...Shelf ...Depot } } } }
       fragment Shelf on Product { name price { amount } }
       fragment Depot on Product { title: name stock @include(if: $with) { available } }`,
      { with: true },
    );
    expect(data.users.edges.map(({ node }: { node: unknown }) => node)).toEqual(data.users.nodes);
    expect(calls).toEqual({ [LIST_USERS]: 1, [ORDERS_OF_CUSTOMERS]: 1, [BATCH_GET_PRODUCTS]: 1, [STOCK]: 1 });
  });

  test('are more only where a batch would be larger than its backend takes', async () => {
    const { data, calls } = await counted(
      '{ searchProducts(first: 1000) { nodes { stock { available } reviewCount } } }',
    );
    expect(data.searchProducts.nodes).toHaveLength(1000);
    // The schema has `maxSize: 500` for reviews, the configuration `maxBatchSize: 2000` for the warehouse.
    expect(calls).toEqual({ [SEARCH_PRODUCTS]: 1, [STOCK]: 1, 'GET /reviews': 2 });
  });

  test('are one for keys in variables, and none for what is skipped', async () => {
    const { data, calls } = await counted(
      `query($a: ID!, $b: ID!, $skip: Boolean!) {
         a: product(sku: $a) { sku name stock @skip(if: $skip) { available } }
         b: product(sku: $b) { sku name } }`,
      { a: '000003', b: '000004', skip: true },
    );
    expect(Object.keys(data.a)).toEqual(['sku', 'name']);
    expect(calls).toEqual({ [BATCH_GET_PRODUCTS]: 1 });
  });
});
