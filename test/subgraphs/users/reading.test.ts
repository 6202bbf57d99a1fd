import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page, User } from '../../../subgraphs/users/backend/messages.ts';
import { UserStore } from '../../../subgraphs/users/backend/store.ts';
import { userViolations } from '../../../subgraphs/users/backend/validation.ts';
import { detailOf, failure } from '../common/rpc.ts';
import { usersService } from './service.ts';
import type { UsersService } from './service.ts';

let counters: UsersService['counters'];
let server: UsersService['server'];
let users: UsersService['users'];

beforeAll(async () => {
  ({ counters, server, users } = await usersService());
});

afterAll(async () => {
  users.close();
  await server.close();
});

async function read<Answer>(method: string, request: object): Promise<Answer> {
  return (await users.call<Answer>(method, request)).answer;
}

describe('GetUser', () => {
  test('answers with the whole user', async () => {
    const user = await read<User>('GetUser', { id: 'u1' });
    expect(user).toMatchObject({
      id: 'u1',
      email: expect.stringMatching(/\.1@example\.org$/),
      status: expect.any(Number),
      address: { postalCode: expect.any(String), country: expect.stringMatching(/^[A-Z]{2}$/) },
      emailContact: { email: expect.stringContaining('@') },
      createdAt: { seconds: '1546332336' },
    });
    expect(user.preferences?.fields?.['notifications']?.structValue?.fields?.['quietFrom']).toEqual({
      kind: 'nullValue',
      nullValue: 0,
    });
  });

  test('answers with what the read mask names and nothing else', async () => {
    const readMask = { paths: ['address.city', 'display_name'] };
    const user = await read<User>('GetUser', { id: 'u1', readMask });
    expect(user).toEqual({ displayName: expect.any(String), address: { city: expect.any(String) } });
  });

  test('keeps every digit of an int64 beyond 2^53', async () => {
    expect(await read('GetUser', { id: 'u7' })).toMatchObject({ loyaltyPoints: '9223372036854775807' });
    expect(await read('GetUser', { id: 'u500' })).toMatchObject({ loyaltyPoints: '9007199254741493' });
  });

  test('tells NOT_FOUND with the resource', async () => {
    const error = await failure(users.call('GetUser', { id: 'u999999' }));
    expect(error.code).toBe(5);
    expect(detailOf(error, 'ResourceInfo')).toMatchObject({
      resourceType: 'users.v1.User',
      resourceName: 'u999999',
    });
    expect(detailOf(error, 'ErrorInfo')).toMatchObject({
      reason: 'NOT_FOUND',
      domain: 'users.sluice.example',
      metadata: { resource: 'u999999' },
    });
  });

  test('reports every violation at once', async () => {
    const error = await failure(users.call('GetUser', { readMask: { paths: ['nonsense', 'address.nope'] } }));
    expect(error.code).toBe(3);
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [
        { field: 'id', reason: 'REQUIRED' },
        { field: 'read_mask', description: expect.stringContaining('"nonsense"') },
        { field: 'read_mask', description: expect.stringContaining('"address.nope"') },
      ],
    });
  });

  test('fails on request, with what a gateway must hide', async () => {
    const internal = await failure(users.call('GetUser', { id: 'internal-error' }));
    expect(internal.code).toBe(13);
    expect(detailOf(internal, 'DebugInfo')).toMatchObject({
      stackEntries: expect.arrayContaining([expect.stringContaining('errors.ts')]),
      detail: expect.stringContaining('10.0.0.7'),
    });
    const unavailable = await failure(users.call('BatchGetUsers', { ids: ['u1', 'unavailable-error'] }));
    expect(unavailable.code).toBe(14);
    expect(detailOf(unavailable, 'RetryInfo')).toMatchObject({
      retryDelay: { seconds: '1', nanos: 500_000_000 },
    });
    const quota = await failure(users.call('GetUser', { id: 'quota-error' }));
    expect(quota.code).toBe(8);
    expect(detailOf(quota, 'QuotaFailure')).toMatchObject({ violations: [{ subject: 'caller' }] });
  });
});

describe('BatchGetUsers', () => {
  test('answers once per existing id, in another order than asked', async () => {
    const asked = Array.from({ length: 20 }, (_, index) => `u${index + 1}`);
    const ids = [...asked, 'u3', 'u888888', 'nobody', '', 'u03'];
    const first = await read<{ users: User[] }>('BatchGetUsers', { ids });
    const order = first.users.map(({ id }) => id!);
    expect(order.toSorted()).toEqual(asked.toSorted());
    expect(order).not.toEqual(asked);
    expect(order).not.toEqual(asked.toReversed());
    expect(await read('BatchGetUsers', { ids: ids.toReversed() })).toEqual(first);
  });

  test('counts a call and its ids', async () => {
    counters.reset();
    await read('BatchGetUsers', { ids: ['u1', 'u2', 'u2'], readMask: { paths: ['id'] } });
    expect(counters.snapshot()).toEqual({
      calls: { 'users.v1.UserService/BatchGetUsers': 1 },
      keys: { 'users.v1.UserService/BatchGetUsers': 3 },
      cancelled: {},
    });
  });

  test('takes 1000 ids and refuses 1001', async () => {
    const ids = Array.from({ length: 1001 }, (_, index) => `u${index + 1}`);
    const { users: found } = await read<{ users: User[] }>('BatchGetUsers', { ids: ids.slice(1) });
    expect(found).toHaveLength(1000);
    const error = await failure(users.call('BatchGetUsers', { ids }));
    expect(error.code).toBe(3);
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [{ field: 'ids', reason: 'TOO_MANY' }],
    });
  });
});

