import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { demoConfig } from './demo.ts';
import { startGatewayProcess, writeConfig } from './gateway-process.ts';
import { projectRoot, startProcess } from './processes.ts';

let occupied: Server;
let config: ReturnType<typeof writeConfig>;
let admin: string;

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await listen();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const portOf = (server: Server): string => String((server.address() as AddressInfo).port);
const isGone = async (): Promise<boolean> =>
  fetch(`${admin}/healthz`).then(
    () => false,
    () => true,
  );

beforeAll(async () => {
  occupied = (await listen()).server;
});
afterAll(() => new Promise((resolve) => occupied.close(resolve)));

beforeEach(async () => {
  const [grpcPort, adminPort] = [await freePort(), await freePort()];
  admin = `http://127.0.0.1:${adminPort}`;
  const nowhere = 'http://127.0.0.1:9';
  config = writeConfig({
    ...demoConfig({
      users: `127.0.0.1:${grpcPort}`,
      catalogue: '127.0.0.1:9',
      warehouse: nowhere,
      orders: nowhere,
      reviews: nowhere,
    }),
    demo: {
      backends: [
        {
          name: 'users',
          command: join(projectRoot, 'subgraphs/users/backend/main.ts'),
          env: { GRPC_PORT: String(grpcPort), ADMIN_PORT: String(adminPort), DATABASE: ':memory:' },
        },
      ],
    },
  });
});
afterEach(() => config.remove());

test('start --demo runs the backends beside the gateway, and ends them with it', async () => {
  const gateway = await startGatewayProcess(['--demo', '--config', config.file]);
  expect(await gateway.data('{ user(id: "u1") { id } }')).toEqual({ user: { id: 'u1' } });
  expect(await isGone()).toBe(false);
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  expect(await isGone()).toBe(true);
});

test('start --demo ends the backends also if the gateway is killed', async () => {
  const gateway = await startGatewayProcess(['--demo', '--config', config.file]);
  await gateway.process.stop('SIGKILL');
  while (!(await isGone())) await new Promise((resolve) => setImmediate(resolve));
});

test('start --demo leaves nothing running when its port is in use', async () => {
  const run = startProcess([
    join(projectRoot, 'gateway/main.ts'),
    'start',
    '--demo',
    '--config',
    config.file,
    '--port',
    portOf(occupied),
  ]);
  expect(await run.ended).toEqual({ code: 1, signal: null });
  expect(run.stderr()).toContain(`Port ${portOf(occupied)}`);
  expect(await isGone()).toBe(true);
});
