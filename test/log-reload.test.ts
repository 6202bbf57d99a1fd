import { expect, test } from 'vitest';
import { logFollowed } from '../gateway/log-reload.ts';
import { createLog } from '../gateway/observe/log.ts';

test('what became of subscriptions is one line, with the variant if it is one', () => {
  const lines: unknown[] = [];
  const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line)) });
  const followed = { generation: 3, carriedOn: 12, moved: 1, ended: 2 };
  logFollowed(log, followed, undefined);
  logFollowed(log, followed, 'partner');
  const message = 'subscriptions have followed the graph';
  expect(lines).toMatchObject([
    { level: 'info', message, ...followed },
    { level: 'info', message, ...followed, variant: 'partner' },
  ]);
  expect(lines[0]).not.toHaveProperty('variant');
});
