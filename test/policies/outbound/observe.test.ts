import { expect, test } from 'vitest';
import { UpstreamError } from '../../../gateway/errors.ts';
import { createLog } from '../../../gateway/observe/log.ts';
import { createMetrics } from '../../../gateway/observe/metrics.ts';
import { createOutboundObserve } from '../../../gateway/policies/outbound/observe.ts';
import { callOf, contextOf, upstreamResponse } from '../contexts.ts';

test('counts, times and tallies every call, and logs it: at debug, or as a warning if the backend failed', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)) });
  const metrics = createMetrics({ processMetrics: false });
  const policy = createOutboundObserve({ log, metrics });
  const context = contextOf();
  expect(await policy.wrap(async () => upstreamResponse)(callOf(), context)).toBe(upstreamResponse);
  const failure = new UpstreamError('UPSTREAM_UNAVAILABLE', 'users', 'down');
  await expect(policy.wrap(() => Promise.reject(failure))(callOf(), context)).rejects.toBe(failure);

  expect(context.tally.backendCalls).toBe(2);
  const text = await metrics.render();
  const labels = 'subgraph="people",upstream="users",operation="users.v1.UserService/GetUser"';
  expect(text).toContain(`sluice_backend_calls_total{${labels},outcome="ok"} 1`);
  expect(text).toContain(`sluice_backend_calls_total{${labels},outcome="UPSTREAM_UNAVAILABLE"} 1`);
  expect(lines).toMatchObject([
    { level: 'debug', requestId: 'r-1', upstream: 'users', outcome: 'ok' },
    { level: 'warn', outcome: 'UPSTREAM_UNAVAILABLE', error: { message: 'down' } },
  ]);
});
