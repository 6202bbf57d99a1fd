import { expect, test } from 'vitest';
import type { Headers } from '../../../gateway/upstreams/upstream.ts';
import { createForwardHeaders } from '../../../gateway/policies/outbound/forward-headers.ts';
import type { HeaderRules } from '../../../gateway/policies/outbound/forward-headers.ts';
import { callOf, contextOf, upstreamResponse } from '../contexts.ts';

async function sent(rules: HeaderRules | undefined, client: Headers, own: Headers = {}): Promise<Headers> {
  let headers: Headers = {};
  const policy = createForwardHeaders(rules === undefined ? {} : { rules: new Map([['users', rules]]) });
  const step = policy.wrap(async (call) => {
    headers = call.options.headers;
    return upstreamResponse;
  });
  await step(callOf({ headers: own }), contextOf({ headers: client }));
  return headers;
}

test('credentials stay here unless an upstream is allowed to see them', async () => {
  const client = { authorization: 'Bearer x', cookie: 'c', host: 'h' };
  expect(await sent(undefined, client)).toEqual({ 'x-request-id': 'r-1' });
  expect(await sent({ forward: ['Authorization'] }, client)).toEqual({
    authorization: 'Bearer x',
    'x-request-id': 'r-1',
  });
});

test('trace context and language go everywhere', async () => {
  const client = { traceparent: '00-1', tracestate: 'a=b', baggage: 'k=v', 'accept-language': 'de' };
  expect(await sent(undefined, client)).toEqual({ ...client, 'x-request-id': 'r-1' });
});

test('the request id is ours, and fixed headers win over the call and the client', async () => {
  const headers = await sent(
    { forward: ['x-tenant'], set: { 'X-Tenant': 'fixed' } },
    { 'x-tenant': 'client', 'x-request-id': 'forged' },
    { 'x-tenant': 'call', accept: 'application/xml' },
  );
  expect(headers).toEqual({ 'x-tenant': 'fixed', accept: 'application/xml', 'x-request-id': 'r-1' });
});

test('a header of the connection is refused when the policy is made', () => {
  for (const rules of [{ forward: ['Host'] }, { set: { 'content-length': '1' } }]) {
    expect(() => createForwardHeaders({ rules: new Map([['users', rules]]) })).toThrow(
      /belongs to the connection and cannot be passed on to the upstream "users"/,
    );
  }
});
