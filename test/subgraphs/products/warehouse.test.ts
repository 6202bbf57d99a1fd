import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CallCounters } from '../../../subgraphs/common/counters.ts';
import type { XmlElement } from '../../../subgraphs/common/xml/read.ts';
import { seedStock } from '../../../subgraphs/products/backend/warehouse/seed.ts';
import { startWarehouse } from '../../../subgraphs/products/backend/warehouse/server.ts';
import { fetchXml } from '../common/xml-response.ts';
import type { XmlResponse } from '../common/xml-response.ts';

const WAREHOUSE = 'urn:example:warehouse';
const counters = new CallCounters();
const database = new DatabaseSync(':memory:');
let warehouse: Awaited<ReturnType<typeof startWarehouse>>;

beforeAll(async () => {
  warehouse = await startWarehouse({ port: 0, host: '127.0.0.1', database, counters });
});
afterAll(async () => {
  await warehouse.close();
  database.close();
});

function call(path: string, init?: RequestInit): Promise<XmlResponse> {
  return fetchXml(`http://127.0.0.1:${warehouse.port}${path}`, init);
}

function adjust(sku: string, body: string): Promise<XmlResponse> {
  const headers = { 'content-type': 'text/xml' };
  return call(`/stock/${sku}/adjustments`, { method: 'POST', body, headers });
}

const adjustment = (code: string, delta: string): string =>
  `<wh:adjustment xmlns:wh="${WAREHOUSE}"><wh:location code="${code}"/><wh:delta>${delta}</wh:delta></wh:adjustment>`;

function named(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name && child.namespace === WAREHOUSE);
}

function numberIn(parent: XmlElement, name: string): number {
  return Number(named(parent, name)[0]!.text);
}

const codeOf = (response: XmlResponse): [number, string] => {
  expect(response.root.namespace).toBe('urn:example:faults');
  return [response.status, response.root.children[0]!.text];
};

