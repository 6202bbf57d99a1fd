import { expect, test } from 'vitest';
import { createMetrics } from '../../gateway/observe/metrics.ts';

test('counts requests by kind and outcome, with their latency', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.recordRequest('query', 'ok', 0.003);
  metrics.recordRequest('query', 'ok', 0.004);
  metrics.recordRequest('mutation', 'BAD_USER_INPUT', 0.1);
  const text = await metrics.render();
  expect(text).toContain('sluice_requests_total{kind="query",outcome="ok"} 2');
  expect(text).toContain('sluice_requests_total{kind="mutation",outcome="BAD_USER_INPUT"} 1');
  expect(text).toContain('sluice_request_duration_seconds_bucket{le="0.005",kind="query"} 2');
});

test('counts backend calls by subgraph, upstream, operation and outcome', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const call = { subgraph: 'users', upstream: 'users-grpc', operation: 'users.v1.UserService/GetUser' };
  metrics.recordBackendCall({ ...call, outcome: 'ok', seconds: 0.01 });
  metrics.recordBackendCall({ ...call, outcome: 'UPSTREAM_TIMEOUT', seconds: 5 });
  const text = await metrics.render();
  const labels = 'subgraph="users",upstream="users-grpc",operation="users.v1.UserService/GetUser"';
  expect(text).toContain(`sluice_backend_calls_total{${labels},outcome="ok"} 1`);
  expect(text).toContain(`sluice_backend_calls_total{${labels},outcome="UPSTREAM_TIMEOUT"} 1`);
  expect(text).toContain(`sluice_backend_call_duration_seconds_count{${labels}} 2`);
});

test('shows how full batches are and how many keys were not sent twice', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.recordBatch({ subgraph: 'users', operation: 'BatchGetUsers', keys: 40, duplicates: 7 });
  metrics.recordBatch({ subgraph: 'users', operation: 'BatchGetUsers', keys: 3, duplicates: 0 });
  const text = await metrics.render();
  const labels = 'subgraph="users",operation="BatchGetUsers"';
  expect(text).toContain(`sluice_batch_keys_sum{${labels}} 43`);
  expect(text).toContain(`sluice_batch_keys_bucket{le="5",${labels}} 1`);
  expect(text).toContain(`sluice_batch_duplicates_avoided_total{${labels}} 7`);
});

test('stays bounded when a schema has more operations than anybody looks at', async () => {
  const metrics = createMetrics({ processMetrics: false });
  for (let index = 0; index < 6000; index++) {
    metrics.recordBatch({ subgraph: 's', operation: `op${index}`, keys: 1, duplicates: 1 });
  }
  const text = await metrics.render();
  expect(text.match(/^sluice_batch_duplicates_avoided_total\{/gm)?.length).toBeLessThan(5100);
  expect(text).toContain('sluice_batch_duplicates_avoided_total{subgraph="other",operation="other"}');
});

test('includes the process unless told otherwise', async () => {
  expect(await createMetrics().render()).toContain('process_cpu_seconds_total');
  expect(await createMetrics({ processMetrics: false }).render()).not.toContain('process_cpu');
});
