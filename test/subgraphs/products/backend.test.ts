import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';

const main = join(import.meta.dirname, '../../../subgraphs/products/backend/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'sluice-products-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Ports = Readonly<Record<'grpc' | 'warehouse' | 'reviews' | 'admin', number>>;

function start(environment: Readonly<Record<string, string>>): ChildProcess {
  const free = { GRPC_PORT: '0', WAREHOUSE_PORT: '0', REVIEWS_PORT: '0', ADMIN_PORT: '0' };
  return spawn(process.execPath, [main], { env: { ...process.env, ...free, ...environment } });
}

async function ready(child: ChildProcess): Promise<Ports> {
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const told = JSON.parse(line) as { ready: boolean; ports: Ports };
  expect(told.ready).toBe(true);
  return told.ports;
}

const adjustment =
  '<adjustment xmlns="urn:example:warehouse"><location code="007"/><delta>41</delta></adjustment>';

test('one process serves all four ports, and keeps its data in one file over a restart', async () => {
  const database = join(folder, 'products.sqlite');
  const first = start({ DATABASE: database });
  const ports = await ready(first);
  expect(Object.keys(ports)).toEqual(['grpc', 'warehouse', 'reviews', 'admin']);
  const adjusted = await fetch(`http://127.0.0.1:${ports.warehouse}/stock/000010/adjustments`, {
    method: 'POST',
    body: adjustment,
    headers: { 'content-type': 'application/xml' },
  });
  expect(await adjusted.text()).toContain('<w:available unit="pcs">41</w:available>');
  await (await fetch(`http://127.0.0.1:${ports.reviews}/reviews?skus=000001`)).text();
  const counters = await fetch(`http://127.0.0.1:${ports.admin}/counters`);
  expect(await counters.json()).toMatchObject({
    calls: { 'POST /stock/{sku}/adjustments': 1, 'GET /reviews': 1 },
    keys: { 'GET /reviews': 1 },
  });
  first.kill('SIGTERM');
  expect(await once(first, 'exit')).toEqual([0, null]);

  const second = start({ DATABASE: database });
  const again = await ready(second);
  const stock = await (await fetch(`http://127.0.0.1:${again.warehouse}/stock/000010`)).text();
  expect(stock).toContain('<w:available unit="pcs">41</w:available>');
  second.kill('SIGINT');
  expect(await once(second, 'exit')).toEqual([0, null]);
});

test('it ends with its parent when it is told to', async () => {
  const child = start({ DATABASE: ':memory:', SLUICE_EXIT_WITH_PARENT: '1' });
  await ready(child);
  child.stdin!.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a port that is taken, or none at all, is an error message and exit code 1', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const port = (taken.address() as AddressInfo).port;
  for (const [value, message] of [
    [String(port), /cannot start: .*EADDRINUSE/],
    ['seven', /WAREHOUSE_PORT must be a port/],
  ] as const) {
    const child = start({ DATABASE: ':memory:', WAREHOUSE_PORT: value });
    let errors = '';
    child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(errors).toMatch(message);
  }
  taken.close();
});