describe('the stock', () => {
  test('is available what lies on the shelves without what is reserved', async () => {
    const { root, source } = await call('/stock/000001');
    expect(source).toContain(`<w:stock xmlns:w="${WAREHOUSE}"`);
    expect(root.attributes.get('sku')).toBe('000001');
    const locations = named(root, 'location');
    const onShelves = locations.reduce((sum, location) => sum + numberIn(location, 'quantity'), 0);
    expect(locations.every((location) => /^\d{3}$/.test(location.attributes.get('code')!))).toBe(true);
    expect(numberIn(root, 'available')).toBe(onShelves - numberIn(root, 'reserved'));
    expect(named(root, 'available')[0]!.attributes.get('unit')).toBe('pcs');
  });

  test('of many skus is that of each, without those unknown and in no order of theirs', async () => {
    const { root } = await call('/stock?skus=000001,999999,000010,000002,000001');
    const skus = named(root, 'stock').map((stock) => stock.attributes.get('sku'));
    expect(skus).toEqual(['000010', '000002', '000001']);
    for (const stock of named(root, 'stock')) {
      expect((await call(`/stock/${stock.attributes.get('sku')}`)).root).toEqual(stock);
    }
  });

  test('may be nowhere, in one place or in many, and the next delivery may be nil', async () => {
    const { root } = await call(`/stock?skus=${skuRange(1, 60).join(',')}`);
    const counts = new Set(named(root, 'stock').map((stock) => named(stock, 'location').length));
    expect([counts.has(0), counts.has(1), Math.max(...counts) > 2]).toEqual([true, true, true]);
    const next = (await call('/stock/000001')).root.children.at(-1)!;
    expect([...next.attributes]).toEqual([['{http://www.w3.org/2001/XMLSchema-instance}nil', 'true']]);
    expect((await call('/stock/000003')).root.children.at(-1)!.text).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  test('of 2000 skus is one call with 2000 keys, of more a fault', async () => {
    counters.reset();
    expect(named((await call(`/stock?skus=${skuRange(1, 2000).join(',')}`)).root, 'stock')).toHaveLength(
      2000,
    );
    expect(counters.snapshot()).toMatchObject({ calls: { 'GET /stock': 1 }, keys: { 'GET /stock': 2000 } });
    expect(codeOf(await call(`/stock?skus=${skuRange(1, 2001).join(',')}`))).toEqual([
      400,
      'INVALID_PARAMETER',
    ]);
    expect(codeOf(await call('/stock'))).toEqual([400, 'INVALID_PARAMETER']);
    expect(codeOf(await call('/stock/7'))).toEqual([404, 'STOCK_NOT_FOUND']);
  });

  test('is seeded the same every time', () => {
    expect([...seedStock()]).toEqual([...seedStock()]);
    expect([...seedStock()]).toHaveLength(2000);
  });
});

describe('an adjustment', () => {
  test('is booked, answered with the new stock, and still there afterwards', async () => {
    const before = (await call('/stock/000010')).root;
    expect(named(before, 'location')).toEqual([]);
    const after = await adjust('000010', adjustment('007', '+12'));
    expect(after.status).toBe(200);
    expect(numberIn(after.root, 'available')).toBe(12);
    expect(after.root.attributes.get('updated')).not.toBe(before.attributes.get('updated'));
    const taken = await adjust('000010', adjustment('007', '-5'));
    expect(numberIn(taken.root, 'available')).toBe(7);
    expect((await call('/stock/000010')).root).toEqual(taken.root);
  });

  test('that takes more than there is, at a place or without the reserved, changes nothing', async () => {
    const before = (await call('/stock/000001')).root;
    expect(numberIn(before, 'reserved')).toBeGreaterThan(0);
    expect(codeOf(await adjust('000001', adjustment('007', '-1')))).toEqual([409, 'INSUFFICIENT_STOCK']);
    const available = numberIn(before, 'available');
    await adjust('000001', adjustment('002', String(available)));
    const twice = await adjust('000001', adjustment('002', String(-2 * available - 1)));
    expect(codeOf(twice)).toEqual([409, 'INSUFFICIENT_STOCK']);
    expect(numberIn((await call('/stock/000001')).root, 'available')).toBe(2 * available);
  });

  test('must follow the schema, and name a place and a product that exist', async () => {
    expect(codeOf(await adjust('000001', adjustment('999', '1')))).toEqual([400, 'UNKNOWN_LOCATION']);
    expect(codeOf(await adjust('999999', adjustment('007', '1')))).toEqual([404, 'STOCK_NOT_FOUND']);
    expect(codeOf(await adjust('000001', adjustment('7', '0')))).toEqual([400, 'VALIDATION_FAILED']);
    const unordered = `<adjustment xmlns="${WAREHOUSE}"><delta>1</delta><location code="007"/></adjustment>`;
    expect(codeOf(await adjust('000001', unordered))).toEqual([400, 'UNEXPECTED_STRUCTURE']);
    expect(codeOf(await adjust('000001', adjustment('007', '1').replace(WAREHOUSE, 'urn:other')))).toEqual([
      400,
      'UNEXPECTED_STRUCTURE',
    ]);
    expect(codeOf(await adjust('000001', '<!DOCTYPE a><a/>'))).toEqual([400, 'DOCTYPE_NOT_ALLOWED']);
  });
});

test('the warehouses come in ISO-8859-1 unless the client asks for UTF-8, with the same names', async () => {
  const latin1 = await call('/warehouses');
  const utf8 = await call('/warehouses', { headers: { 'accept-charset': 'utf-8' } });
  expect(latin1.source).toMatch(/^<\?xml version="1.0" encoding="ISO-8859-1"\?>/);
  expect(latin1.bytes.includes(Buffer.from('Köln-Mülheim', 'latin1'))).toBe(true);
  expect(latin1.source).toContain('Magazyn &#x141;ód&#x17A;');
  expect(utf8.bytes.includes(Buffer.from('Magazyn Łódź', 'utf8'))).toBe(true);
  expect(latin1.root).toEqual(utf8.root);
  expect(named(utf8.root, 'warehouse')[1]!.children[0]!.text).toBe('Lager "Süd" & Versand');
});

function skuRange(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index).padStart(6, '0'));
}
