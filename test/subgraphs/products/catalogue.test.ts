import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CallCounters } from '../../../subgraphs/common/counters.ts';
import type {
  Category,
  PriceUpdate,
  Product,
} from '../../../subgraphs/products/backend/catalogue/messages.ts';
import { startCatalogue } from '../../../subgraphs/products/backend/catalogue/server.ts';
import { CatalogueStore } from '../../../subgraphs/products/backend/catalogue/store.ts';
import { detailOf, failure, firstCancelled, healthOf, reflectionOf, Rpc } from '../common/rpc.ts';

const counters = new CallCounters();
const cancelled = firstCancelled(counters);
let server: Awaited<ReturnType<typeof startCatalogue>>;
let catalogue: Rpc;

beforeAll(async () => {
  server = await startCatalogue({
    port: 0,
    host: '127.0.0.1',
    database: ':memory:',
    counters,
    priceIntervalMs: 1,
  });
  catalogue = new Rpc(server.port, 'products/v1/catalogue.proto', 'products.v1.CatalogueService');
});

afterAll(async () => {
  catalogue.close();
  await server.close();
});

interface Found {
  products: Product[];
  nextPageToken?: string;
  totalSize?: number;
}

async function read<Answer>(method: string, request: object): Promise<Answer> {
  return (await catalogue.call<Answer>(method, request)).answer;
}

const product = (sku: string, ...paths: string[]) =>
  read<Product>('GetProduct', { sku, ...(paths.length > 0 && { readMask: { paths } }) });

const skusUpTo = (last: number) =>
  Array.from({ length: last }, (_, index) => String(index + 1).padStart(6, '0'));

describe('GetProduct', () => {
  test('answers with every kind of field', async () => {
    const found = await product('000001');
    expect(found).toMatchObject({
      sku: '000001',
      price: {
        amount: expect.stringMatching(/^\d+(\.\d\d)?$/),
        currency: expect.stringMatching(/^[A-Z]{3}$/),
      },
      category: { id: expect.any(String), parentId: expect.any(String), children: [] },
      media: 'video',
      video: { url: 'https://media.example/000001.webm', duration: { seconds: expect.any(String) } },
      attributes: { matière: expect.any(String) },
      dimensions: { width: expect.any(Number) },
      releasedAt: { seconds: '1609545600', nanos: 250_000_000 },
      warranty: { seconds: expect.any(String) },
      weightGrams: { value: expect.any(Number) },
      viewCount: '9007199254740993',
      tags: expect.any(Array),
    });
    expect(found.metadata?.fields?.['maker']?.structValue?.fields?.['closed']).toMatchObject({
      nullValue: 0,
    });
    expect(found.barcode).toHaveLength(13);
  });

  test('answers with what the read mask names and nothing else', async () => {
    expect(await product('000003', 'price.currency', 'image.width', 'category.name')).toEqual({
      price: { currency: expect.any(String) },
      media: 'image',
      image: { width: 1200 },
      category: { name: expect.any(String), children: [] },
      tags: [],
    });
  });

  test('keeps a status that the .proto does not know', async () => {
    for (const sku of ['000099', '001999']) expect(await product(sku, 'status')).toMatchObject({ status: 7 });
  });

  test('tells 0 from absent', async () => {
    expect(await product('000011', 'weight_grams')).toMatchObject({ weightGrams: {} });
    expect(await product('000013', 'weight_grams')).not.toHaveProperty('weightGrams');
    expect(await product('000017', 'pieces')).toMatchObject({ pieces: 0 });
    expect(await product('000007', 'pieces')).not.toHaveProperty('pieces');
    expect(await product('000003', 'fragile')).not.toHaveProperty('fragile');
  });

  test('tells NOT_FOUND with the resource, also for a sku without its leading zeros', async () => {
    for (const sku of ['009999', '1']) {
      const error = await failure(catalogue.call('GetProduct', { sku }));
      expect(error.code).toBe(5);
      expect(detailOf(error, 'ResourceInfo')).toMatchObject({
        resourceType: 'products.v1.Product',
        resourceName: sku,
      });
    }
  });

  test('reports every violation at once and internal errors with their stack', async () => {
    const error = await failure(
      catalogue.call('GetProduct', { readMask: { paths: ['nope', 'attributes.colour'] } }),
    );
    expect(error.code).toBe(3);
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [{ field: 'sku' }, { field: 'read_mask' }, { field: 'read_mask' }],
    });
    const internal = await failure(catalogue.call('GetProduct', { sku: 'internal-error' }));
    expect(internal.code).toBe(13);
    expect(detailOf(internal, 'DebugInfo')).toMatchObject({
      stackEntries: expect.arrayContaining([expect.stringContaining('errors.ts')]),
    });
  });
});

