import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { User } from '../../../subgraphs/users/backend/messages.ts';
import { backendProcess, exit, ready } from '../common/backend-process.ts';
import { usersClient } from './service.ts';

const FREE_PORTS = { GRPC_PORT: '0', ADMIN_PORT: '0' };
const { folder, start, refusal } = backendProcess('users');

test('serves gRPC and counters, keeps its data over a restart, and stops on SIGTERM', async () => {
  const DATABASE = join(folder, 'new', 'users.sqlite');
  const first = start({ ...FREE_PORTS, DATABASE });
  const ports = await ready(first);
  const users = usersClient(ports['grpc']!);
  await users.call('UpdateUser', { user: { id: 'u1', displayName: 'Kept' } });
  const admin = `http://127.0.0.1:${ports['admin']}`;
  expect(await (await fetch(`${admin}/counters`)).json()).toEqual({
    calls: { 'users.v1.UserService/UpdateUser': 1 },
    keys: { 'users.v1.UserService/UpdateUser': 1 },
    cancelled: {},
  });
  expect((await fetch(`${admin}/counters/reset`, { method: 'POST' })).status).toBe(204);
  expect(await (await fetch(`${admin}/counters`)).json()).toEqual({ calls: {}, keys: {}, cancelled: {} });
  expect((await fetch(`${admin}/healthz`)).status).toBe(200);
  expect((await fetch(`${admin}/counters/reset`)).status).toBe(404);
  first.kill('SIGTERM');
  expect(await exit(first)).toBe(0);
  users.close();

  const second = start({ ...FREE_PORTS, DATABASE });
  const again = usersClient((await ready(second))['grpc']!);
  const { answer } = await again.call<User>('GetUser', { id: 'u1' });
  expect(answer.displayName).toBe('Kept');
  again.close();
  second.kill('SIGINT');
  expect(await exit(second)).toBe(0);
});

test('stops when its parent is gone, if asked to', async () => {
  const child = start({ ...FREE_PORTS, SLUICE_EXIT_WITH_PARENT: '1' });
  await ready(child);
  child.stdin.end();
  expect(await exit(child)).toBe(0);
});

test('refuses to start on a taken port or with a port that is none', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const taken = String((other.address() as AddressInfo).port);
  expect(await refusal({ ...FREE_PORTS, GRPC_PORT: taken })).toMatch(new RegExp(`^users: .*${taken}`, 'm'));
  expect(await refusal({ ...FREE_PORTS, ADMIN_PORT: taken })).toMatch(new RegExp(`^users: .*${taken}`, 'm'));
  expect(await refusal({ ...FREE_PORTS, GRPC_PORT: 'many' })).toBe(
    'users: GRPC_PORT must be a whole number from 0 to 65535, not "many".\n',
  );
  other.close();
});
