import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SluiceError, UpstreamError } from '../../../gateway/errors.ts';
import type { OutboundCall } from '../../../gateway/context.ts';
import { createAttemptTimeout } from '../../../gateway/policies/outbound/attempt-timeout.ts';
import type { UpstreamResponse } from '../../../gateway/upstreams/upstream.ts';
import { callOf, contextOf, upstreamResponse } from '../contexts.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const policy = createAttemptTimeout({ timeoutMs: new Map([['users', 50]]) });

/** A wire that never answers; gives what it was called with. */
function hanging() {
  const seen: OutboundCall[] = [];
  const step = policy.wrap((call) => {
    seen.push(call);
    return new Promise<UpstreamResponse>(() => {});
  });
  return { seen, step };
}

test('an attempt over its time fails with UPSTREAM_TIMEOUT, naming the service and the time', async () => {
  const { seen, step } = hanging();
  const outcome = step(callOf(), contextOf()).catch((error: unknown) => error);
  vi.advanceTimersByTime(50);
  expect(await outcome).toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
    service: 'users',
    message: 'The service "users" did not answer within 50 ms.',
  });
  expect(seen[0]?.options.signal.aborted).toBe(true);
});

test('other upstreams have 5 seconds', async () => {
  const { step } = hanging();
  let failed = false;
  step({ ...callOf(), upstream: 'orders' }, contextOf()).catch(() => (failed = true));
  await vi.advanceTimersByTimeAsync(4999);
  expect(failed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(failed).toBe(true);
});

test('the end of the operation ends the attempt at once, with its reason', async () => {
  const { seen, step } = hanging();
  const operation = new AbortController();
  const outcome = step(callOf({ signal: operation.signal }), contextOf()).catch((error: unknown) => error);
  operation.abort(new SluiceError('REQUEST_CANCELLED', 'gone'));
  expect(await outcome).toMatchObject({ code: 'REQUEST_CANCELLED', service: 'users' });
  expect(seen[0]?.options.signal.aborted).toBe(true);
});

test('nothing is sent for an operation that is over', async () => {
  const { seen, step } = hanging();
  const signal = AbortSignal.abort(new SluiceError('DEADLINE_EXCEEDED', 'late'));
  await expect(step(callOf({ signal }), contextOf())).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(seen).toEqual([]);
});

test('the wire is told the earlier of both deadlines', async () => {
  const { seen, step } = hanging();
  const now = Date.now();
  for (const deadlineAt of [now + 20, now + 1000]) step(callOf({ deadlineAt }), contextOf()).catch(() => {});
  expect(seen.map(({ options }) => options.deadlineAt)).toEqual([now + 20, now + 50]);
});

test('a thousand attempts leave neither timers nor listeners behind', async () => {
  const { signal } = new AbortController();
  const good = policy.wrap(async () => upstreamResponse);
  const bad = policy.wrap(() => Promise.reject(new Error('x')));
  for (let index = 0; index < 500; index++) {
    await good(callOf({ signal }), contextOf());
    await bad(callOf({ signal }), contextOf()).catch(() => {});
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("the operation's own deadline is told as such, even if the wire or the backend notices it first", async () => {
  const slow = policy.wrap(
    () =>
      new Promise<UpstreamResponse>((_, reject) => {
        setTimeout(() => reject(new UpstreamError('UPSTREAM_TIMEOUT', 'users', 'late')), 20);
      }),
  );
  const failing = async (deadlineAt: number) => {
    const outcome = slow(callOf({ deadlineAt }), contextOf()).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(20);
    return outcome;
  };
  expect(await failing(Date.now() + 20)).toMatchObject({ code: 'DEADLINE_EXCEEDED', service: 'users' });
  expect(await failing(Date.now() + 60_000)).toMatchObject({ code: 'UPSTREAM_TIMEOUT', message: 'late' });
});
