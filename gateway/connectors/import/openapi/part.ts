import type { Spot } from './notes.ts';
import { pointerKey } from './pointer.ts';

/** A value of a document, and where it stands. */
export interface Part extends Spot {
  readonly value: unknown;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value of a key of an object or list, as it stands. */
export function childOf(part: Part, key: string | number): Part | undefined {
  const { value, document, pointer } = part;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const child = (value as Record<string | number, unknown>)[key];
  if (child === undefined) return undefined;
  return { document, pointer: `${pointer}/${pointerKey(String(key))}`, value: child };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function refOf(value: unknown): string | undefined {
  if (!isObject(value) || !Object.hasOwn(value, '$ref')) return undefined;
  const { $ref: ref } = value;
  return typeof ref === 'string' ? ref : undefined;
}

const ids = new WeakMap<object, string>();

/** Which value of all documents it is. An alias of YAML is the value that it stands for. */
export function idOf({ document, pointer, value }: Part): string {
  if (typeof value !== 'object' || value === null) return `${document.location}#${pointer}`;
  let id = ids.get(value);
  if (id === undefined) ids.set(value, (id = `${document.location}#${pointer}`));
  return id;
}

export function textOf(part: Part | undefined, key: string): string | undefined {
  const value = isObject(part?.value) ? part.value[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function flagOf(part: Part | undefined, key: string): boolean {
  return isObject(part?.value) && part.value[key] === true;
}
