import { describe, expect, test, vi } from 'vitest';
import { createRunningGraph } from '../../gateway/supergraph/running-graph.ts';

/** A graph of named snapshots, and the names of those whose backends have been closed. */
function graphUnderTest() {
  const closed: string[] = [];
  const failures: unknown[] = [];
  const provisioned = (name: string) => ({
    snapshot: { name },
    close: async () => void closed.push(name),
  });
  const first = provisioned('first');
  const graph = createRunningGraph({ first, onCloseFailure: (error) => failures.push(error) });
  return { graph, closed, failures, provisioned };
}

const AN_HOUR_MS = 3_600_000;

describe('a swap', () => {
  test('is seen by the next who asks, and told to listeners after it', () => {
    const { graph, provisioned } = graphUnderTest();
    const seen: string[] = [];
    const stop = graph.onChange(() => seen.push(graph.current().name));
    graph.swap(provisioned('second'), AN_HOUR_MS);
    stop();
    graph.swap(provisioned('third'), AN_HOUR_MS);
    expect(seen).toEqual(['second']);
    expect(graph.current().name).toBe('third');
  });

  test('closes the old backends at once if nothing runs on them', () => {
    const { graph, closed, provisioned } = graphUnderTest();
    graph.swap(provisioned('second'), AN_HOUR_MS);
    expect(closed).toEqual(['first']);
    expect(graph.open()).toBe(1);
  });

  test('leaves the old backends open until their last operation has ended', () => {
    const { graph, closed, provisioned } = graphUnderTest();
    const old = graph.current();
    graph.retain(old);
    graph.retain(old);
    graph.swap(provisioned('second'), AN_HOUR_MS);
    graph.release(old);
    expect(closed).toEqual([]);
    expect(graph.open()).toBe(2);
    graph.release(old);
    expect(closed).toEqual(['first']);
  });

  test('closes nothing that is served: an operation that ends on the current graph is no reason', () => {
    const { graph, closed } = graphUnderTest();
    graph.retain(graph.current());
    graph.release(graph.current());
    expect(closed).toEqual([]);
  });

  test('ends what is too slow: after the time to drain its holders are told and the backends closed', () => {
    vi.useFakeTimers();
    try {
      const { graph, closed, provisioned } = graphUnderTest();
      const old = graph.current();
      graph.retain(old);
      const evicted = graph.evicted(old);
      graph.swap(provisioned('second'), 1000);
      vi.advanceTimersByTime(999);
      expect([closed, evicted.aborted]).toEqual([[], false]);
      vi.advanceTimersByTime(1);
      expect(closed).toEqual(['first']);
      expect(evicted.reason).toMatchObject({ code: 'SHUTTING_DOWN' });
      // Its late end changes nothing.
      graph.release(old);
      expect(closed).toEqual(['first']);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('the end closes every backend that is open, and waits for it', async () => {
  const { graph, closed, provisioned } = graphUnderTest();
  graph.retain(graph.current());
  graph.swap(provisioned('second'), AN_HOUR_MS);
  await graph.close();
  expect(closed.toSorted()).toEqual(['first', 'second']);
});

test('backends that do not close in order are told, and hold up nothing', async () => {
  const { graph, failures } = graphUnderTest();
  const broken = { snapshot: { name: 'broken' }, close: () => Promise.reject(new Error('no')) };
  graph.swap(broken, AN_HOUR_MS);
  await graph.close();
  expect(failures).toMatchObject([{ message: 'no' }]);
});
