import type { Problem } from '../problem.ts';
import type { SchemaChange } from './schema-changes.ts';

/** Changes that are told one by one; of more, how many there are. */
const MAX_TOLD = 50;

/** What clients may notice. Without records of what they use it can only be told, not decided. */
export function judgeChanges(changes: readonly SchemaChange[]): readonly Problem[] {
  const breaking = changes.filter(({ level }) => level === 'breaking');
  const told = breaking.slice(0, MAX_TOLD).map(({ message }): Problem => ({
    severity: 'warning',
    code: 'SCHEMA_BREAKING_CHANGE',
    message,
    fix: 'Keep it, marked @deprecated, until no client uses it.',
  }));
  if (breaking.length <= MAX_TOLD) return told;
  const message = `${breaking.length - MAX_TOLD} more breaking changes.`;
  return [...told, { severity: 'warning', code: 'SCHEMA_BREAKING_CHANGE', message }];
}
