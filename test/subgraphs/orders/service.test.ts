import { request } from 'node:http';
import { expect, test, vi } from 'vitest';
import { seedOrders } from '../../../subgraphs/orders/backend/seed.ts';
import { child, faultOf, ordersService, send } from './service.ts';

const { call, backend, url } = ordersService();

test('unknown paths, methods and bodies beyond 1 MB are faults', async () => {
  expect(faultOf(await call('/order/o1'))).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  const patched = await call('/orders/o1', { method: 'PATCH' });
  expect(faultOf(patched)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
  expect(patched.headers.get('allow')).toBe('GET, HEAD, PUT, DELETE');
  const large = await call('/orders', send('POST', 'x'.repeat(1024 * 1024 + 1)));
  expect(faultOf(large)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  expect(faultOf(await call('/orders/%ff'))).toMatchObject({ status: 400, code: 'INVALID_PATH' });
});

test('HEAD has the headers of GET and no body', async () => {
  const head = await fetch(url('/orders/o1'), { method: 'HEAD' });
  const get = await call('/orders/o1');
  expect(await head.text()).toBe('');
  expect(head.headers.get('content-length')).toBe(String(get.bytes.length));
});

test('the order "crash" gives away a stack, which the gateway has to keep to itself', async () => {
  const { status, root } = await call('/orders/crash');
  expect(status).toBe(500);
  expect(child(root, 'stackTrace', root.namespace).text).toContain('order-routes.ts');
});

test('a client that leaves while it waits is counted as cancelled, and its change is not made', async () => {
  backend().counters.reset();
  const waiting = request(url('/orders/o5'), { method: 'DELETE', headers: { 'x-delay-ms': '999999' } });
  waiting.on('error', () => undefined).end();
  const cancelled = (): unknown => backend().counters.snapshot().cancelled;
  await vi.waitFor(() => expect(backend().counters.snapshot().calls).toEqual({ 'DELETE /orders/{id}': 1 }));
  expect(cancelled()).toEqual({});
  waiting.destroy();
  await vi.waitFor(() => expect(cancelled()).toEqual({ 'DELETE /orders/{id}': 1 }));
  expect((await call('/orders/o5')).root.attributes.get('status')).toBe('PLACED');
});

test('an answer that is delayed comes', async () => {
  const { status } = await call('/orders/o2', { headers: { 'x-delay-ms': '20' } });
  expect(status).toBe(200);
});

test('the admin server tells and forgets the counters', async () => {
  const admin = `http://127.0.0.1:${backend().ports.admin}`;
  await fetch(`${admin}/counters/reset`, { method: 'POST' });
  await call('/orders/o1');
  await call('/orders?ids=o1,o2,o2');
  await call('/orders?page=1');
  expect(await (await fetch(`${admin}/counters`)).json()).toEqual({
    calls: { 'GET /orders/{id}': 1, 'GET /orders': 2 },
    keys: { 'GET /orders/{id}': 1, 'GET /orders': 3 },
    cancelled: {},
  });
  expect((await fetch(`${admin}/healthz`)).status).toBe(200);
});

test('the seed is the same every time, and belongs to whom it should', () => {
  const orders = [...seedOrders()];
  expect(JSON.stringify([...seedOrders()])).toBe(JSON.stringify(orders));
  expect(orders).toHaveLength(20_000);
  const counts = Map.groupBy(orders, (order) => order.customerId);
  expect(counts.size).toBe(5000);
  expect([counts.get('u1')!.length, counts.get('u50')!.length, counts.get('u51')!.length]).toEqual([
    103, 103, 3,
  ]);
  expect(orders.every(({ items }) => items.length >= 1 && items.length <= 4)).toBe(true);
  expect(orders.every(({ items }) => items.every(({ sku }) => sku >= '000001' && sku <= '002000'))).toBe(
    true,
  );
});
