import type protobuf from 'protobufjs';
import { InputFault, shown } from './codec-fault.ts';
import type { Bits64 } from './codec-scalars.ts';
import type { WriteValue } from './codec-write.ts';
import { isClosed } from './describe.ts';
import { didYouMean } from './suggest.ts';

const INT32 = { min: -2_147_483_648, max: 2_147_483_647 };
const UINT32 = { min: 0, max: 4_294_967_295 };
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const UINT64 = { min: 0n, max: 2n ** 64n - 1n };
const INTEGER = /^-?\d{1,20}$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const NOT_FINITE = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Checks plain scalars. */
export function scalarWriter(kind: string): WriteValue {
  switch (kind) {
    case 'int32':
    case 'sint32':
    case 'sfixed32':
      return int32Writer(kind, INT32);
    case 'uint32':
    case 'fixed32':
      return int32Writer(kind, UINT32);
    case 'int64':
    case 'sint64':
    case 'sfixed64':
      return int64Writer(kind, INT64);
    case 'uint64':
    case 'fixed64':
      return int64Writer(kind, UINT64);
    case 'double':
      return (value) => floating(kind, value);
    case 'float':
      return (value) => {
        const number = floating(kind, value);
        if (Number.isFinite(number) && !Number.isFinite(Math.fround(number))) throw fault(value, kind);
        return number;
      };
    case 'bool':
      return (value) => {
        if (typeof value !== 'boolean') throw fault(value, kind);
        return value;
      };
    case 'bytes':
      return writeBytes;
    default:
      return writeString;
  }
}

/** By name, with or without the prefix that the style guide asks for, or by number where the enum is open. */
export function enumWriter(type: protobuf.Enum): WriteValue {
  // `USER_STATUS_ACTIVE` of `UserStatus` may be called `ACTIVE` (https://protobuf.dev/programming-guides/style/#enums).
  const prefix = `${type.name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}_`;
  const full = Object.entries(type.values);
  const short = full.map(
    ([name, number]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, number] as const,
  );
  const numbers = new Map([...short, ...full]);
  const closed = isClosed(type);
  return (value) => {
    if (typeof value === 'string') {
      const number = numbers.get(value);
      if (number !== undefined) return number;
      throw new InputFault(
        `${shown(value)} is not a value of ${type.name}.${didYouMean(value, numbers.keys())}`,
      );
    }
    if (!isIntegerWithin(value, INT32) || (closed && type.valuesById[value] === undefined)) {
      throw new InputFault(`${shown(value)} is not a value of ${type.name}`);
    }
    return value;
  };
}

/** Checks the keys of a map, which plain data has as strings, and brings them into the library's form. */
export function mapKeyWriter(kind: string): (key: string) => string {
  switch (kind) {
    case 'string':
      return (key) => writeString(key);
    case 'bool':
      return (key) => {
        if (key !== 'true' && key !== 'false') throw fault(key, 'bool');
        return key;
      };
    default: {
      const write = scalarWriter(kind);
      const wide = kind.endsWith('64');
      // Text that the library writes as a number of the kind: `1`, never `01` or `-0`.
      return (key) => {
        if (!INTEGER.test(key)) throw fault(key, kind);
        write(wide ? key : Number(key), 0);
        return BigInt(key).toString();
      };
    }
  }
}

function writeString(value: unknown): string {
  if (typeof value !== 'string') throw fault(value, 'string');
  if (!value.isWellFormed()) throw new InputFault('half a surrogate pair cannot be sent as UTF-8');
  return value;
}

function writeBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string' || !BASE64.test(value)) throw new InputFault(`${shown(value)} is not base64`);
  const digits = value.endsWith('=') ? value.indexOf('=') : value.length;
  // Padding is optional; where there is some it must be whole.
  if (digits % 4 === 1 || (digits !== value.length && value.length % 4 !== 0)) {
    throw new InputFault(`${shown(value)} is not base64`);
  }
  return Buffer.from(value, 'base64');
}

function floating(kind: string, value: unknown): number {
  if (typeof value === 'number') return value;
  const special = typeof value === 'string' ? NOT_FINITE.get(value) : undefined;
  if (special === undefined) throw fault(value, kind);
  return special;
}

/** A number or, as in ProtoJSON, decimal text: what an `ID` or a `BigInt` of GraphQL is. */
function int32Writer(kind: string, range: { min: number; max: number }): WriteValue {
  return (value) => {
    const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
    if (!isIntegerWithin(number, range)) throw fault(value, kind);
    return number;
  };
}

function isIntegerWithin(value: unknown, range: { min: number; max: number }): value is number {
  return Number.isInteger(value) && (value as number) >= range.min && (value as number) <= range.max;
}

/** Decimal text, an exact number or a bigint. */
function int64Writer(kind: string, range: { min: bigint; max: bigint }): WriteValue {
  return (value) => {
    const integer = integerOf(value);
    if (integer === undefined || integer < range.min || integer > range.max) throw fault(value, kind);
    return typeof integer === 'number' ? integer : bits(integer);
  };
}

function integerOf(value: unknown): number | bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string' || !INTEGER.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}

function bits(integer: bigint): Bits64 {
  return { low: Number(BigInt.asIntN(32, integer)), high: Number(BigInt.asIntN(32, integer >> 32n)) };
}

function fault(value: unknown, kind: string): InputFault {
  return new InputFault(
    `${shown(value)} is not ${/^[aeiou]/.test(kind) && !kind.startsWith('uint') ? 'an' : 'a'} ${kind}`,
  );
}
