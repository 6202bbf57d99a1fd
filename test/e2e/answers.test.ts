import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import type { Client, ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { XMLParser } from 'fast-xml-parser';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Data } from './client.ts';
import { startDemo } from './demo.ts';
import type { Demo } from './demo.ts';
import { projectRoot } from './processes.ts';
import { startReferenceGateway } from './reference-gateway.ts';
import type { ReferenceGateway } from './reference-gateway.ts';

let demo: Demo;
let reference: ReferenceGateway;
const clients: Client[] = [];
beforeAll(async () => {
  demo = await startDemo();
  reference = await startReferenceGateway(demo.addresses);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await reference?.stop();
  await demo?.stop();
});

const PRODUCT = `{ sku name description price { amount currency } category { id name parentId }
  media { __typename ... on Image { url width altText } ... on Video { url duration } ... on Document { url pages } }
  attributes { key value } dimensions { key value } releasedAt warranty weightGrams metadata barcode viewCount
  pieces fragile tags stock { available reserved } averageRating reviewCount }`;
const ORDER = `{ id status channel placedAt deliveryDate costCentre giftMessage total { amount currency }
  items { line quantity note unitPrice { amount currency } product { sku name } } customer { id name }
  shipments { __typename at ... on ParcelShipment { carrier trackingNumber weight } ... on PickupShipment { store code } }
  payment { __typename ... on CardPayment { brand last4 } ... on InvoicePayment { dueDays } ... on VoucherPayment { code } } }`;

describe('Sluice and Apollo Gateway answer alike over the same connectors', () => {
  test.each([
    '{ users(first: 20) { nodes { name orders(first: 5) { nodes { id items { quantity product { name stock { available } } } } } } } }',
    `{ searchProducts(first: 25) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node ${PRODUCT} } } }`,
    `{ orders(first: 15, status: DELIVERED) { totalCount pageInfo { hasNextPage endCursor } nodes ${ORDER} } }`,
    `{ order(id: "o997") ${ORDER} }`,
    '{ user(id: "u7") { id name email phone status address { street postalCode } preferences createdAt loyaltyPoints avatar(size: 40) } }',
    '{ a: user(id: "u1") { name } b: user(id: "u2") { avatar } again: user(id: "u1") { id orders(first: 2) { totalCount } } }',
    '{ product(sku: "000001") { reviews { id stars title body createdAt author { id name orders(first: 1) { nodes { id } } } } } }',
    '{ categories { id name children { id parentId children { name } } } warehouses { code city name } }',
    'query { users(first: 3) { edges { node { ...P } } } } fragment P on User { contact { __typename ... on EmailContact { email newsletter } ... on PhoneContact { number bestHour } } }',
    '{ order(id: "o26") { __typename customer { __typename name orders(first: 1) { nodes { __typename customer { email } } } } } }',
    '{ searchUsers(text: "a", first: 5) { totalCount nodes { id name orders(first: 2) { nodes { id status } } } } }',
  ])('%s', async (query) => {
    expect(await demo.gateway.data(query)).toEqual(await reference.data(query));
  });
});

/** A method of the service as a client of its own would call it. */
function grpc(address: string, proto: string, service: string, method: string) {
  const definition = loadSync(join(projectRoot, proto), {
    includeDirs: [join(projectRoot, 'protos')],
    longs: String,
    enums: String,
  });
  let found: unknown = loadPackageDefinition(definition);
  for (const name of service.split('.')) found = (found as Record<string, unknown>)[name];
  const client = new (found as ServiceClientConstructor)(address, credentials.createInsecure());
  clients.push(client);
  return (request: object): Promise<Data> =>
    new Promise((resolve, reject) => {
      (
        client as unknown as Record<
          string,
          (request: object, done: (error: unknown, answer: Data) => void) => void
        >
      )[method]!(request, (error, answer) => (error === null ? resolve(answer) : reject(error)));
    });
}

