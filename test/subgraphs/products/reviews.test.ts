import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallCounters } from '../../../subgraphs/common/counters.ts';
import type { ProductReviews, Review } from '../../../subgraphs/products/backend/reviews/reviews.ts';
import { seedReviews } from '../../../subgraphs/products/backend/reviews/seed.ts';
import { startReviews } from '../../../subgraphs/products/backend/reviews/server.ts';

const counters = new CallCounters();
const database = new DatabaseSync(':memory:');
let service: Awaited<ReturnType<typeof startReviews>>;

beforeAll(async () => {
  service = await startReviews({ port: 0, host: '127.0.0.1', database, counters });
});
afterAll(async () => {
  await service.close();
  database.close();
});

/** The answer; its body is taken for what the test says it is. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- spares every test a cast
async function call<Body>(path: string, init?: RequestInit): Promise<{ response: Response; body: Body }> {
  const response = await fetch(`http://127.0.0.1:${service.port}${path}`, init);
  return { response, body: (await response.json()) as Body };
}

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

async function problem(path: string, init?: RequestInit): Promise<Problem> {
  const { response, body } = await call<Problem>(path, init);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(body.status).toBe(response.status);
  return body;
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

test('the batch says per product what the single route says, and leaves out products that are unknown', async () => {
  counters.reset();
  const { body } = await call<ProductReviews[]>('/reviews?skus=000007,000001,999999,7,000009&limit=2');
  expect(body.map(({ sku }) => sku).toSorted((a, b) => Number(a) - Number(b))).toEqual([
    '000001',
    '000007',
    '000009',
  ]);
  for (const product of body) {
    expect((await call(`/products/${product.sku}/reviews?limit=2`)).body).toEqual(product);
  }
  expect(counters.snapshot()).toMatchObject({
    calls: { 'GET /reviews': 1, 'GET /products/{sku}/reviews': 3 },
    keys: { 'GET /reviews': 5 },
  });
});

test('the average and the total are those of all reviews, newest first, not only of those shown', async () => {
  const all = (await call<ProductReviews>('/products/000001/reviews?limit=100')).body;
  const one = (await call<ProductReviews>('/products/000001/reviews?limit=1')).body;
  const sum = all.reviews.reduce((total, review) => total + review.stars, 0);
  expect(all.reviews.length).toBeGreaterThan(1);
  expect(all.average_rating).toBeCloseTo(sum / all.reviews.length, 2);
  expect(one).toEqual({ ...all, reviews: all.reviews.slice(0, 1) });
  const dates = all.reviews.map((review) => review.created_at);
  expect(dates).toEqual(dates.toSorted((a, b) => b.localeCompare(a)));
});

test('a product without reviews has an empty list and no average', async () => {
  const { body } = await call('/products/000009/reviews');
  expect(body).toEqual({ sku: '000009', average_rating: null, total: 0, reviews: [] });
});

test('a new review is the first of its product, and moves the average', async () => {
  const sent = { author_id: 'u12', stars: 4, title: 'Grüße', body: '\u{1F44D}' };
  const { response, body } = await call<Review>('/products/000018/reviews', post(sent));
  expect([response.status, response.headers.get('location')]).toEqual([201, '/products/000018/reviews']);
  expect(body).toMatchObject({ ...sent, id: 'r6001' });
  const after = (await call<ProductReviews>('/products/000018/reviews')).body;
  expect(after).toEqual({ sku: '000018', average_rating: 4, total: 1, reviews: [body] });
});

test('what is wrong is a problem that names every field', async () => {
  const invalid = await problem('/products/000001/reviews', post({ stars: 6, title: '', body: 1 }));
  expect(invalid).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' });
  expect(invalid.errors!.map(({ pointer }) => pointer)).toEqual(['/author_id', '/stars', '/title', '/body']);
  expect(await problem('/products/000001/reviews', post('{'))).toMatchObject({
    status: 400,
    code: 'MALFORMED_JSON',
  });
  expect(await problem('/products/000001/reviews', post('[]'))).toMatchObject({ status: 400 });
  const text = { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } };
  expect(await problem('/products/000001/reviews', text)).toMatchObject({ status: 415 });
  expect(await problem('/products/002001/reviews')).toMatchObject({ status: 404, code: 'PRODUCT_NOT_FOUND' });
  expect(await problem('/reviews')).toMatchObject({ status: 400, errors: [{ pointer: '?skus' }] });
  expect(await problem('/products/000001/reviews?limit=101')).toMatchObject({ status: 400 });
  expect(await problem('/nowhere')).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  expect(await problem('/reviews', { method: 'DELETE' })).toMatchObject({ status: 405 });
});

test('the 6,000 reviews of the seed are the same every time, of known products and users', () => {
  const reviews = [...seedReviews()];
  expect([...seedReviews()]).toEqual(reviews);
  expect(reviews).toHaveLength(6000);
  expect(reviews.every(({ sku }) => sku >= '000001' && sku <= '002000')).toBe(true);
  expect(new Set(reviews.map(({ review }) => review.stars))).toEqual(new Set([1, 2, 3, 4, 5]));
});
