import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../../subgraphs/users/backend/messages.ts';
import { startUsers } from '../../../subgraphs/users/backend/server.ts';
import { detailOf, failure } from '../common/rpc.ts';
import { HOST, usersService } from './service.ts';
import type { UsersService } from './service.ts';

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

async function send(method: string, request: object): Promise<User> {
  return (await users.call<User>(method, request)).answer;
}

const ada = { displayName: 'Ada 👩‍🔬 Łącka', email: 'ada@new.example' };

describe('CreateUser', () => {
  test('assigns the next id and keeps what was given', async () => {
    const address = { city: 'Köln', postalCode: '01234', country: 'DE' };
    const preferences = {
      fields: { a: { listValue: { values: [{ nullValue: 0 }, { numberValue: 0.5 }] } } },
    };
    const postalContact = { addressee: 'Ada', address };
    const created = await send('CreateUser', {
      user: { ...ada, id: 'u1', loyaltyPoints: '5', address, preferences, postalContact },
    });
    expect(created).toMatchObject({ id: 'u5001', ...ada, status: 2, address, preferences, postalContact });
    expect(created.loyaltyPoints).toBeUndefined();
    expect(await send('GetUser', { id: 'u5001' })).toEqual(created);
  });

  test('answers a repeated request id with the user made before', async () => {
    const first = await send('CreateUser', { user: ada, requestId: 'r-1' });
    expect(await send('CreateUser', { user: ada, requestId: 'r-1' })).toEqual(first);
  });

  test('tells ALREADY_EXISTS when the email address is taken, whatever its case', async () => {
    await send('CreateUser', { user: ada });
    const error = await failure(users.call('CreateUser', { user: { ...ada, email: 'ADA@new.example' } }));
    expect(error.code).toBe(6);
    expect(detailOf(error, 'ErrorInfo')).toMatchObject({ reason: 'EMAIL_TAKEN' });
    expect(detailOf(error, 'ResourceInfo')).toMatchObject({ resourceName: 'ADA@new.example' });
  });

  test('reports every wrong field at once', async () => {
    const error = await failure(
      users.call('CreateUser', {
        user: {
          email: 'nowhere',
          phone: '110',
          status: 99,
          address: { country: 'de' },
          phoneContact: { number: 'x', bestHour: 24 },
        },
      }),
    );
    expect(error.code).toBe(3);
    const { fieldViolations } = detailOf(error, 'BadRequest') as { fieldViolations: { field: string }[] };
    expect(fieldViolations.map(({ field }) => field)).toEqual([
      'user.display_name',
      'user.email',
      'user.phone',
      'user.status',
      'user.address.city',
      'user.address.country',
      'user.phone_contact.number',
      'user.phone_contact.best_hour',
    ]);
  });
});

describe('UpdateUser', () => {
  test('changes what the mask names, clears what it names and the user lacks, and leaves the rest', async () => {
    const before = await send('GetUser', { id: 'u1' });
    const after = await send('UpdateUser', {
      user: { id: 'u1', displayName: 'Neu', email: 'ignored@x.example', address: { city: 'Žilina' } },
      updateMask: { paths: ['display_name', 'address.city', 'preferences'] },
    });
    const expected: User = {
      ...before,
      displayName: 'Neu',
      address: { ...before.address, city: 'Žilina' },
    };
    delete expected.preferences;
    expect(after).toEqual(expected);
    expect(await send('GetUser', { id: 'u1' })).toEqual(after);
  });

  test('changes what is present when there is no mask', async () => {
    const before = await send('GetUser', { id: 'u2' });
    const after = await send('UpdateUser', { user: { id: 'u2', phone: '+4930901820' } });
    expect(after).toEqual({ ...before, phone: '+4930901820' });
  });

  test('lets one way of contact replace another, if the mask says so', async () => {
    const before = await send('GetUser', { id: 'u2' });
    const emailContact = { email: 'two@example.org', newsletter: true };
    const expected: User = { ...before, emailContact };
    delete expected.phoneContact;
    delete expected.preferences;
    const update = (...paths: string[]) =>
      send('UpdateUser', { user: { id: 'u2', emailContact }, updateMask: { paths } });
    expect(await update('preferences')).toHaveProperty('phoneContact', before.phoneContact);
    expect(await update('email_contact')).toEqual({ ...expected, contact: 'emailContact' });
  });

  test('finds the user by the new name afterwards', async () => {
    await send('UpdateUser', { user: { id: 'u1', displayName: 'Quetzalcóatl' } });
    const { answer } = await users.call<{ users: User[] }>('SearchUsers', { text: 'quetzalcoatl' });
    expect(answer.users.map(({ id }) => id)).toEqual(['u1']);
  });

  test('refuses unknown and read-only paths together, and an unknown user', async () => {
    const paths = ['created_at', 'nope', 'display_name'];
    const error = await failure(users.call('UpdateUser', { user: { id: 'u1' }, updateMask: { paths } }));
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [{ reason: 'UNKNOWN_FIELD' }, { reason: 'READ_ONLY' }],
    });
    expect((await failure(users.call('UpdateUser', { user: { ...ada, id: 'u6000' } }))).code).toBe(5);
  });

  test('does not let a user take the email address of another', async () => {
    const { email } = await send('GetUser', { id: 'u2' });
    const error = await failure(users.call('UpdateUser', { user: { id: 'u1', email } }));
    expect(error.code).toBe(6);
  });
});

describe('WatchUser', () => {
  test('tells the user as it is, then every change of this user, until the caller cancels', async () => {
    const stream = users.stream<User>('WatchUser', { id: 'u1' });
    stream.on('error', () => {});
    const [before] = (await once(stream, 'data')) as [User];
    expect(before).toEqual(await send('GetUser', { id: 'u1' }));
    for (const displayName of ['Eins', 'Zwei']) {
      const change = once(stream, 'data') as Promise<[User]>;
      await send('UpdateUser', { user: { id: 'u2', displayName: 'Somebody else' } });
      await send('UpdateUser', { user: { id: 'u1', displayName } });
      expect((await change)[0]).toEqual({ ...before, displayName });
    }
    stream.cancel();
    expect(await cancelled).toBe('users.v1.UserService/WatchUser');
    await send('UpdateUser', { user: { id: 'u1', displayName: 'Unwatched' } });
  });

  test('ends with NOT_FOUND for an unknown user', async () => {
    const stream = users.stream('WatchUser', { id: 'u6000' });
    stream.resume();
    const [error] = (await once(stream, 'error')) as [Error];
    expect(await failure(Promise.reject(error))).toMatchObject({ code: 5, status: { code: 5 } });
    expect(counters.snapshot().cancelled).toEqual({});
  });

  test('ends with UNAVAILABLE when the server stops', async () => {
    const stream = users.stream('WatchUser', { id: 'u1' });
    await once(stream, 'data');
    const ended = once(stream, 'error') as Promise<[{ code: number }]>;
    await server.close();
    expect((await ended)[0].code).toBe(14);
    server = await startUsers({ port: 0, host: HOST, database: ':memory:', counters });
  });
});