describe('BatchGetProducts', () => {
  test('answers once per existing sku, in another order than asked, as one counted call', async () => {
    counters.reset();
    const asked = skusUpTo(20);
    const skus = [...asked, '000001', '1', '999999', ''];
    const { products } = await read<Found>('BatchGetProducts', { skus, readMask: { paths: ['sku'] } });
    const order = products.map(({ sku }) => sku);
    expect(order.toSorted()).toEqual(asked);
    expect(order).not.toEqual(asked);
    expect(order).not.toEqual(asked.toReversed());
    expect(counters.snapshot()).toEqual({
      calls: { 'products.v1.CatalogueService/BatchGetProducts': 1 },
      keys: { 'products.v1.CatalogueService/BatchGetProducts': 24 },
      cancelled: {},
    });
  });

  test('takes 2000 skus and refuses 2001', async () => {
    const { products } = await read<Found>('BatchGetProducts', { skus: skusUpTo(2000) });
    expect(products).toHaveLength(2000);
    const error = await failure(catalogue.call('BatchGetProducts', { skus: skusUpTo(2001) }));
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [{ field: 'skus', reason: 'TOO_MANY' }],
    });
  });
});

describe('SearchProducts', () => {
  test('pages over every product once, in the order of the skus', async () => {
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await read<Found>('SearchProducts', {
        pageSize: 333,
        pageToken,
        readMask: { paths: ['sku'] },
      });
      expect(page.totalSize).toBe(2000);
      seen.push(...page.products.map(({ sku }) => sku));
      pageToken = page.nextPageToken ?? '';
    } while (pageToken !== '');
    expect(seen).toEqual(skusUpTo(2000));
  });

  test('finds what stands in or below a category', async () => {
    const { categories } = await read<{ categories: Category[] }>('ListCategories', { root: 'c1' });
    const below = (category: Category): string[] => [category.id, ...category.children!.flatMap(below)];
    const { products, totalSize } = await read<Found>('SearchProducts', { category: 'c1', pageSize: 1000 });
    expect(products).toHaveLength(totalSize!);
    expect(totalSize).toBeGreaterThan(300);
    const allowed = below(categories[0]!);
    expect(products.every(({ category }) => allowed.includes(category.id))).toBe(true);
  });

  test('finds all words, whatever their case and accents, behind a sku', async () => {
    const every = await read<Found>('SearchProducts', { text: 'CREPIERE grosse', pageSize: 1000 });
    expect(every.products.length).toBeGreaterThan(1);
    for (const { name } of every.products) expect(name).toMatch(/Große Crêpière/);
    const afterSku = every.products[0]!.sku;
    const rest = await read<Found>('SearchProducts', { text: 'CREPIERE grosse', pageSize: 1000, afterSku });
    expect(rest.products).toEqual(every.products.slice(1));
  });

  test('refuses an unknown category, the token of another search and a negative size together', async () => {
    const { nextPageToken } = await read<Found>('SearchProducts', { pageSize: 1 });
    const request = { category: 'c99', pageSize: -5, pageToken: nextPageToken };
    const error = await failure(catalogue.call('SearchProducts', request));
    expect(error.code).toBe(3);
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [
        { field: 'category', reason: 'UNKNOWN_CATEGORY' },
        { field: 'page_size', reason: 'NEGATIVE' },
        { field: 'page_token', reason: 'INVALID_PAGE_TOKEN' },
      ],
    });
  });
});

describe('ListCategories', () => {
  test('gives a tree of 60 categories on three levels', async () => {
    const { categories } = await read<{ categories: Category[] }>('ListCategories', {});
    const levels = [categories];
    while (levels.at(-1)!.length > 0) levels.push(levels.at(-1)!.flatMap(({ children }) => children!));
    expect(levels.map((level) => level.length)).toEqual([5, 15, 40, 0]);
    for (const { id, children } of categories) {
      for (const child of children!) expect(child.parentId).toBe(id);
    }
  });

  test('gives one branch, or NOT_FOUND', async () => {
    const { categories } = await read<{ categories: Category[] }>('ListCategories', { root: 'c2' });
    expect(categories.map(({ id }) => id)).toEqual(['c2']);
    const error = await failure(catalogue.call('ListCategories', { root: 'c61' }));
    expect(detailOf(error, 'ResourceInfo')).toMatchObject({ resourceType: 'products.v1.Category' });
  });
});

