import { mulberry32 } from '../../../common/random.ts';
import { WAREHOUSES } from './stock.ts';
import type { Location, Stock } from './stock.ts';

const PRODUCT_COUNT = 2_000;
const SEED = 0x57_0c_c5;
const FIRST_UPDATE_AT_MS = Date.UTC(2026, 5, 1, 6, 0, 0);
const DAY_MS = 86_400_000;

/** The stock of every product; every tenth is sold out. The same every time. */
export function* seedStock(): Generator<Stock> {
  const random = mulberry32(SEED);
  for (let number = 1; number <= PRODUCT_COUNT; number++) {
    const locations = number % 10 === 0 ? [] : seedLocations(random);
    const onShelves = locations.reduce((sum, location) => sum + location.quantity, 0);
    const updatedAtMs = FIRST_UPDATE_AT_MS + number * 61_000;
    yield {
      sku: String(number).padStart(6, '0'),
      reserved: Math.floor(onShelves * random() * 0.3),
      updatedAt: `${new Date(updatedAtMs).toISOString().slice(0, 19)}Z`,
      nextDelivery:
        number % 3 === 0 ? new Date(updatedAtMs + (number % 30) * DAY_MS).toISOString().slice(0, 10) : null,
      locations,
    };
  }
}

function seedLocations(random: () => number): Location[] {
  const chosen = WAREHOUSES.filter(() => random() < 0.4);
  const stocked = chosen.length === 0 ? [WAREHOUSES[2]!] : chosen;
  return stocked.map(({ code }) => ({ code, quantity: 1 + Math.floor(random() * 60) }));
}
