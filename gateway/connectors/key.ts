import { FieldFault } from '../errors.ts';
import type { Values } from './arguments.ts';
import { own } from './own.ts';

/** A key: the parent's fields (or the arguments) that say which object is meant, and its canonical text. */
export interface Key {
  readonly id: string;
  readonly values: Values;
}

export const NO_KEY: Key = { id: '', values: Object.freeze({}) };

/**
 * The key of an object: undefined when a part of it is missing, the fault when a part has failed. `read` gives the
 * object's field for the first name of a path.
 */
export function keyOf(
  paths: readonly (readonly string[])[],
  read: (head: string) => unknown,
): Key | FieldFault | undefined {
  if (paths.length === 0) return NO_KEY;
  const values: Record<string, unknown> = {};
  const parts: string[] = [];
  for (const path of paths) {
    const head = path[0]!;
    const top = read(head);
    let value = top;
    for (let i = 1; i < path.length && !(value instanceof FieldFault); i++) value = own(value, path[i]!);
    if (value instanceof FieldFault) return value;
    if (value === undefined || value === null) return undefined;
    values[head] = top;
    parts.push(keyPart(value));
  }
  return { id: keyId(parts), values };
}

/** Numbers and texts that look the same are the same key: `7` of JSON and `"7"` of a client. */
export function keyPart(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'object'
      ? JSON.stringify(value)
      : `${value as number}`;
}

/** One text for a key, whatever its parts hold. */
export const keyId = (parts: readonly string[]) => (parts.length === 1 ? parts[0]! : JSON.stringify(parts));
