import { afterEach, expect, test } from 'vitest';
import { startHttpServer } from '../../gateway/http/server.ts';
import type { HttpServer } from '../../gateway/http/server.ts';
import { createAdminHandler } from '../../gateway/observe/admin.ts';
import type { AdminParts } from '../../gateway/observe/admin.ts';
import { createMetrics } from '../../gateway/observe/metrics.ts';

let server: HttpServer | undefined;
afterEach(() => server?.close({ graceMs: 0 }));

async function admin(parts: Partial<AdminParts> = {}) {
  const metrics = createMetrics({ processMetrics: false });
  metrics.recordRequest('query', 'ok', 0.001);
  const limits = { bodyBytes: 1000, headerBytes: 8192, headersTimeoutMs: 5000, requestTimeoutMs: 5000 };
  const handler = createAdminHandler({ metrics, ready: () => ({ ready: true }), ...parts });
  server = await startHttpServer({ port: 0, host: '127.0.0.1', handler, limits, onError: () => {} });
  const url = `http://127.0.0.1:${server.port}`;
  return (path: string, accept = '*/*') => fetch(url + path, { headers: { accept } });
}

test('/metrics is Prometheus text', async () => {
  const response = await (await admin())('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(await response.text()).toContain('sluice_requests_total{kind="query",outcome="ok"} 1');
});

test('/healthz is 200 even when /readyz is 503 with the reason', async () => {
  const get = await admin({ ready: () => ({ ready: false, reason: 'no schema yet' }) });
  expect((await get('/healthz')).status).toBe(200);
  const notReady = await get('/readyz');
  expect(notReady.status).toBe(503);
  expect(await notReady.json()).toEqual({ status: 'not ready', reason: 'no schema yet' });
});

test('/ lists what there is, added routes too; anything else is 404', async () => {
  const handler = async () => ({ status: 200, headers: {}, body: 'extra' });
  const get = await admin({ routes: { '/extra': { about: 'more', handler } } });
  expect(await (await get('/')).text()).toMatch(/\/metrics.*\n\/healthz.*\n\/readyz.*\n\/extra {2}more/);
  expect(await (await get('/extra')).text()).toBe('extra');
  expect((await get('/nothing')).status).toBe(404);
});

test('/ is a page with links for browsers', async () => {
  const response = await (await admin())('/', 'text/html,*/*');
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toContain('<a href="./metrics">/metrics</a>');
});