describe('ListUsers', () => {
  test('pages over every user once, in order', async () => {
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page: Page = await read('ListUsers', { pageSize: 999, pageToken, readMask: { paths: ['id'] } });
      expect(page.totalSize).toBe(5000);
      seen.push(...page.users.map(({ id }) => id!));
      pageToken = page.nextPageToken ?? '';
    } while (pageToken !== '');
    expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => `u${index + 1}`));
  });

  test('gives 50 users by default and 1000 at most', async () => {
    expect((await read<Page>('ListUsers', {})).users).toHaveLength(50);
    const page = await read<Page>('ListUsers', { pageSize: 100_000, readMask: { paths: ['id'] } });
    expect(page.users).toHaveLength(1000);
  });

  test('ends without a token when the last page is full', async () => {
    const page = await read<Page>('ListUsers', {
      pageSize: 10,
      afterId: 'u4990',
      readMask: { paths: ['id'] },
    });
    expect(page.users.map(({ id }) => id).slice(0, 1)).toEqual(['u4991']);
    expect(page.users).toHaveLength(10);
    expect(page.nextPageToken).toBeUndefined();
  });

  test('reports a bad size, token and id together', async () => {
    const error = await failure(users.call('ListUsers', { pageSize: -1, pageToken: 'forged', afterId: 'x' }));
    expect(error.code).toBe(3);
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [
        { field: 'page_size', reason: 'NEGATIVE' },
        { field: 'page_token', reason: 'CONFLICT' },
        { field: 'after_id', reason: 'INVALID_ID' },
        { field: 'page_token', reason: 'INVALID_PAGE_TOKEN' },
      ],
    });
  });
});

describe('SearchUsers', () => {
  test('finds all words, whatever their case and accents, and pages over the matches', async () => {
    const first = await read<Page>('SearchUsers', { text: 'BJORN muller', pageSize: 1 });
    expect(first.users[0]?.displayName).toMatch(/^Björn Müller/);
    expect(first.totalSize).toBeGreaterThan(1);
    const rest = await read<Page>('SearchUsers', {
      text: 'BJORN muller',
      pageSize: 1000,
      pageToken: first.nextPageToken,
    });
    expect(rest.users).toHaveLength(first.totalSize - 1);
    expect(rest.users.map(({ id }) => id)).not.toContain(first.users[0]?.id);
    expect(rest.nextPageToken).toBeUndefined();
  });

  test('refuses a blank text and the token of another search', async () => {
    expect((await failure(users.call('SearchUsers', { text: ' ' }))).code).toBe(3);
    const { nextPageToken } = await read<Page>('SearchUsers', { text: 'ada', pageSize: 1 });
    const error = await failure(users.call('SearchUsers', { text: 'zoe', pageToken: nextPageToken }));
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [{ reason: 'INVALID_PAGE_TOKEN' }],
    });
  });

  test('treats wildcards of SQL as text', async () => {
    const { users: found } = await read<Page>('SearchUsers', { text: '%' });
    expect(found).toEqual([]);
  });
});

describe('the seed', () => {
  const everyone = () => {
    const store = new UserStore(':memory:');
    const seeded = store.page([], 0, 10_000);
    store.close();
    return seeded;
  };

  test('is the same in every new database', () => {
    const hash = (seeded: User[]) => createHash('sha256').update(JSON.stringify(seeded)).digest('hex');
    expect(hash(everyone())).toBe(hash(everyone()));
  });

  test('holds valid users only, of every kind', () => {
    const seeded = everyone();
    expect(seeded.flatMap(userViolations)).toEqual([]);
    expect(new Set(seeded.map(({ status }) => status))).toEqual(new Set([1, 2, 3, 4]));
    for (const kind of ['emailContact', 'phoneContact', 'postalContact'] as const) {
      expect(seeded.filter((user) => user[kind])).toHaveLength(1250);
    }
    expect(seeded.some(({ address }) => address?.postalCode?.startsWith('0'))).toBe(true);
    expect(seeded.some(({ displayName }) => /\p{Extended_Pictographic}/u.test(displayName!))).toBe(true);
    for (const absent of ['phone', 'address', 'preferences'] as const) {
      expect(seeded.some((user) => user[absent] === undefined)).toBe(true);
    }
  });
});

test('a search need not know how to write Łukasz', async () => {
  const { users: found } = await read<Page>('SearchUsers', { text: 'lukasz SORENSEN', pageSize: 1 });
  expect(found[0]?.displayName).toMatch(/^Łukasz Sørensen/);
});
