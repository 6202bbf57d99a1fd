import { OperationTypeNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Executable, ExecutionResult } from '../../../gateway/compile/executable.ts';
import type { RequestContext } from '../../../gateway/context.ts';
import { SluiceError } from '../../../gateway/errors.ts';
import type { OperationInput } from '../../../gateway/policies/kinds.ts';
import { createCoalesceRequests } from '../../../gateway/policies/operation/coalesce-requests.ts';
import type { CoalesceRequestsOptions } from '../../../gateway/policies/operation/coalesce-requests.ts';
import { contextOf } from '../contexts.ts';

function executableOf(kind: OperationTypeNode): Executable {
  const never = () => {
    throw new Error('the policy runs nothing itself');
  };
  return { kind, plan: undefined as never, run: never, bind: never };
}

const QUERY = executableOf(OperationTypeNode.QUERY);

function inputOf(variables?: OperationInput['variables'], executable = QUERY): OperationInput {
  return { executable, document: parse('{ a }'), operationName: undefined, documentHash: 'h', variables };
}

/** Runs that end when the test says so. */
function runs(
  headers: CoalesceRequestsOptions['headers'] = ['authorization'],
  window: CoalesceRequestsOptions['window'] = 'run',
) {
  const started: {
    context: RequestContext;
    end: (result: ExecutionResult) => void;
    fail: (e: Error) => void;
  }[] = [];
  const shared: ExecutionResult[] = [];
  let joined = 0;
  const changes = { count: 0 };
  const policy = createCoalesceRequests({
    headers,
    changes,
    window,
    onJoin: () => joined++,
    onShare: (result) => shared.push(result),
  });
  const ask = policy.wrap(
    (_, context) =>
      new Promise<ExecutionResult>((resolve, reject) => {
        started.push({ context, end: resolve, fail: reject });
      }),
  );
  return { started, ask, shared, changes, joined: () => joined };
}

describe('one run is shared by', () => {
  test('identical queries under way at the same time, and their result is one object', async () => {
    const { started, ask, shared, joined } = runs();
    const all = [1, 2, 3].map((id) => ask(inputOf(), contextOf({ requestId: String(id) })));
    expect(started).toHaveLength(1);
    expect(joined()).toBe(2);
    const result = { data: { a: 1 } };
    started[0]!.end(result);
    void all[0]!.then(() => expect(shared).toEqual([result]));
    for (const answer of all) expect(await answer).toBe(result);
    expect(shared).toHaveLength(1);
  });

  test('nobody else, and then nothing is told to be shared', async () => {
    const { started, ask, shared, joined } = runs();
    const only = ask(inputOf(), contextOf());
    started[0]!.end({ data: {} });
    await only;
    expect([shared, joined()]).toEqual([[], 0]);
  });

  test.each<[string, Partial<RequestContext>]>([
    ['their request ids', { requestId: 'another', headers: { 'x-request-id': 'b', traceparent: '2' } }],
    ['headers that nobody reads', { headers: { 'user-agent': 'curl', accept: '*/*' } }],
  ])('whatever %s', (_, context) => {
    const { started, ask } = runs();
    void ask(inputOf(), contextOf({ headers: { 'x-request-id': 'a' } }));
    void ask(inputOf(), contextOf(context));
    expect(started).toHaveLength(1);
  });

  test('equal variables in any order of their fields', () => {
    const { started, ask } = runs();
    void ask(inputOf({ a: 1, b: { c: [1, { d: 2, e: 3 }], f: null } }), contextOf());
    void ask(inputOf({ b: { f: null, c: [1, { e: 3, d: 2 }] }, a: 1 }), contextOf());
    expect(started).toHaveLength(1);
  });

  test('nobody who comes after it has ended', async () => {
    const { started, ask } = runs();
    const first = ask(inputOf(), contextOf());
    started[0]!.end({ data: null });
    await first;
    void ask(inputOf(), contextOf());
    expect(started).toHaveLength(2);
  });

  test.each<[string, OperationInput, Partial<RequestContext>]>([
    ['another operation', inputOf(undefined, executableOf(OperationTypeNode.QUERY)), {}],
    ['other variables', inputOf({ id: '2' }), {}],
    ['a variable that is null and not absent', inputOf({ id: '1', x: null }), {}],
    ['another identity', inputOf({ id: '1' }), { identity: 'someone' }],
    ['another header that can change the answer', inputOf({ id: '1' }), { headers: { authorization: 'x' } }],
  ])('nobody with %s', (_, input, context) => {
    const { started, ask } = runs();
    void ask(inputOf({ id: '1' }), contextOf());
    void ask(input, contextOf(context));
    expect(started).toHaveLength(2);
  });

  test('nobody with any other header, where all may change an answer', () => {
    const { started, ask } = runs('all');
    void ask(inputOf(), contextOf({ headers: { 'x-tenant': 'a', host: 'one' } }));
    void ask(inputOf(), contextOf({ headers: { 'x-tenant': 'b', host: 'one' } }));
    expect(started).toHaveLength(2);
    void ask(inputOf(), contextOf({ headers: { host: 'two', 'x-request-id': '7', 'x-tenant': 'b' } }));
    expect(started).toHaveLength(2);
  });

  test('no mutation', () => {
    const { started, ask } = runs();
    const mutation = executableOf(OperationTypeNode.MUTATION);
    void ask(inputOf(undefined, mutation), contextOf());
    void ask(inputOf(undefined, mutation), contextOf());
    expect(started).toHaveLength(2);
  });

  test('no query whose variables are too deep to be compared', () => {
    const { started, ask } = runs();
    let deep: Record<string, unknown> = {};
    for (let i = 0; i < 100_000; i++) deep = { deep };
    void ask(inputOf(deep), contextOf());
    void ask(inputOf(deep), contextOf());
    expect(started).toHaveLength(2);
  });
});

