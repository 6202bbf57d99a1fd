import { FieldFault } from '../errors.ts';
import type { Values } from './arguments.ts';

/** A key: the parent's fields (or the arguments) that say which object is meant, and its canonical text. */
export interface Key {
  readonly id: string;
  readonly values: Values;
}

export const NO_KEY: Key = { id: '', values: Object.freeze({}) };

/** The key of an object, or undefined when a part of it is missing. `read` gives the object's field for the first name of a path. */
export function keyOf(
  paths: readonly (readonly string[])[],
  read: (head: string) => unknown,
): Key | undefined {
  if (paths.length === 0) return NO_KEY;
  const values: Record<string, unknown> = {};
  const parts: string[] = [];
  for (const path of paths) {
    const head = path[0]!;
    const top = read(head);
    let value = top;
    for (let i = 1; i < path.length; i++)
      value =
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[path[i]!]
          : undefined;
    if (value === undefined || value === null || value instanceof FieldFault) return undefined;
    values[head] = top;
    parts.push(typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return { id: keyId(parts), values };
}

/** One text for a key, whatever its parts hold. */
export const keyId = (parts: readonly string[]) => (parts.length === 1 ? parts[0]! : JSON.stringify(parts));
