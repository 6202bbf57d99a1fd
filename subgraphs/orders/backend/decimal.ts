/** A decimal string such as `12.50`, as XML Schema's `xs:decimal` without a sign; exact, whatever its size. */
export const DECIMAL = /^\d{1,24}(?:\.\d{1,6})?$/;

/** The sum of quantity × price, exact, with as many decimal places as the most precise price. */
export function sumOfProducts(
  lines: readonly { readonly quantity: number; readonly price: string }[],
): string {
  let places = 0;
  for (const line of lines) places = Math.max(places, placesOf(line.price));
  let units = 0n;
  for (const line of lines) {
    units +=
      BigInt(line.quantity) *
      BigInt(line.price.replace('.', '')) *
      10n ** BigInt(places - placesOf(line.price));
  }
  return fromUnits(units, places);
}

/** `fromUnits(1250n, 2)` is `12.50`. */
export function fromUnits(units: bigint, places: number): string {
  const digits = units.toString().padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function placesOf(decimal: string): number {
  const point = decimal.indexOf('.');
  return point === -1 ? 0 : decimal.length - point - 1;
}
