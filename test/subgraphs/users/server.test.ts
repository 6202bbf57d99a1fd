import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../../subgraphs/users/backend/messages.ts';
import { startUsers } from '../../../subgraphs/users/backend/server.ts';
import { failure, healthOf, reflectionOf } from '../common/rpc.ts';
import { HOST, usersClient, usersService } from './service.ts';
import type { UsersService } from './service.ts';

/** More than the buffers between server and client hold. */
const REVISIONS = 60;

let counters: UsersService['counters'];
let cancelled: UsersService['cancelled'];
let server: UsersService['server'];
let users: UsersService['users'];

beforeEach(async () => {
  ({ counters, cancelled, server, users } = await usersService());
});

afterEach(async () => {
  users.close();
  await server.close();
});

describe('metadata', () => {
  test('names the instance in the header and echoes the request id in the trailer', async () => {
    const { header, trailer } = await users.call(
      'GetUser',
      { id: 'u1' },
      { metadata: { 'x-request-id': 'r-42' } },
    );
    expect(header.get('x-backend-instance')).toEqual([`users-${process.pid}`]);
    expect(trailer.get('x-request-id')).toEqual(['r-42']);
  });

  test('echoes the request id with an error too', async () => {
    const error = await failure(
      users.call('GetUser', { id: 'u0' }, { metadata: { 'x-request-id': 'r-43' } }),
    );
    expect(error.metadata.get('x-request-id')).toEqual(['r-43']);
  });
});

describe('deadlines and cancellation', () => {
  const slow = { 'x-delay-ms': '60000' };

  test('a call whose deadline passes is given up and counted', async () => {
    await expect(
      users.call('GetUser', { id: 'u1' }, { metadata: slow, deadlineMs: 100 }),
    ).rejects.toMatchObject({
      code: 4,
    });
    expect(await cancelled).toBe('users.v1.UserService/GetUser');
    expect(counters.snapshot().calls).toEqual({ 'users.v1.UserService/GetUser': 1 });
  });

  test('a cancelled call writes nothing and is counted', async () => {
    const request = { user: { id: 'u1', displayName: 'Never' } };
    expect(await users.cancelled('UpdateUser', request, { 'x-delay-ms': '50' })).toMatchObject({ code: 1 });
    expect(await cancelled).toBe('users.v1.UserService/UpdateUser');
    const later = { metadata: { 'x-delay-ms': '100' } };
    const { answer } = await users.call<User>('GetUser', { id: 'u1' }, later);
    expect(answer.displayName).not.toBe('Never');
  });

  test('a watcher who leaves before the first message is given up too', async () => {
    const stream = users.stream('WatchUser', { id: 'u1' }, { metadata: slow });
    stream.on('error', () => {});
    stream.on('metadata', () => stream.cancel());
    expect(await cancelled).toBe('users.v1.UserService/WatchUser');
  });

  test('answered calls are not counted as cancelled', async () => {
    await users.call('GetUser', { id: 'u1' }, { metadata: { 'x-delay-ms': '1' } });
    await failure(users.call('GetUser', { id: 'u0' }));
    expect(counters.snapshot().cancelled).toEqual({});
  });

  test('the latency of the server delays every call until the call says otherwise', async () => {
    const sluggish = await startUsers({
      port: 0,
      host: HOST,
      database: ':memory:',
      counters,
      latencyMs: 60_000,
    });
    const client = usersClient(sluggish.port);
    await expect(client.call('GetUser', { id: 'u1' }, { deadlineMs: 100 })).rejects.toMatchObject({
      code: 4,
    });
    const { answer } = await client.call<User>('GetUser', { id: 'u1' }, { metadata: { 'x-delay-ms': '0' } });
    expect(answer.id).toBe('u1');
    client.close();
    await sluggish.close();
  });
});

describe('services beside the users', () => {
  test('health says SERVING for the server and the service', async () => {
    const health = healthOf(server.port);
    for (const service of ['', 'users.v1.UserService']) {
      const { answer } = await health.call<{ status: string | number }>('Check', { service });
      expect(answer.status).toBe(1);
    }
    await expect(health.call('Check', { service: 'nobody.Service' })).rejects.toMatchObject({ code: 5 });
    health.close();
  });

  test('reflection lists the service and describes its messages and imports', async () => {
    const reflection = reflectionOf(server.port);
    const listed = await reflection.exchange('ServerReflectionInfo', { listServices: '' });
    expect(listed).toMatchObject({
      listServicesResponse: { service: expect.arrayContaining([{ name: 'users.v1.UserService' }]) },
    });
    const described = await reflection.exchange<{
      fileDescriptorResponse: { fileDescriptorProto: string[] };
    }>('ServerReflectionInfo', { fileContainingSymbol: 'users.v1.UserService' });
    const files = described.fileDescriptorResponse.fileDescriptorProto.map((file) =>
      Buffer.from(file, 'base64'),
    );
    const users = files.find((file) => file.includes('BatchGetUsersRequest'))!;
    expect(users.includes('\u{1a}\u{15}google_protobuf.proto')).toBe(true);
    reflection.close();
  });
});

test('a taken port is an error, not a hang', async () => {
  const again = startUsers({ port: server.port, host: HOST, database: ':memory:', counters });
  await expect(again).rejects.toThrow(/EADDRINUSE|bind/i);
});

test('a watcher who reads slowly misses states in between and gets the last one', async () => {
  const stream = users.stream<User>('WatchUser', { id: 'u1' });
  stream.on('error', () => {});
  await once(stream, 'data');
  stream.pause();
  const note = 'x'.repeat(100_000);
  const fields = (revision: number) => ({ note: { stringValue: note }, revision: { numberValue: revision } });
  for (let revision = 1; revision <= REVISIONS; revision += 1) {
    await users.call('UpdateUser', { user: { id: 'u1', preferences: { fields: fields(revision) } } });
  }
  const seen: number[] = [];
  for await (const user of stream as AsyncIterable<User>) {
    seen.push(user.preferences?.fields?.['revision']?.numberValue ?? 0);
    if (seen.at(-1) === REVISIONS) break;
  }
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.length).toBeLessThan(REVISIONS);
  stream.cancel();
});
