import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backendProcess, exit, ready } from '../common/backend-process.ts';

const FREE_PORTS = { GRPC_PORT: '0', WAREHOUSE_PORT: '0', REVIEWS_PORT: '0', ADMIN_PORT: '0' };
const { folder, start, refusal } = backendProcess('products');

const adjustment =
  '<adjustment xmlns="urn:example:warehouse"><location code="007"/><delta>41</delta></adjustment>';

test('one process serves all four ports, and keeps its data in one file over a restart', async () => {
  const database = join(folder, 'products.sqlite');
  const first = start({ ...FREE_PORTS, DATABASE: database });
  const ports = await ready(first);
  expect(Object.keys(ports)).toEqual(['grpc', 'warehouse', 'reviews', 'admin']);
  const adjusted = await fetch(`http://127.0.0.1:${ports['warehouse']}/stock/000010/adjustments`, {
    method: 'POST',
    body: adjustment,
    headers: { 'content-type': 'application/xml' },
  });
  expect(await adjusted.text()).toContain('<w:available unit="pcs">41</w:available>');
  await (await fetch(`http://127.0.0.1:${ports['reviews']}/reviews?skus=000001`)).text();
  const counters = await fetch(`http://127.0.0.1:${ports['admin']}/counters`);
  expect(await counters.json()).toMatchObject({
    calls: { 'POST /stock/{sku}/adjustments': 1, 'GET /reviews': 1 },
    keys: { 'GET /reviews': 1 },
  });
  first.kill('SIGTERM');
  expect(await exit(first)).toBe(0);

  const second = start({ ...FREE_PORTS, DATABASE: database });
  const again = await ready(second);
  const stock = await (await fetch(`http://127.0.0.1:${again['warehouse']}/stock/000010`)).text();
  expect(stock).toContain('<w:available unit="pcs">41</w:available>');
  second.kill('SIGINT');
  expect(await exit(second)).toBe(0);
});

test('it ends with its parent when it is told to', async () => {
  const child = start({ ...FREE_PORTS, SLUICE_EXIT_WITH_PARENT: '1' });
  await ready(child);
  child.stdin.end();
  expect(await exit(child)).toBe(0);
});

test('a port that is taken, or none at all, is an error message and exit code 1', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const port = (taken.address() as AddressInfo).port;
  for (const [value, message] of [
    [String(port), /cannot start: .*EADDRINUSE/],
    ['seven', /WAREHOUSE_PORT must be a port/],
  ] as const) {
    expect(await refusal({ ...FREE_PORTS, WAREHOUSE_PORT: value })).toMatch(message);
  }
  taken.close();
});
