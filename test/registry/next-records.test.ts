import { describe, expect, test } from 'vitest';
import {
  afterConfiguring,
  afterRegistering,
  afterRollback,
  afterUnregistering,
  changedNames,
} from '../../gateway/registry/next-records.ts';
import { hashOf, type SubgraphRecord } from '../../gateway/registry/record.ts';
import type { State } from '../../gateway/registry/store.ts';

const registered = (name: string, sdl = '1'): SubgraphRecord => ({ name, sdl, upstreams: {}, files: {} });
const configured = (name: string, sdl = '1'): SubgraphRecord => ({
  ...registered(name, sdl),
  configured: true,
});
const state = (records: readonly SubgraphRecord[], pinned?: Record<string, string>): State => ({
  revision: {
    number: 7,
    at: '2026-01-01T00:00:00.000Z',
    action: 'register',
    subjects: [],
    actor: 'ada',
    subgraphs: {},
    supergraphHash: '',
    ...(pinned && { pinned }),
  },
  records,
});

describe('the next state', () => {
  test('has what the files say now, whatever another gateway has kept of them', () => {
    const head = state([configured('users', 'old'), configured('gone'), registered('a')]);
    expect(afterRegistering(head, [configured('users', 'new')], registered('b'))).toEqual({
      records: [registered('a'), registered('b'), configured('users', 'new')],
      pinned: {},
      notes: [],
    });
  });

  test('keeps what was rolled back as long as its file is what it was', () => {
    const file = configured('users', 'new');
    const head = state([configured('users', 'old'), registered('a')], { users: hashOf(file) });
    const kept = { records: [configured('users', 'old')], pinned: { users: hashOf(file) }, notes: [] };
    expect(afterUnregistering(head, [file], 'a')).toEqual(kept);
    const edited = configured('users', 'edited');
    expect(afterConfiguring(head, [edited])).toMatchObject({
      records: [registered('a'), edited],
      pinned: {},
    });
  });

  test('has a name once: the collision is told when the graph is put together', () => {
    const next = afterRegistering(state([configured('users')]), [configured('users')], registered('users'));
    expect(next).toMatchObject({ records: [registered('users')] });
  });

  test('is none where an unknown subgraph is to go, and one of the configuration is unknown', () => {
    const head = state([configured('users'), registered('reviews')]);
    expect(afterUnregistering(head, [configured('users')], 'users')).toMatchObject({
      problems: [{ code: 'NOT_REGISTERED', fix: expect.stringContaining('taken out there') }],
    });
    expect(afterUnregistering(head, [], 'review')).toMatchObject({
      problems: [{ code: 'NOT_REGISTERED', fix: 'Did you mean "reviews"?' }],
    });
  });
});

describe('a rollback', () => {
  test('pins what was configured otherwise, and nothing else', () => {
    const then = state([configured('users', 'old'), configured('orders'), registered('a', '1')]);
    const own = [configured('orders'), configured('users', 'new')];
    expect(afterRollback(then, own)).toEqual({
      records: [registered('a', '1'), configured('orders'), configured('users', 'old')],
      pinned: { users: hashOf(own[1]!) },
      notes: [],
    });
  });

  test('leaves to the configuration which subgraphs are configured, and says so', () => {
    const next = afterRollback(state([configured('gone')]), [configured('fresh')]);
    expect(next).toMatchObject({
      records: [configured('fresh')],
      notes: [
        { code: 'ROLLBACK_PARTIAL', subgraph: 'fresh' },
        { code: 'ROLLBACK_PARTIAL', subgraph: 'gone' },
      ],
    });
  });
});

test('what is configured is another content than the same registered', () => {
  expect(changedNames([registered('a')], [configured('a')])).toEqual(['a']);
  expect(changedNames([registered('a')], [registered('a'), registered('b')])).toEqual(['b']);
});
