import { equal, isObject, ownProperty, scalarText } from '../values.ts';
import { argument, characters, listInput } from './method.ts';
import type { Call, Method } from './method.ts';

/** `->first` and `->last`: of a list or a text; another value is its own first and last. */
function end(index: 0 | -1): Method['apply'] {
  return (value, call) => {
    const input = listInput(value, call.dialect);
    if (Array.isArray(input)) return input.at(index) as unknown;
    return typeof input === 'string' ? characters(input).at(index) : input;
  };
}

function get(value: unknown, call: Call): unknown {
  const index = argument(call, 0, value);
  if (typeof index === 'string') return isObject(value) ? ownProperty(value, index) : undefined;
  if (typeof index !== 'number' || !Number.isInteger(index)) return undefined;
  const input = listInput(value, call.dialect);
  if (Array.isArray(input)) return input.at(index) as unknown;
  return typeof input === 'string' ? characters(input).at(index) : undefined;
}

function has(value: unknown, call: Call): unknown {
  const index = argument(call, 0, value);
  if (index === undefined) return undefined;
  if (typeof index === 'string') return isObject(value) && Object.hasOwn(value, index);
  const input = listInput(value, call.dialect);
  if (typeof index !== 'number' || !Number.isInteger(index)) return false;
  if (!Array.isArray(input) && typeof input !== 'string') return false;
  const length = typeof input === 'string' ? characters(input).length : input.length;
  return index >= -length && index < length;
}

function slice(value: unknown, call: Call): unknown {
  const input = listInput(value, call.dialect);
  const list: readonly unknown[] | string | undefined =
    typeof input === 'string' ? characters(input) : Array.isArray(input) ? input : undefined;
  if (list === undefined) return undefined;
  const bound = (index: number, otherwise: number): number => {
    const given = argument(call, index, value);
    return typeof given === 'number' ? Math.max(0, Math.trunc(given)) : otherwise;
  };
  const part = list.slice(bound(0, 0), bound(1, list.length));
  return typeof input === 'string' && typeof part !== 'string' ? part.join('') : part;
}

function size(value: unknown, call: Call): unknown {
  const input = listInput(value, call.dialect);
  if (Array.isArray(input)) return input.length;
  if (typeof input === 'string') return characters(input).length;
  return isObject(input) ? Object.keys(input).length : undefined;
}

function map(value: unknown, call: Call): unknown {
  const input = listInput(value, call.dialect);
  if (Array.isArray(input)) return input.map((element: unknown) => argument(call, 0, element) ?? null);
  const result = argument(call, 0, input);
  return result === undefined ? undefined : [result];
}

function filter(value: unknown, call: Call): unknown {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const output: unknown[] = [];
  for (const element of list) {
    const verdict = argument(call, 0, element);
    // A condition that is neither true nor false is a mistake in the mapping, not an empty list.
    if (typeof verdict !== 'boolean') return undefined;
    if (verdict) output.push(element);
  }
  return output;
}

function find(value: unknown, call: Call): unknown {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  for (const element of list) {
    const verdict = argument(call, 0, element);
    if (verdict !== false) return verdict === true ? element : undefined;
  }
  return undefined;
}

function joinNotNull(value: unknown, call: Call): unknown {
  const separator = argument(call, 0, value);
  if (typeof separator !== 'string') return undefined;
  if (!Array.isArray(value)) return scalarText(value);
  const texts: string[] = [];
  for (const element of value as unknown[]) {
    if (element === null || element === undefined) continue;
    const text = scalarText(element);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts.join(separator);
}

function contains(value: unknown, call: Call): unknown {
  const input = listInput(value, call.dialect);
  const wanted = argument(call, 0, value);
  if (wanted === undefined || !Array.isArray(input)) return undefined;
  return input.some((element) => equal(element, wanted, call.dialect));
}

function isIn(value: unknown, call: Call): unknown {
  const list = argument(call, 0, value);
  if (list === undefined) return undefined;
  const input = listInput(list, call.dialect);
  return Array.isArray(input) ? input.some((element) => equal(value, element, call.dialect)) : undefined;
}

export const LIST_METHODS: Readonly<Record<string, Method>> = {
  first: { since: '0.1', minArgs: 0, maxArgs: 0, apply: end(0) },
  last: { since: '0.1', minArgs: 0, maxArgs: 0, apply: end(-1) },
  slice: { since: '0.1', minArgs: 0, maxArgs: 2, apply: slice },
  size: { since: '0.1', minArgs: 0, maxArgs: 0, apply: size },
  map: { since: '0.1', minArgs: 1, maxArgs: 1, apply: map },
  joinNotNull: { since: '0.1', minArgs: 1, maxArgs: 1, apply: joinNotNull },
  filter: { since: '0.3', minArgs: 1, maxArgs: 1, apply: filter },
  find: { since: '0.3', minArgs: 1, maxArgs: 1, apply: find },
  get: { since: '0.3', minArgs: 1, maxArgs: 1, apply: get },
  contains: { since: '0.3', minArgs: 1, maxArgs: 1, apply: contains },
  in: { since: '0.3', minArgs: 1, maxArgs: 1, apply: isIn },
  has: { since: '0.4', minArgs: 1, maxArgs: 1, apply: has },
};
