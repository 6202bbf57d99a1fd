import type { Dialect } from './syntax.ts';

/** Lists and objects nested deeper than this are not followed: the backend decides how deep its answer nests. */
const MAX_DATA_DEPTH = 200;

export type PlainObject = Record<string, unknown>;

export function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether reading `key` could reach the prototype instead of the data. */
function isInherited(key: string): boolean {
  return key in Object.prototype;
}

/** An own property of an object; anything else has none. */
export function ownProperty(object: PlainObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Writes an own property, even one named `__proto__`. */
export function setOwnProperty(object: PlainObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

/**
 * A function that takes one `.key` step: over a list it maps, where an element without the key gives null; a value
 * that is no object has no keys, save that `#text` of an XML element with only text is the text.
 */
export function compileKey(key: string, dialect: Dialect): (value: unknown) => unknown {
  // Plain data inherits from Object.prototype alone, so any other name can be read directly.
  if (isInherited(key)) {
    const read = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return undefined;
      return Array.isArray(value) ? mapNested(value, read, 0) : ownProperty(value as PlainObject, key);
    };
    return read;
  }
  const isText = dialect === 'xml' && key === '#text';
  const read = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) {
      return Array.isArray(value) ? mapNested(value, read, 0) : (value as PlainObject)[key];
    }
    return isText && typeof value === 'string' ? value : undefined;
  };
  return read;
}

/** Applies `read` to what is no list, in lists of any depth. */
function mapNested(list: readonly unknown[], read: (value: unknown) => unknown, depth: number): unknown {
  if (depth > MAX_DATA_DEPTH) return undefined;
  const output: unknown[] = [];
  for (const element of list) {
    const value = Array.isArray(element) ? mapNested(element, read, depth + 1) : read(element);
    output.push(value ?? null);
  }
  return output;
}

/** Names a value's type as `->typeof` does. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return typeof value;
}

/** The text of a scalar; null is the empty text, and lists and objects have none (undefined). */
export function scalarText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value === null ? '' : undefined;
  }
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;

/**
 * A value as a number. XML has no numbers and protobuf sends 64-bit integers as text, so with these dialects
 * a decimal text counts; an integer that a JavaScript number cannot hold stays exact as a bigint.
 */
export function toNumber(value: unknown, dialect: Dialect): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (dialect === 'json' || typeof value !== 'string') return undefined;
  const text = value.trim();
  if (!DECIMAL.test(text)) return undefined;
  const number = Number(text);
  return INTEGER.test(text) && !Number.isSafeInteger(number) ? BigInt(text.replace('+', '')) : number;
}

/** Equality of JSON values; with XML and protobuf a number equals its decimal text. */
export function equal(left: unknown, right: unknown, dialect: Dialect, depth = 0): boolean {
  if (left === right) return true;
  if (typeof left !== typeof right || typeof left === 'bigint') {
    if (!isNumeric(left) && !isNumeric(right)) return false;
    const a = toNumber(left, dialect);
    const b = toNumber(right, dialect);
    // eslint-disable-next-line eqeqeq -- 1n == 1 is what is meant
    return a !== undefined && b !== undefined && a == b;
  }
  if (typeof left !== 'object' || left === null || right === null || depth > MAX_DATA_DEPTH) return false;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((element, index) => equal(element, right[index], dialect, depth + 1))
    );
  }
  if (Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right as PlainObject).length &&
    keys.every(
      (key) =>
        Object.hasOwn(right as PlainObject, key) &&
        equal((left as PlainObject)[key], (right as PlainObject)[key], dialect, depth + 1),
    )
  );
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/**
 * Joins two values of the same output name: objects key by key, lists element by element; null wins over
 * everything, and otherwise the later one stands. Neither input is changed.
 */
export function merge(left: unknown, right: unknown, depth = 0): unknown {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left === null || right === null) return null;
  if (depth > MAX_DATA_DEPTH) return right;
  if (Array.isArray(left) && Array.isArray(right)) {
    const length = Math.max(left.length, right.length);
    return Array.from({ length }, (_, index) => merge(left[index], right[index], depth + 1));
  }
  if (!isPlain(left) || !isPlain(right)) return right;
  const output: PlainObject = {};
  for (const key of Object.keys(left)) setOwnProperty(output, key, left[key]);
  for (const key of Object.keys(right)) {
    setOwnProperty(output, key, merge(ownProperty(output, key), right[key], depth + 1));
  }
  return output;
}

function isPlain(value: unknown): value is PlainObject {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A copy with every key changed by `rename`; with `deep` also in nested objects and lists. */
export function renameKeys(
  value: unknown,
  rename: (key: string) => string,
  deep: boolean,
  depth = 0,
): unknown {
  if (depth > MAX_DATA_DEPTH) return value;
  if (Array.isArray(value)) return value.map((element) => renameKeys(element, rename, deep, depth + 1));
  if (!isObject(value)) return value;
  const output: PlainObject = {};
  for (const key of Object.keys(value)) {
    setOwnProperty(output, rename(key), deep ? renameKeys(value[key], rename, deep, depth + 1) : value[key]);
  }
  return output;
}
