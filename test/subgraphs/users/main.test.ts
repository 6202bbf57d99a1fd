import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import type { User } from '../../../subgraphs/users/backend/messages.ts';
import { Rpc } from './rpc.ts';

const MAIN = join(import.meta.dirname, '../../../subgraphs/users/backend/main.ts');

const folder = mkdtempSync(join(tmpdir(), 'sluice-users-'));
const running = new Set<ChildProcessWithoutNullStreams>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], GRPC_PORT: '0', ADMIN_PORT: '0', DATABASE: ':memory:', ...env },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function ready(child: ChildProcessWithoutNullStreams): Promise<{ grpc: number; admin: number }> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { ports, ...rest } = JSON.parse(line) as { ports: { grpc: number; admin: number } };
  expect(rest).toEqual({ ready: true });
  return ports;
}

async function stopped(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

async function refusal(env: Record<string, string>): Promise<string> {
  const child = start(env);
  const said = child.stderr.setEncoding('utf8').toArray() as Promise<string[]>;
  expect(await stopped(child)).toBe(1);
  return (await said).join('');
}

test('serves gRPC and counters, keeps its data over a restart, and stops on SIGTERM', async () => {
  const DATABASE = join(folder, 'new', 'users.sqlite');
  const first = start({ DATABASE });
  const ports = await ready(first);
  const users = new Rpc(ports.grpc, 'users/v1/users.proto', 'users.v1.UserService');
  await users.call('UpdateUser', { user: { id: 'u1', displayName: 'Kept' } });
  const admin = `http://127.0.0.1:${ports.admin}`;
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
  expect(await stopped(first)).toBe(0);
  users.close();

  const second = start({ DATABASE });
  const again = new Rpc((await ready(second)).grpc, 'users/v1/users.proto', 'users.v1.UserService');
  const { answer } = await again.call<User>('GetUser', { id: 'u1' });
  expect(answer.displayName).toBe('Kept');
  again.close();
  second.kill('SIGINT');
  expect(await stopped(second)).toBe(0);
});

test('stops when its parent is gone, if asked to', async () => {
  const child = start({ SLUICE_EXIT_WITH_PARENT: '1' });
  await ready(child);
  child.stdin.end();
  expect(await stopped(child)).toBe(0);
});

test('refuses to start on a taken port or with a port that is none', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const taken = String((other.address() as AddressInfo).port);
  expect(await refusal({ GRPC_PORT: taken })).toMatch(new RegExp(`^users: .*${taken}`, 'm'));
  expect(await refusal({ ADMIN_PORT: taken })).toMatch(new RegExp(`^users: .*${taken}`, 'm'));
  expect(await refusal({ GRPC_PORT: 'many' })).toBe(
    'users: GRPC_PORT must be a whole number from 0 to 65535, not "many".\n',
  );
  other.close();
});
