import type { Followed } from './front/live-subscriptions.ts';
import type { Log, LogFields } from './observe/log.ts';
import type { ReloadResult } from './supergraph/reloader.ts';

/** What came of a reload, with its problems. */
export function logReload(log: Log, { outcome, problems, warmed }: ReloadResult, facts: LogFields): void {
  for (const { severity, code, message, file, line, column, fix } of problems) {
    if (severity === 'hint') continue;
    const place = [file, line, column].filter((part) => part !== undefined).join(':');
    const fields = { code, ...(place !== '' && { place }), ...(fix !== undefined && { fix }) };
    if (severity === 'error') log.error(fields, message);
    else log.warn(fields, message);
  }
  if (outcome === 'refused') log.error(facts, 'reload refused: the running graph stays');
  else if (outcome === 'swapped') log.info({ ...facts, ...warmed }, 'a new graph is served');
  else log.info(facts, 'reload: the graph has not changed');
}

/** What became of the subscriptions that ran at a change of the schema, once the last of them has moved or ended. */
export function logFollowed(log: Log, followed: Followed, variant: string | undefined): void {
  log.info(
    { ...followed, ...(variant !== undefined && { variant }) },
    'subscriptions have followed the graph',
  );
}
