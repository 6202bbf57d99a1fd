import { OperationTypeNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { BoundSubscription, Executable } from '../../gateway/compile/executable.ts';
import { SluiceError } from '../../gateway/errors.ts';
import { LiveSubscription } from '../../gateway/front/live-subscription.ts';
import { createSnapshotHolders } from '../../gateway/front/snapshot-holders.ts';
import type { ServedSnapshot, SnapshotSource } from '../../gateway/front/snapshot.ts';
import { contextOf } from '../policies/contexts.ts';

type Pending = PromiseWithResolvers<IteratorResult<unknown, undefined>>;

/** A source whose events a test sends one by one. */
function sourceUnderTest() {
  const asked: Pending[] = [];
  let closed = 0;
  return {
    /** Reads that wait for an event. */
    waiting: () => asked.length,
    closed: () => closed,
    send: (value: unknown) => asked.shift()!.resolve({ done: false, value }),
    end: () => asked.shift()!.resolve({ done: true, value: undefined }),
    fail: (error: unknown) => asked.shift()!.reject(error),
    open: (): AsyncIterator<unknown, undefined, undefined> => ({
      next() {
        const pending = Promise.withResolvers<IteratorResult<unknown, undefined>>();
        asked.push(pending);
        return pending.promise;
      },
      return() {
        closed++;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
}
type Source = ReturnType<typeof sourceUnderTest>;

/** Graphs with a name and a source each, and one subscription that begins on the first of them. */
function subscriptionUnderTest(name: string, source: Source) {
  const held = new Map<ServedSnapshot, number>();
  const evictions = new Map<ServedSnapshot, AbortController>();
  const count = (snapshot: ServedSnapshot, by: number) => held.set(snapshot, (held.get(snapshot) ?? 0) + by);
  const snapshots: SnapshotSource = {
    current: () => first.snapshot,
    onChange: () => () => undefined,
    retain: (snapshot) => void count(snapshot, 1),
    release: (snapshot) => void count(snapshot, -1),
    evicted: (snapshot) => evictions.get(snapshot)!.signal,
  };
  /** What holds up the answers of a graph. */
  const gates = new Map<string, Promise<void>>();
  const graph = (generation: string, its: Source, variablesFit = true) => {
    const bound: BoundSubscription = {
      source: () => [sources.indexOf(its) === -1 ? sources.push(its) - 1 : sources.indexOf(its)],
      open: () => its.open(),
      answer: async (event) => {
        await gates.get(generation);
        if (event === 'unreadable') throw new Error('unreadable');
        return { data: { event, by: generation } };
      },
      failed: (error) => ({ errors: [{ message: (error as Error).message }] }),
    };
    const executable = {
      kind: OperationTypeNode.SUBSCRIPTION,
      bind: () => (variablesFit ? bound : { refused: { errors: [{ message: 'no such value' }] } }),
    } as unknown as Executable;
    const snapshot = { generation } as ServedSnapshot;
    evictions.set(snapshot, new AbortController());
    return { snapshot, executable, bound };
  };
  const sources: Source[] = [];
  const first = graph(name, source);
  const fates: string[] = [];
  const cuts: SluiceError[] = [];
  let ends = 0;
  const subscription = new LiveSubscription(first.snapshot, first.bound, {
    hold: createSnapshotHolders(snapshots),
    variables: {},
    context: contextOf({}),
    onFate: (fate) => fates.push(fate),
    onEviction: () => undefined,
    onCut: (reason) => cuts.push(reason),
    onEnd: () => ends++,
  });
  return {
    subscription,
    graph,
    gates,
    fates,
    cuts,
    ends: () => ends,
    follow: ({ snapshot, executable }: ReturnType<typeof graph>) => subscription.follow(snapshot, executable),
    evict: ({ snapshot }: { snapshot: ServedSnapshot }) => evictions.get(snapshot)!.abort(),
    first,
    /** Graphs that are held. */
    held: () => [...held].filter(([, holders]) => holders > 0).map(([{ generation }]) => generation),
    async read(): Promise<unknown> {
      const { value } = await subscription.next();
      return value?.data ?? value;
    },
  };
}

/** Everything that promises have to do now. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a graph with the same source', () => {
  test('answers from the next event on: the one that is being answered ends where it began', async () => {
    const source = sourceUnderTest();
    const under = subscriptionUnderTest('old', source);
    const gate = Promise.withResolvers<void>();
    under.gates.set('old', gate.promise);
    const reading = under.read();
    source.send(1);
    await settled();
    under.follow(under.graph('new', source));
    expect(under.held()).toEqual(['old', 'new']);
    gate.resolve();
    expect(await reading).toEqual({ event: 1, by: 'old' });
    expect(under.held()).toEqual(['new']);
    const next = under.read();
    source.send(2);
    expect(await next).toEqual({ event: 2, by: 'new' });
    expect(source.closed()).toBe(0);
  });

  test('takes over at once while nothing is answered, however often graphs come', async () => {
    const source = sourceUnderTest();
    const under = subscriptionUnderTest('first', source);
    const reading = under.read();
    for (const name of ['second', 'third', 'fourth']) {
      under.follow(under.graph(name, source));
      expect(under.held()).toEqual([name]);
    }
    source.send(1);
    expect(await reading).toEqual({ event: 1, by: 'fourth' });
    expect(under.fates).toEqual(['carriedOn', 'carriedOn', 'carriedOn']);
  });

  test('several of them during one event: only the last one counts', async () => {
    const source = sourceUnderTest();
    const under = subscriptionUnderTest('old', source);
    const gate = Promise.withResolvers<void>();
    under.gates.set('old', gate.promise);
    const reading = under.read();
    source.send(1);
    await settled();
    under.follow(under.graph('never', source));
    under.follow(under.graph('new', source));
    under.evict(under.first);
    expect(under.cuts).toEqual([]);
    gate.resolve();
    await reading;
    expect(under.held()).toEqual(['new']);
  });
});

describe('a graph with another source', () => {
  test('takes over with its first event, also for a client that is slow to read', async () => {
    const [old, other] = [sourceUnderTest(), sourceUnderTest()];
    const under = subscriptionUnderTest('old', old);
    const reading = under.read();
    old.send(1);
    expect(await reading).toEqual({ event: 1, by: 'old' });
    under.follow(under.graph('new', other));
    expect(under.held()).toEqual(['old', 'new']);
    other.send(2);
    await settled();
    expect([under.held(), old.closed(), under.fates]).toEqual([['new'], 1, ['moved']]);
    // Nothing more is taken from it before the client has read that.
    expect(other.waiting()).toBe(0);
    expect(await under.read()).toEqual({ event: 2, by: 'new' });
  });

  test('takes over when the old source fails or ends meanwhile', async () => {
    for (const how of ['fail', 'end'] as const) {
      const [old, other] = [sourceUnderTest(), sourceUnderTest()];
      const under = subscriptionUnderTest('old', old);
      const reading = under.read();
      under.follow(under.graph('new', other));
      old[how](new Error('stopped'));
      await settled();
      expect([under.held(), under.fates]).toEqual([['new'], ['moved']]);
      other.send(1);
      expect(await reading).toEqual({ event: 1, by: 'new' });
    }
  });

  test('that fails after it took over without an event tells so, once its client reads', async () => {
    const [old, other] = [sourceUnderTest(), sourceUnderTest()];
    const under = subscriptionUnderTest('old', old);
    const reading = under.read();
    old.send(1);
    await reading;
    under.follow(under.graph('new', other));
    under.evict(under.first);
    other.fail(new Error('refused'));
    await settled();
    expect(await under.read()).toEqual({ errors: [{ message: 'refused' }] });
    expect(await under.read()).toBeUndefined();
    expect(under.held()).toEqual([]);
  });

  test('that cannot be opened leaves it where it is, and is tried again with the next graph', async () => {
    const [old, broken, other] = [sourceUnderTest(), sourceUnderTest(), sourceUnderTest()];
    const under = subscriptionUnderTest('old', old);
    const reading = under.read();
    under.follow(under.graph('broken', broken));
    broken.fail(new SluiceError('UPSTREAM_UNAVAILABLE', 'The service "x" cannot be reached.'));
    await settled();
    expect([under.held(), under.fates]).toEqual([['old'], []]);
    under.follow(under.graph('new', other));
    other.send(1);
    expect(await reading).toEqual({ event: 1, by: 'new' });
  });

  test('is not opened twice if the graph after it has it, too', async () => {
    const [old, other] = [sourceUnderTest(), sourceUnderTest()];
    const under = subscriptionUnderTest('old', old);
    const reading = under.read();
    under.follow(under.graph('new', other));
    under.follow(under.graph('newer', other));
    expect([other.waiting(), other.closed(), under.held()]).toEqual([1, 0, ['old', 'newer']]);
    other.send(1);
    expect(await reading).toEqual({ event: 1, by: 'newer' });
  });

  test('is closed with everything else when the client leaves in between', async () => {
    const [old, other] = [sourceUnderTest(), sourceUnderTest()];
    const under = subscriptionUnderTest('old', old);
    const reading = under.read();
    under.follow(under.graph('new', other));
    await under.subscription.return();
    expect(await reading).toBeUndefined();
    expect([old.closed(), other.closed(), under.held(), under.ends()]).toEqual([1, 1, [], 1]);
  });
});

describe('a subscription that cannot follow', () => {
  test('is cut with its graph, and told what is wrong with its variables', async () => {
    const source = sourceUnderTest();
    const under = subscriptionUnderTest('old', source);
    const reading = under.read();
    under.follow(under.graph('new', source, false));
    source.send(1);
    expect(await reading).toEqual({ event: 1, by: 'old' });
    under.evict(under.first);
    expect(under.cuts).toMatchObject([
      { code: 'SUBSCRIPTION_SCHEMA_RELOAD', message: expect.stringContaining('no such value') },
    ]);
    expect(under.fates).toEqual(['ended']);
  });
});

test('an event that cannot be read ends the subscription, and is told', async () => {
  const source = sourceUnderTest();
  const under = subscriptionUnderTest('old', source);
  const reading = under.read();
  source.send('unreadable');
  expect(await reading).toEqual({ errors: [{ message: 'unreadable' }] });
  expect(await under.read()).toBeUndefined();
  expect([source.closed(), under.held()]).toEqual([1, []]);
});

test('a subscription that nobody has read yet opens its source in the graph of that moment', async () => {
  const [old, other] = [sourceUnderTest(), sourceUnderTest()];
  const under = subscriptionUnderTest('old', old);
  under.follow(under.graph('new', other));
  const reading = under.read();
  expect([old.waiting(), other.waiting(), under.held()]).toEqual([0, 1, ['new']]);
  other.send(1);
  expect(await reading).toEqual({ event: 1, by: 'new' });
});
