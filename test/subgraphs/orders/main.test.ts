import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backendProcess, exit, ready } from '../common/backend-process.ts';

const { folder, start } = backendProcess('orders');

test('the process says where it listens, keeps its orders over a restart, and ends when told', async () => {
  const environment = {
    HTTP_PORT: '0',
    ADMIN_PORT: '0',
    DATABASE: join(folder, 'deep/orders.sqlite'),
  };
  for (const [signal, expected] of [
    ['SIGTERM', 'PLACED'],
    ['SIGINT', 'CANCELLED'],
  ] as const) {
    const child = start(environment);
    const ports = await ready(child);
    const url = `http://127.0.0.1:${ports['http']}/orders/o5`;
    expect(await (await fetch(url)).text()).toContain(`status="${expected}"`);
    await (await fetch(url, { method: 'DELETE' })).text();
    expect((await fetch(`http://127.0.0.1:${ports['admin']}/healthz`)).status).toBe(200);
    child.kill(signal);
    expect(await exit(child)).toBe(0);
  }
});
