import { isObject, renameKeys, scalarText, typeName } from '../values.ts';
import { argument } from './method.ts';
import type { Call, Method } from './method.ts';

function split(value: unknown, call: Call): unknown {
  const separator = argument(call, 0, value);
  const limit = argument(call, 1, value);
  if (typeof value !== 'string' || typeof separator !== 'string') return undefined;
  if (limit !== undefined && (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0))
    return undefined;
  const parts = separator === '' ? Array.from(value) : value.split(separator);
  return limit === undefined ? parts : parts.slice(0, limit);
}

function trim(cut: (text: string) => string): Method['apply'] {
  return (value) => (typeof value === 'string' ? cut(value) : undefined);
}

function jsonParse(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

/** Text that JSON.stringify puts out as it is (ECMAScript 2026, not yet in TypeScript's library). */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON: (text: string) => unknown };

/** JSON text; a bigint keeps all its digits. */
function jsonStringify(value: unknown): unknown {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? rawJson(part.toString()) : part,
  );
}

/** `user_name`, `UserName` and `USER_NAME` become `userName`. */
function camelCase(key: string): string {
  const words = key.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]|[0-9]+/g) ?? [];
  return words
    .map((word, index) =>
      index === 0 ? word.toLowerCase() : word[0]!.toUpperCase() + word.slice(1).toLowerCase(),
    )
    .join('');
}

function entries(value: unknown): unknown {
  return isObject(value) ? Object.keys(value).map((key) => ({ key, value: value[key] })) : undefined;
}

const plain = { minArgs: 0, maxArgs: 0 } as const;

export const TEXT_METHODS: Readonly<Record<string, Method>> = {
  jsonStringify: { since: '0.1', ...plain, apply: jsonStringify },
  jsonParse: { since: '0.3', ...plain, apply: jsonParse },
  // `as const`: TypeScript takes this for Object's own toString, whose type says nothing about versions.
  toString: { since: '0.3' as const, ...plain, apply: scalarText },
  split: { since: '0.4', minArgs: 1, maxArgs: 2, apply: split },
  trim: { since: '0.4', ...plain, apply: trim((text) => text.trim()) },
  trimStart: { since: '0.4', ...plain, apply: trim((text) => text.trimStart()) },
  trimEnd: { since: '0.4', ...plain, apply: trim((text) => text.trimEnd()) },
};

export const OBJECT_METHODS: Readonly<Record<string, Method>> = {
  entries: { since: '0.1', ...plain, apply: entries },
  keys: {
    since: '0.4',
    ...plain,
    apply: (value) => (isObject(value) ? Object.keys(value) : undefined),
  },
  values: {
    since: '0.4',
    ...plain,
    apply: (value) => (isObject(value) ? Object.values(value) : undefined),
  },
  typeof: { since: '0.4', ...plain, apply: typeName },
  keysToCamelCase: {
    since: '0.4',
    ...plain,
    apply: (value) => (isObject(value) ? renameKeys(value, camelCase, false) : undefined),
  },
  keysToCamelCaseDeep: {
    since: '0.4',
    ...plain,
    apply: (value) =>
      isObject(value) || Array.isArray(value) ? renameKeys(value, camelCase, true) : undefined,
  },
};
