/** Equal seeds give equal numbers for ever, so that a seeded database has the same bytes everywhere. */
export interface Random {
  /** A whole number from 0 up to and excluding `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
}

export function random(seed: number): Random {
  const next = mulberry32(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, pick: (list) => list[below(list.length)]! };
}

/** A small generator of numbers in [0, 1) with 32 bits of state: mulberry32 by Tommy Ettinger (public domain). */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
