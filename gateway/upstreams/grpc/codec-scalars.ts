/** Scalars in the library's form → plain data. Input is checked in `codec-write.ts`. */

/** A 64-bit integer of protobufjs: `long`'s shape. */
export interface Bits64 {
  /** Signed 32-bit halves. */
  readonly low: number;
  readonly high: number;
}

const TWO_32 = 4_294_967_296;

export function decimalFromInt64(value: Bits64): string {
  const { low, high } = value;
  // Exact as a double below 2^53; most values are.
  if (high >= -0x20_0000 && high < 0x20_0000) return String(high * TWO_32 + (low >>> 0));
  return ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
}

export function decimalFromUint64(value: Bits64): string {
  const high = value.high >>> 0;
  const low = value.low >>> 0;
  if (high < 0x20_0000) return String(high * TWO_32 + low);
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}

export function base64FromBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** A 32-bit float read as a double has digits that nobody wrote (0.1 → 0.10000000149011612): the shortest that means the same. */
export function shortestFloat(value: number): number {
  // Integers below 2^24 are exact, and NaN and the infinities have no digits.
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < 0x100_0000)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
