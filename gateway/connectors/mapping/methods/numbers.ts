import { toNumber } from '../values.ts';
import { argument } from './method.ts';
import type { Call, Method } from './method.ts';

/**
 * Arithmetic over the input and all arguments, from left to right. Plain JavaScript numbers; only where one side is
 * an integer beyond 2^53 (protobuf's and XML's come as text) it stays exact, and the result is its decimal text.
 */
function arithmetic(
  number: (left: number, right: number) => number,
  integer?: (left: bigint, right: bigint) => bigint,
): Method['apply'] {
  return (value, call) => {
    let result = toNumber(value, call.dialect);
    for (let index = 0; index < call.args.length && result !== undefined; index += 1) {
      const operand = toNumber(argument(call, index, value), call.dialect);
      result = operand === undefined ? undefined : apply(result, operand, number, integer);
    }
    return typeof result === 'bigint' ? plain(result) : result;
  };
}

function apply(
  left: number | bigint,
  right: number | bigint,
  number: (left: number, right: number) => number,
  integer: ((left: bigint, right: bigint) => bigint) | undefined,
): number | bigint | undefined {
  const exact = integer !== undefined && (typeof left === 'bigint' || typeof right === 'bigint');
  if (exact && isInteger(left) && isInteger(right)) {
    const a = BigInt(left);
    const b = BigInt(right);
    return b === 0n && integer === REMAINDER ? undefined : integer(a, b);
  }
  const result = number(Number(left), Number(right));
  return Number.isFinite(result) ? result : undefined;
}

function isInteger(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

/** An integer as a number where that is exact, else as its decimal text, which JSON can carry unharmed. */
function plain(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

const REMAINDER = (left: bigint, right: bigint): bigint => left % right;
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
const MAX_INTEGER_DIGITS = 66;

/** A text in the given base (10 by default), or the whole part of a number; missing if it is not within 64 bits. */
function parseInteger(value: unknown, call: Call): unknown {
  const base = call.args.length === 0 ? 10 : argument(call, 0, value);
  if (typeof base !== 'number' || !Number.isInteger(base) || base < 2 || base > 36) return undefined;
  if (typeof value === 'bigint') return plain(value);
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = typeof value === 'number' ? String(Math.trunc(value)) : value;
  const match = /^([+-]?)([0-9a-zA-Z]+)$/.exec(text);
  if (match === null || match[2]!.length > MAX_INTEGER_DIGITS) return undefined;
  let result = 0n;
  for (const character of match[2]!.toLowerCase()) {
    const digit = DIGITS.indexOf(character);
    if (digit >= base) return undefined;
    result = result * BigInt(base) + BigInt(digit);
  }
  if (match[1] === '-') result = -result;
  return BigInt.asIntN(64, result) === result ? plain(result) : undefined;
}

const numbers = { since: '0.3', minArgs: 1, maxArgs: 255 } as const;

export const NUMBER_METHODS: Readonly<Record<string, Method>> = {
  add: {
    ...numbers,
    apply: arithmetic(
      (left, right) => left + right,
      (left, right) => left + right,
    ),
  },
  sub: {
    ...numbers,
    apply: arithmetic(
      (left, right) => left - right,
      (left, right) => left - right,
    ),
  },
  mul: {
    ...numbers,
    apply: arithmetic(
      (left, right) => left * right,
      (left, right) => left * right,
    ),
  },
  div: { ...numbers, apply: arithmetic((left, right) => left / right) },
  mod: { ...numbers, apply: arithmetic((left, right) => left % right, REMAINDER) },
  parseInt: { since: '0.3', minArgs: 0, maxArgs: 1, apply: parseInteger },
};