describe('WatchPrice', () => {
  const firstPrices = async (sku: string) => {
    const updates: PriceUpdate[] = [];
    const stream = catalogue.stream<PriceUpdate>('WatchPrice', { sku });
    stream.on('error', () => {});
    while (updates.length < 4) updates.push(...((await once(stream, 'data')) as [PriceUpdate]));
    stream.cancel();
    return updates.map(({ sequence, price }) => ({ sequence: sequence ?? 0, price }));
  };

  test('tells the price now, then the same moves to everyone, until the caller cancels', async () => {
    const updates = await firstPrices('000001');
    expect(updates.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
    const { price } = await product('000001', 'price');
    const amounts = updates.map((update) => Number(update.price.amount));
    expect(updates[0]!.price).toEqual(price);
    expect(amounts[1]).toBeGreaterThan(amounts[0]!);
    expect(amounts[2]).toBeLessThan(amounts[0]!);
    expect(new Set(updates.map((update) => update.price.currency)).size).toBe(1);
    expect(await firstPrices('000001')).toEqual(updates);
    expect(await cancelled).toBe('products.v1.CatalogueService/WatchPrice');
  });

  test('ends with NOT_FOUND for an unknown sku', async () => {
    const stream = catalogue.stream('WatchPrice', { sku: '009999' });
    stream.resume();
    const [error] = (await once(stream, 'error')) as [Error];
    expect(await failure(Promise.reject(error))).toMatchObject({ code: 5, status: { code: 5 } });
  });
});

describe('the server', () => {
  test('gives a call up whose deadline passes, echoes the request id, names its instance', async () => {
    const own = new CallCounters();
    const given = firstCancelled(own);
    const options = { port: 0, host: '127.0.0.1', database: ':memory:', counters: own };
    const second = await startCatalogue(options);
    const client = new Rpc(second.port, 'products/v1/catalogue.proto', 'products.v1.CatalogueService');
    const metadata = { 'x-delay-ms': '60000' };
    await expect(client.call('ListCategories', {}, { metadata, deadlineMs: 100 })).rejects.toMatchObject({
      code: 4,
    });
    expect(await given).toBe('products.v1.CatalogueService/ListCategories');
    expect(await client.cancelled('GetProduct', { sku: '000001' }, metadata)).toMatchObject({ code: 1 });
    const answered = await client.call('ListCategories', {}, { metadata: { 'x-request-id': 'r-1' } });
    expect(answered.trailer.get('x-request-id')).toEqual(['r-1']);
    expect(answered.header.get('x-backend-instance')).toEqual([`catalogue-${process.pid}`]);
    client.close();
    await second.close();
  });

  test('answers health checks and describes itself by reflection', async () => {
    const health = healthOf(server.port);
    const { answer } = await health.call('Check', { service: 'products.v1.CatalogueService' });
    expect(answer).toMatchObject({ status: 1 });
    health.close();
    const reflection = reflectionOf(server.port);
    const listed = await reflection.exchange('ServerReflectionInfo', { listServices: '' });
    expect(listed).toMatchObject({
      listServicesResponse: { service: expect.arrayContaining([{ name: 'products.v1.CatalogueService' }]) },
    });
    reflection.close();
  });
});

describe('the seed', () => {
  const everything = () => {
    const store = new CatalogueStore(':memory:');
    const seeded = store.page({ words: [], category: '' }, 0, 10_000);
    store.close();
    return seeded;
  };

  test('is the same in every new database', () => {
    const hash = (seeded: Product[]) => createHash('sha256').update(JSON.stringify(seeded)).digest('hex');
    expect(hash(everything())).toBe(hash(everything()));
  });

  test('has unknown states on exactly the skus that end in 99, every known state, every kind of media', () => {
    const seeded = everything();
    const unknown = seeded.filter(({ status }) => status > 3).map(({ sku }) => sku);
    expect(unknown).toEqual(skusUpTo(2000).filter((sku) => sku.endsWith('99')));
    expect(new Set(seeded.map(({ status }) => status))).toEqual(new Set([0, 1, 2, 3, 7]));
    expect(seeded.filter(({ image }) => image)).toHaveLength(800);
    expect(seeded.filter(({ video }) => video)).toHaveLength(400);
    expect(seeded.filter(({ document }) => document)).toHaveLength(400);
    expect(seeded.some(({ barcode }) => barcode.some((byte) => byte > 127))).toBe(true);
  });
});
