/** A permutation of the numbers, so that answers in this order look like those of a hash index. */
export function scattered(number: number): number {
  return Math.imul(number, 0x9e3779b1) >>> 0;
}
