import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { askForChange } from '../../../gateway/commands/registry/ask-for-change.ts';

/** An admin port whose change is done once somebody has been told twice what it is doing. */
async function startAdmin() {
  const told = Promise.withResolvers<void>();
  let asked = 0;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/registry/progress') {
      response.end(JSON.stringify(asked === 0 ? {} : { what: `Composing ${asked} subgraphs`, sinceMs: 1 }));
      if (++asked === 3) told.resolve();
      return;
    }
    void told.promise.then(() => response.end('{"outcome":"served"}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, server, finish: () => told.resolve(), asked: () => asked };
}

async function ask(isTTY: boolean) {
  const admin = await startAdmin();
  if (!isTTY) admin.finish();
  let said = '';
  try {
    const context = {
      env: {},
      stdout: { write: () => undefined },
      stderr: { write: (text: string) => void (said += text), isTTY },
      stdin: process.stdin,
      loadGateway: () => Promise.reject(new Error('not needed')),
    };
    const change = { method: 'DELETE', path: '/registry/subgraphs/a' } as const;
    const answer = await askForChange(context, { admin: admin.url }, change);
    return { answer, said, asked: admin.asked() };
  } finally {
    admin.server.closeAllConnections();
    admin.server.close();
  }
}

test('who waits at a terminal is told what the gateway is doing, in one line that is gone at the end', async () => {
  const { answer, said } = await ask(true);
  expect(answer.body).toEqual({ outcome: 'served' });
  const lines = said.split('\r\u001b[K').filter(Boolean);
  expect(lines.slice(0, 2)).toEqual(['Asking the gateway …', 'Composing 1 subgraphs …']);
  expect(said.endsWith('\r\u001b[K')).toBe(true);
});

test('a pipeline is told nothing in between, and the gateway is not asked', async () => {
  expect(await ask(false)).toMatchObject({ said: '', asked: 0 });
});
