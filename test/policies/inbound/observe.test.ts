import { expect, test } from 'vitest';
import { isStream } from '../../../gateway/http/message.ts';
import { createLog } from '../../../gateway/observe/log.ts';
import { createMetrics } from '../../../gateway/observe/metrics.ts';
import { createInboundObserve } from '../../../gateway/policies/inbound/observe.ts';
import { createInboundContext } from '../../../gateway/policies/kinds.ts';
import { okResponse, requestOf } from '../contexts.ts';

function observed() {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ write: (line) => lines.push(JSON.parse(line)) });
  const metrics = createMetrics({ processMetrics: false });
  return { lines, metrics, policy: createInboundObserve({ log, metrics }) };
}

test('records a stream when it ends, not when it begins', async () => {
  const { lines, policy } = observed();
  async function* body() {
    yield 'a';
  }
  const step = policy.wrap(async () => ({ status: 200, headers: {}, body: body() }));
  const request = requestOf();
  const response = await step(request, createInboundContext(request));
  expect(lines).toEqual([]);
  if (isStream(response.body)) for await (const chunk of response.body) expect(chunk).toBe('a');
  expect(lines).toMatchObject([{ message: 'request', status: 200 }]);
});

test('health checks are counted, but do not fill the log', async () => {
  const { lines, metrics, policy } = observed();
  const request = requestOf({ path: '/healthz' });
  await policy.wrap(async () => okResponse())(request, createInboundContext(request));
  expect(lines).toEqual([]);
  expect(await metrics.render()).toContain('sluice_requests_total{kind="http",outcome="ok"} 1');
});

test('a rejection is recorded under its code and passed on', async () => {
  const { lines, policy } = observed();
  const request = requestOf();
  const step = policy.wrap(() => Promise.reject(new Error('x')));
  await expect(step(request, createInboundContext(request))).rejects.toThrow('x');
  expect(lines).toMatchObject([{ outcome: 'INTERNAL_SERVER_ERROR' }]);
});
