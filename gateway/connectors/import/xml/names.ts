/** What the words of XML names say, beyond how they are written. */
import { constantCase, wordsOf } from '../names.ts';
import { plural } from '../plurals.ts';

/** Of an element that is repeated: `orderLine` → `orderLines`; what says that it is many stays (`itemList`, `fieldsToNull`). */
export function pluralName(name: string): string {
  const [first = '', ...rest] = wordsOf(name);
  if (rest.length > 0 && /[^s]s$/.test(first)) return name;
  if (/(?:info|list|array|history)$/i.test(name)) return name;
  return /[A-Za-z]$/.test(name) ? plural(name) : name;
}

/** A value of an enum: `In Progress` → `IN_PROGRESS`; any text has one. */
export const enumValueName = (value: string): string => constantCase(value) ?? 'EMPTY';