describe('Sluice says what the backends say', () => {
  test('of users', async () => {
    const listUsers = grpc(
      demo.addresses.users,
      'protos/users/v1/users.proto',
      'users.v1.UserService',
      'listUsers',
    );
    const told = await listUsers({ pageSize: 200 });
    const { users } = await demo.gateway.data(
      '{ users(first: 200) { totalCount pageInfo { endCursor } nodes { id name email phone status loyaltyPoints address { street city postalCode country } } } }',
    );
    expect(users.totalCount).toBe(told.totalSize);
    expect(users.pageInfo.endCursor).toBe(told.users.at(-1).id);
    expect(users.nodes).toEqual(
      told.users.map((user: Data) => ({
        id: user.id,
        name: user.displayName,
        email: user.email,
        phone: user.phone ?? null,
        status: user.status.replace('USER_STATUS_', ''),
        loyaltyPoints: user.loyaltyPoints ?? '0',
        address: user.address ?? null,
      })),
    );
  });

  test('of products', async () => {
    const batchGet = grpc(
      demo.addresses.catalogue,
      'protos/products/v1/catalogue.proto',
      'products.v1.CatalogueService',
      'batchGetProducts',
    );
    const skus = Array.from({ length: 98 }, (_, index) => String(index + 1).padStart(6, '0'));
    const told = await batchGet({ skus });
    const bySku = new Map(told.products.map((product: Data) => [product.sku, product]));
    const { searchProducts } = await demo.gateway.data(
      `{ searchProducts(first: 98) { nodes { sku name description price { amount currency } category { id name }
         attributes { key value } weightGrams pieces fragile barcode viewCount tags status } } }`,
    );
    expect(searchProducts.nodes.map(({ sku }: Data) => sku)).toEqual(skus);
    for (const product of searchProducts.nodes) {
      const own: Data = bySku.get(product.sku);
      expect(product).toEqual({
        sku: own.sku,
        name: own.name,
        description: own.description ?? null,
        price: own.price,
        category: { id: own.category.id, name: own.category.name },
        attributes: Object.entries(own.attributes).map(([key, value]) => ({ key, value })),
        weightGrams: own.weightGrams ? (own.weightGrams.value ?? 0) : null,
        pieces: own.pieces ?? null,
        fragile: own.fragile ?? null,
        barcode: own.barcode.toString('base64'),
        viewCount: own.viewCount ?? '0',
        tags: own.tags ?? [],
        status: own.status === undefined ? null : own.status.replace('PRODUCT_STATUS_', ''),
      });
    }
  });

  test('of orders', async () => {
    const response = await fetch(`${demo.addresses.orders}/orders?size=100`);
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      removeNSPrefix: true,
      parseTagValue: false,
      trimValues: false,
      isArray: (name) => name === 'item' || name === 'order' || name === 'tag',
    });
    const { orders: told } = parser.parse(await response.text());
    const { orders } = await demo.gateway.data(
      `{ orders(first: 100) { totalCount nodes { id status channel customer { id } deliveryDate total { amount currency }
         items { line quantity product { sku } unitPrice { amount currency } } } } }`,
    );
    const money = (value: Data) => ({ amount: value['#text'], currency: value['@currency'] });
    expect(String(orders.totalCount)).toBe(told.page['@totalElements']);
    expect(orders.nodes).toEqual(
      told.order.map((order: Data) => ({
        id: order['@id'],
        status: order['@status'],
        channel: order['@channel'],
        customer: { id: order.customer['@ref'] },
        deliveryDate: typeof order.deliveryDate === 'string' ? order.deliveryDate : null,
        total: money(order.total),
        items: order.items.item.map((item: Data) => ({
          line: Number(item['@line']),
          quantity: Number(item.quantity),
          product: { sku: item['@sku'] },
          unitPrice: money(item.unitPrice),
        })),
      })),
    );
  });
});
