import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SluiceError } from '../../../gateway/errors.ts';
import { isStream } from '../../../gateway/http/message.ts';
import type { HttpResponse } from '../../../gateway/http/message.ts';
import { createDeadline } from '../../../gateway/policies/inbound/deadline.ts';
import { createInboundContext } from '../../../gateway/policies/kinds.ts';
import { okResponse, requestOf } from '../contexts.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<HttpResponse>(() => {});

function begin(next: () => Promise<HttpResponse>, client = new AbortController()) {
  const request = requestOf({ signal: client.signal });
  const context = createInboundContext(request);
  const answer = createDeadline({ timeoutMs: 100, graceMs: 10 }).wrap(next)(request, context);
  return { context, answer, client };
}

test('aborts the operation at the deadline, with its own reason', () => {
  const { context } = begin(never);
  expect(context.deadlineAt).toBe(Date.now() + 100);
  vi.advanceTimersByTime(99);
  expect(context.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(context.signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

test('aborts the operation when the client leaves, before or after it began', () => {
  const gone = new SluiceError('REQUEST_CANCELLED', 'gone');
  const later = begin(never);
  later.client.abort(gone);
  expect(later.context.signal.reason).toBe(gone);
  const client = new AbortController();
  client.abort(gone);
  expect(begin(never, client).context.signal.reason).toBe(gone);
});

test('gives up a step that ignores its signal, after the grace', async () => {
  const { answer } = begin(never);
  const outcome = answer.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(110);
  expect(await outcome).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

test('leaves no timer behind an answer or a failure', async () => {
  await begin(async () => okResponse()).answer;
  expect(vi.getTimerCount()).toBe(0);
  await begin(() => Promise.reject(new Error('x'))).answer.catch(() => {});
  expect(vi.getTimerCount()).toBe(0);
});

test('goes on for a stream until it ends', async () => {
  async function* body() {
    yield 'a';
  }
  const { answer } = begin(async () => ({ status: 200, headers: {}, body: body() }));
  const response = await answer;
  expect(vi.getTimerCount()).toBe(1);
  if (isStream(response.body)) for await (const chunk of response.body) expect(chunk).toBe('a');
  expect(vi.getTimerCount()).toBe(0);
});

test('spares an operation that was freed of it', () => {
  const { context } = begin(never);
  context.deadlineAt = Number.POSITIVE_INFINITY;
  vi.advanceTimersByTime(10_000);
  expect(context.signal.aborted).toBe(false);
});
