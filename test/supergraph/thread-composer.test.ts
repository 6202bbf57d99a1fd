import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { largeGraph } from '../../bench/reload/large-graph.ts';
import { composeHere } from '../../gateway/supergraph/composer.ts';
import {
  createThreadComposer,
  type CompositionLimits,
  type ThreadComposer,
} from '../../gateway/supergraph/thread-composer.ts';

const ENOUGH: CompositionLimits = { timeoutMs: 60_000, memoryMb: 1024 };
const SMALL = [
  { name: 'a', sdl: 'type Query { a(by: By): Int } input By @oneOf { x: Int y: Int }', url: 'http://a' },
];
const BROKEN = [{ name: 'a', sdl: 'type Query {\n  a: Strin\n}', file: 'a.graphql' }];
const LARGE = largeGraph({ subgraphs: 12, types: 480, urlOf: () => 'http://127.0.0.1' });

let composer: ThreadComposer;
afterEach(() => composer.close());

describe('a thread that composes', () => {
  it('says what this thread would say', async () => {
    composer = createThreadComposer(() => ENOUGH);
    expect(await composer.compose(SMALL)).toEqual(await composeHere.compose(SMALL));
    const problems = await composer.compose(BROKEN);
    expect(problems).toEqual(await composeHere.compose(BROKEN));
    expect(problems).toMatchObject({ problems: [{ file: 'a.graphql', line: 2, column: 6 }] });
    const supergraph = { sdl: 'type Query {', file: 'supergraph.graphql' };
    expect(await composer.check(supergraph)).toEqual(await composeHere.check(supergraph));
  });

  it('leaves this one to others meanwhile', async () => {
    composer = createThreadComposer(() => ENOUGH);
    const ended = new AbortController();
    const composed = composer.compose(LARGE).finally(() => ended.abort());
    let turns = 0;
    for (; !ended.signal.aborted; turns++) await setImmediate();
    expect(await composed).toHaveProperty('supergraphSdl');
    // In this thread it would be one.
    expect(turns).toBeGreaterThan(1000);
  });

  it('does one thing after the other', async () => {
    composer = createThreadComposer(() => ENOUGH);
    const ended: string[] = [];
    await Promise.all([
      composer.compose(LARGE).then(() => ended.push('large')),
      composer.compose(SMALL).then(() => ended.push('small')),
    ]);
    expect(ended).toEqual(['large', 'small']);
  });

  it.each<[string, CompositionLimits, string]>([
    [
      'time',
      { ...ENOUGH, timeoutMs: 100 },
      'It takes longer than 100 ms to compose (reload.compositionTimeoutMs).',
    ],
    [
      'memory',
      { ...ENOUGH, memoryMb: 24 },
      'It takes more than 24 MB of memory to compose (reload.compositionMemoryMb).',
    ],
  ])('says so if there is not enough %s, and is there again for the next', async (_, limits, message) => {
    let current = limits;
    composer = createThreadComposer(() => current);
    await expect(composer.compose(LARGE)).rejects.toThrow(message);
    current = ENOUGH;
    expect(await composer.compose(SMALL)).toHaveProperty('supergraphSdl');
  });

  it('ends a composition that is not wanted any more, before it begins or amid', async () => {
    composer = createThreadComposer(() => ENOUGH);
    const unwanted = new AbortController();
    const refused = [composer.compose(LARGE, unwanted.signal), composer.compose(SMALL, unwanted.signal)];
    const wanted = composer.compose(SMALL);
    unwanted.abort(new Error('Not wanted.'));
    for (const each of refused) await expect(each).rejects.toThrow('Not wanted.');
    expect(await wanted).toHaveProperty('supergraphSdl');
  });

  it('ends with its owner', async () => {
    composer = createThreadComposer(() => ENOUGH);
    const composed = composer.compose(LARGE);
    const closed = composer.close();
    await expect(composed).rejects.toThrow('The gateway is shutting down.');
    await closed;
    await expect(composer.compose(SMALL)).rejects.toThrow('The gateway is shutting down.');
  });
});