test('who asks after a mutation never gets a result from before it', async () => {
  const { started, ask } = runs();
  void ask(inputOf(), contextOf());
  const change = ask(inputOf(undefined, executableOf(OperationTypeNode.MUTATION)), contextOf());
  void ask(inputOf(), contextOf());
  expect(started).toHaveLength(3);
  started[1]!.end({ data: {} });
  await change;
  void ask(inputOf(), contextOf());
  expect(started).toHaveLength(4);
});

describe('who waits', () => {
  const gone = new SluiceError('REQUEST_CANCELLED', 'gone');

  test('may leave: the run goes on for the others', async () => {
    const { started, ask } = runs();
    const client = new AbortController();
    const first = ask(inputOf(), contextOf({ signal: client.signal }));
    const second = ask(inputOf(), contextOf());
    client.abort(gone);
    await expect(first).rejects.toBe(gone);
    expect(started[0]!.context.signal.aborted).toBe(false);
    started[0]!.end({ data: { a: 1 } });
    expect(await second).toEqual({ data: { a: 1 } });
  });

  test('and is the last to leave, cancels the run, and gets what that has until then', async () => {
    const { started, ask } = runs();
    const one = new AbortController();
    const two = new AbortController();
    const first = ask(inputOf(), contextOf({ signal: one.signal }));
    const second = ask(inputOf(), contextOf({ signal: two.signal }));
    one.abort(gone);
    await expect(first).rejects.toBe(gone);
    two.abort(new SluiceError('DEADLINE_EXCEEDED', 'late'));
    expect(started[0]!.context.signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    const partial = { data: { a: null }, errors: [{ message: 'late' }] };
    started[0]!.end(partial);
    expect(await second).toBe(partial);
  });

  test('never joins a run that was given up', () => {
    const { started, ask } = runs();
    const client = new AbortController();
    void ask(inputOf(), contextOf({ signal: client.signal }));
    client.abort(gone);
    void ask(inputOf(), contextOf());
    expect(started).toHaveLength(2);
  });

  test('is gone already when it asks: others neither join it nor are joined', async () => {
    const { started, ask } = runs();
    void ask(inputOf(), contextOf());
    void ask(inputOf(), contextOf({ signal: AbortSignal.abort(gone) }));
    expect(started.map(({ context }) => context.signal.aborted)).toEqual([false, true]);
  });

  test('longer than the run was allowed to take, runs itself', async () => {
    const { started, ask } = runs();
    const first = ask(inputOf(), contextOf({ deadlineAt: 1000 }));
    const second = ask(inputOf(), contextOf({ deadlineAt: 2000 }));
    const third = ask(inputOf(), contextOf({ deadlineAt: 1000 }));
    const late = { data: null, errors: [{ message: 'late', extensions: { code: 'DEADLINE_EXCEEDED' } }] };
    started[0]!.end(late);
    expect(await first).toBe(late);
    expect(await third).toBe(late);
    await expect.poll(() => started.length).toBe(2);
    started[1]!.end({ data: { a: 1 } });
    expect(await second).toEqual({ data: { a: 1 } });
  });

  test('gets the failure of the run, each of them', async () => {
    const { started, ask } = runs();
    const both = [ask(inputOf(), contextOf()), ask(inputOf(), contextOf())];
    started[0]!.fail(new Error('broken'));
    for (const answer of both) await expect(answer).rejects.toThrow('broken');
    void ask(inputOf(), contextOf());
    expect(started).toHaveLength(2);
  });
});

describe('within the window up to the first answer, a run', () => {
  test('is shared as long as no backend has answered', () => {
    const { started, ask, joined } = runs(['authorization'], 'first-answer');
    void ask(inputOf(), contextOf({}));
    void ask(inputOf(), contextOf({}));
    expect([started.length, joined()]).toEqual([1, 1]);
  });

  test('is not joined by who comes after the first answer', async () => {
    const { started, ask, joined } = runs(['authorization'], 'first-answer');
    const first = ask(inputOf(), contextOf({}));
    started[0]!.context.onAnswer?.();
    const second = ask(inputOf(), contextOf({}));
    expect([started.length, joined()]).toEqual([2, 0]);
    started[0]!.end({ data: { a: 1 } });
    started[1]!.end({ data: { a: 2 } });
    expect([await first, await second]).toEqual([{ data: { a: 1 } }, { data: { a: 2 } }]);
  });

  test('is not joined after a backend call that may have changed something', () => {
    const { started, ask, changes } = runs(['authorization'], 'first-answer');
    void ask(inputOf(), contextOf({}));
    changes.count++;
    void ask(inputOf(), contextOf({}));
    expect(started).toHaveLength(2);
  });
});
