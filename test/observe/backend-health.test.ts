import { describe, expect, test } from 'vitest';
import { createBackendHealth } from '../../gateway/observe/backend-health.ts';

describe('the health of backends', () => {
  test('is what was seen of each of them: calls, failures, and the last failure with its time', () => {
    const health = createBackendHealth({ now: () => Date.UTC(2026, 10, 21) });
    health.record('people', 'users');
    health.record('people', 'users', 'UPSTREAM_TIMEOUT');
    health.record('people', 'users', 'UPSTREAM_UNAVAILABLE');
    health.record('people', 'teams');
    const lastFailure = { code: 'UPSTREAM_UNAVAILABLE', at: '2026-11-21T00:00:00.000Z' };
    expect(health.of('people')).toEqual([
      { upstream: 'users', calls: 3, failures: 2, failuresInARow: 2, lastFailure },
      { upstream: 'teams', calls: 1, failures: 0, failuresInARow: 0 },
    ]);
    expect(health.of('orders')).toEqual([]);
  });

  test('is good again with the next answer, and still tells of the last failure', () => {
    const health = createBackendHealth();
    health.record('people', 'users', 'UPSTREAM_ERROR');
    health.record('people', 'users');
    expect(health.of('people')).toMatchObject([
      { failures: 1, failuresInARow: 0, lastFailure: { code: 'UPSTREAM_ERROR' } },
    ]);
  });

  test('is kept for so many backends, whatever is registered in the course of time', () => {
    const health = createBackendHealth({ maxBackends: 3 });
    for (const name of ['a', 'b', 'c', 'd']) health.record(name, 'one');
    expect(['a', 'b', 'c', 'd'].map((name) => health.of(name).length)).toEqual([0, 1, 1, 1]);
    for (const name of ['x', 'y', 'z']) health.record('wide', name);
    health.record('e', 'one');
    expect(health.of('wide').length + health.of('e').length).toBeLessThanOrEqual(3);
    expect(health.of('e')).toHaveLength(1);
  });
});
