import { describe, expect, test } from 'vitest';
import { createReloader } from '../../gateway/supergraph/reloader.ts';
import { createRunningGraph } from '../../gateway/supergraph/running-graph.ts';
import type { Problem } from '../../gateway/problem.ts';

interface Wish {
  readonly graph: string;
  readonly fails?: 'build' | 'warm' | 'check';
}

const PROBLEM: Problem = { severity: 'error', code: 'SCHEMA_SYNTAX', message: 'Not GraphQL.', line: 3 };

function reloaderUnderTest() {
  const steps: string[] = [];
  const provisioned = (name: string) => ({
    snapshot: { name },
    close: async () => void steps.push(`close ${name}`),
    problems: [],
  });
  const graph = createRunningGraph({ first: provisioned('one'), onCloseFailure: () => undefined });
  graph.onChange(() => steps.push(`swap to ${graph.current().name}`));
  const reloader = createReloader<Wish, { name: string }>({
    graph,
    fingerprint: (wish) => wish.graph,
    served: { graph: 'one' },
    servedFingerprint: 'one',
    async build(wish) {
      steps.push(`build ${wish.graph}`);
      if (wish.fails === 'build') throw new Error('no such thing');
      return wish.fails === 'check' ? { problems: [PROBLEM] } : provisioned(wish.graph);
    },
    async warm(next, wish) {
      steps.push(`warm ${next.name}`);
      if (wish.fails === 'warm') throw new Error('too cold');
      return { compiled: 1, refused: 0, left: 0 };
    },
    drainTimeoutMs: () => 1000,
  });
  return { reloader, graph, steps };
}

describe('a reload', () => {
  test('builds and warms the next graph before it takes the place of the old one', async () => {
    const { reloader, steps } = reloaderUnderTest();
    expect(await reloader.reload({ graph: 'two' })).toEqual({
      outcome: 'swapped',
      problems: [],
      warmed: { compiled: 1, refused: 0, left: 0 },
    });
    expect(steps).toEqual(['build two', 'warm two', 'swap to two', 'close one']);
  });

  test('of what is served already does nothing', async () => {
    const { reloader, steps } = reloaderUnderTest();
    expect(await reloader.reload({ graph: 'one' })).toEqual({ outcome: 'unchanged', problems: [] });
    await reloader.reload({ graph: 'two' });
    steps.length = 0;
    expect(await reloader.reload({ graph: 'two' })).toMatchObject({ outcome: 'unchanged' });
    expect(steps).toEqual([]);
  });

  test.each([
    ['check', 'SCHEMA_SYNTAX'],
    ['build', 'RELOAD_FAILED'],
    ['warm', 'RELOAD_FAILED'],
  ] as const)(
    'that fails (%s) tells why, leaves nothing open, and the running graph stays',
    async (fails, code) => {
      const { reloader, graph, steps } = reloaderUnderTest();
      const { outcome, problems } = await reloader.reload({ graph: 'two', fails });
      expect([outcome, problems.map((problem) => problem.code)]).toEqual(['refused', [code]]);
      expect(graph.current().name).toBe('one');
      expect(steps.includes('close two')).toBe(fails === 'warm');
      // And the same graph may be tried again.
      expect(await reloader.reload({ graph: 'two' })).toMatchObject({ outcome: 'swapped' });
    },
  );

  test('waits for the one before it, so that the last one asked for is served', async () => {
    const { reloader, graph, steps } = reloaderUnderTest();
    await Promise.all([reloader.reload({ graph: 'two' }), reloader.reload({ graph: 'three' })]);
    expect(graph.current().name).toBe('three');
    expect(steps.filter((step) => !step.startsWith('close'))).toEqual([
      'build two',
      'warm two',
      'swap to two',
      'build three',
      'warm three',
      'swap to three',
    ]);
  });

  test('that is overtaken by the end of the gateway swaps nothing and leaves nothing open', async () => {
    const { reloader, steps } = reloaderUnderTest();
    const reloaded = reloader.reload({ graph: 'two' });
    await Promise.resolve();
    await reloader.close();
    expect(await reloaded).toMatchObject({ outcome: 'refused' });
    expect(steps).not.toContain('swap to two');
    expect(steps.filter((step) => step.endsWith('two')).at(-1)).toBe('close two');
  });
});
