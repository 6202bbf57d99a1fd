import { describe, expect, test } from 'vitest';
import type { OutboundCall, RequestContext } from '../../../gateway/context.ts';
import { SluiceError, UpstreamError } from '../../../gateway/errors.ts';
import { createCoalesce } from '../../../gateway/policies/outbound/coalesce.ts';
import type { UpstreamResponse } from '../../../gateway/upstreams/upstream.ts';
import { callOf, contextOf } from '../contexts.ts';

/** A backend whose calls end when the test says so. */
function backend() {
  const calls: { call: OutboundCall; end: (data: unknown) => void; fail: (error: Error) => void }[] = [];
  const joined: string[] = [];
  const policy = createCoalesce({ onJoin: ({ request }) => joined.push(request.operation) });
  const ask = policy.wrap(
    (call) =>
      new Promise<UpstreamResponse>((resolve, reject) => {
        calls.push({ call, end: (data) => resolve({ data, status: 200, headers: {} }), fail: reject });
      }),
  );
  return { calls, joined, ask };
}

function read(id = 'u1', options: Partial<OutboundCall['options']> = {}): OutboundCall {
  const call = callOf(options);
  return { ...call, request: { ...call.request, input: { message: { id } }, readOnly: true } };
}

const write = (): OutboundCall => {
  const call = callOf();
  return { ...call, request: { operation: 'users.v1.UserService/UpdateUser', input: {}, idempotent: true } };
};

const dataOf = async (answer: Promise<UpstreamResponse>) => (await answer).data;

describe('one backend call is shared by', () => {
  test('equal reads that are under way at the same time, whatever their request ids', async () => {
    const { calls, joined, ask } = backend();
    const first = ask(read('u1', { headers: { 'x-request-id': 'a', traceparent: '1' } }), contextOf());
    const second = ask(read('u1', { headers: { 'x-request-id': 'b', traceparent: '2' } }), contextOf());
    expect(calls).toHaveLength(1);
    expect(joined).toEqual(['users.v1.UserService/GetUser']);
    calls[0]!.end('answer');
    expect(await Promise.all([dataOf(first), dataOf(second)])).toEqual(['answer', 'answer']);
  });

  test('nobody who comes after it has ended', async () => {
    const { calls, ask } = backend();
    const first = ask(read(), contextOf());
    calls[0]!.end(1);
    await first;
    void ask(read(), contextOf());
    expect(calls).toHaveLength(2);
  });

  test.each<[string, OutboundCall, Partial<RequestContext>]>([
    ['another input', read('u2'), {}],
    ['another identity', read(), { identity: 'someone' }],
    ['another header that the backend sees', read('u1', { headers: { authorization: 'x' } }), {}],
    ['another upstream', { ...read(), upstream: 'other' }, {}],
  ])('nobody with %s', (_, call, context) => {
    const { calls, ask } = backend();
    void ask(read(), contextOf());
    void ask(call, contextOf(context));
    expect(calls).toHaveLength(2);
  });

  test('no call that may change something', () => {
    const { calls, ask } = backend();
    void ask(write(), contextOf());
    void ask(write(), contextOf());
    expect(calls).toHaveLength(2);
  });
});

describe('a change', () => {
  test('ends the sharing of its service wherever that is asked', () => {
    const { calls, ask } = backend();
    const elsewhere = `${read().upstream}@canary`;
    void ask(read(), contextOf());
    void ask({ ...write(), upstream: elsewhere }, contextOf());
    void ask(read(), contextOf());
    expect(calls).toHaveLength(3);
  });

  test('is seen by whoever asks after it: a read from before it is not joined', async () => {
    const { calls, ask } = backend();
    void ask(read(), contextOf());
    const change = ask(write(), contextOf());
    void ask(read(), contextOf());
    expect(calls).toHaveLength(3);
    calls[1]!.end('changed');
    await change;
    void ask(read(), contextOf());
    expect(calls).toHaveLength(4);
  });
});

describe('who waits', () => {
  test('may leave: the call goes on for the others, and is cancelled with the last one', async () => {
    const { calls, ask } = backend();
    const one = new AbortController();
    const two = new AbortController();
    const first = ask(read('u1', { signal: one.signal }), contextOf());
    const second = ask(read('u1', { signal: two.signal }), contextOf());
    one.abort(new SluiceError('REQUEST_CANCELLED', 'gone'));
    await expect(first).rejects.toMatchObject({ code: 'REQUEST_CANCELLED', service: 'users' });
    expect(calls[0]!.call.options.signal.aborted).toBe(false);
    two.abort(new SluiceError('DEADLINE_EXCEEDED', 'late'));
    await expect(second).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(calls[0]!.call.options.signal.aborted).toBe(true);
  });

  test('gets the failure of the call, each of them', async () => {
    const { calls, ask } = backend();
    const both = [ask(read(), contextOf()), ask(read(), contextOf())];
    calls[0]!.fail(new UpstreamError('UPSTREAM_ERROR', 'users', 'broken'));
    for (const answer of both) await expect(answer).rejects.toMatchObject({ code: 'UPSTREAM_ERROR' });
  });

  test('asks again if the call ran out of the time that the first one had', async () => {
    const { calls, ask } = backend();
    const first = ask(read(), contextOf());
    const second = ask(read(), contextOf());
    calls[0]!.fail(new UpstreamError('UPSTREAM_TIMEOUT', 'users', 'too late'));
    await expect(first).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await expect.poll(() => calls.length).toBe(2);
    calls[1]!.end('in time');
    expect(await dataOf(second)).toBe('in time');
  });
});
