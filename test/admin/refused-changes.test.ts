import { expect, test } from 'vitest';
import { createRefusedChanges } from '../../gateway/admin/refused-changes.ts';
import type { Problem } from '../../gateway/problem.ts';

const problem: Problem = { severity: 'error', code: 'INVALID_GRAPHQL', message: 'Unknown type.' };
const refused = (problems: readonly Problem[]) => ({ outcome: 'refused', problems, changes: [] }) as const;

test('keeps what was refused with who, when, why and the problems, newest first', () => {
  const changes = createRefusedChanges(() => new Date('2026-11-21T10:00:00Z'));
  changes.add('register', 'users', { actor: 'ci', author: 'ada', reason: 'names' }, refused([problem]));
  changes.add('rollback', '3', { actor: 'ci' }, refused([]));
  const at = '2026-11-21T10:00:00.000Z';
  expect(changes.list()).toEqual([
    { at, action: 'rollback', subject: '3', actor: 'ci', problems: [], moreProblems: 0 },
    {
      at,
      action: 'register',
      subject: 'users',
      actor: 'ci',
      author: 'ada',
      reason: 'names',
      problems: [problem],
      moreProblems: 0,
    },
  ]);
});

test('keeps neither what was only tried nor what was done', () => {
  const changes = createRefusedChanges();
  changes.add('register', 'users', { actor: 'ci', dryRun: true }, refused([problem]));
  changes.add('register', 'users', { actor: 'ci' }, { outcome: 'valid', problems: [], changes: [] });
  expect(changes.list()).toEqual([]);
});

test('has a limit for changes and for the problems of one', () => {
  const changes = createRefusedChanges();
  for (let number = 0; number < 30; number++)
    changes.add('rollback', `${number}`, { actor: 'ci' }, refused(Array.from({ length: 60 }, () => problem)));
  expect(changes.list()).toHaveLength(20);
  expect(changes.list()[0]).toMatchObject({ subject: '29', moreProblems: 10 });
  expect(changes.list()[0]!.problems).toHaveLength(50);
});
