import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';

const main = join(import.meta.dirname, '../../../subgraphs/orders/backend/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'sluice-orders-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the process says where it listens, keeps its orders over a restart, and ends when told', async () => {
  const env = {
    ...process.env,
    HTTP_PORT: '0',
    ADMIN_PORT: '0',
    DATABASE: join(folder, 'deep/orders.sqlite'),
  };
  for (const [signal, expected] of [
    ['SIGTERM', 'PLACED'],
    ['SIGINT', 'CANCELLED'],
  ] as const) {
    const child = spawn(process.execPath, [main], { env });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { ready, ports } = JSON.parse(line) as { ready: boolean; ports: { http: number; admin: number } };
    expect(ready).toBe(true);
    const url = `http://127.0.0.1:${ports.http}/orders/o5`;
    expect(await (await fetch(url)).text()).toContain(`status="${expected}"`);
    await (await fetch(url, { method: 'DELETE' })).text();
    expect((await fetch(`http://127.0.0.1:${ports.admin}/healthz`)).status).toBe(200);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
});
