import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { HttpFault } from '../../../common/http/fault.ts';
import { inTransaction } from '../../../common/sqlite/transaction.ts';

export interface Warehouse {
  /** Three digits with leading zeros. */
  readonly code: string;
  readonly name: string;
  readonly city: string;
}

/** The sites of the seed. Łódź is there for its letters: ISO-8859-1 has no Ł and no ź. */
export const WAREHOUSES: readonly Warehouse[] = [
  { code: '001', name: 'Köln-Mülheim', city: 'Köln' },
  { code: '002', name: 'Lager "Süd" & Versand', city: 'München' },
  { code: '007', name: 'Grüner Weg', city: 'Osnabrück' },
  { code: '012', name: 'Entrepôt Nord', city: 'Besançon' },
  { code: '040', name: 'Magazyn Łódź', city: 'Łódź' },
  { code: '100', name: 'Århus Havn', city: 'Århus' },
];

export interface Location {
  readonly code: string;
  readonly quantity: number;
}

export interface Stock {
  /** Six digits with leading zeros. */
  readonly sku: string;
  /** Pieces that are promised to orders. */
  readonly reserved: number;
  /** RFC 3339, UTC. */
  readonly updatedAt: string;
  /** `YYYY-MM-DD`; null = none is planned. */
  readonly nextDelivery: string | null;
  readonly locations: readonly Location[];
}

/** Pieces that can be sold: those on the shelves without those reserved. */
export function availableOf(stock: Stock): number {
  let onShelves = 0;
  for (const location of stock.locations) onShelves += location.quantity;
  return onShelves - stock.reserved;
}

/** A change of the pieces at one place. */
export interface Adjustment {
  readonly code: string;
  /** Negative = taken out. */
  readonly delta: number;
  /** RFC 3339, UTC. */
  readonly at: string;
}

type StockRow = [sku: string, reserved: number, updatedAt: string, nextDelivery: string | null];
type LocationRow = [sku: string, code: string, quantity: number];

/** The stock of the warehouses. Two statements for any number of skus. */
export class StockTable {
  readonly #database: DatabaseSync;
  readonly #stock: StatementSync;
  readonly #locations: StatementSync;
  readonly #sites: StatementSync;
  readonly #putLocation: StatementSync;
  readonly #touch: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    // Sorted from behind: no caller may rely on getting the order of its request back.
    this.#stock = database.prepare(
      'SELECT sku, reserved, updated_at, next_delivery FROM warehouse_stock ' +
        'WHERE sku IN (SELECT value FROM json_each(?)) ORDER BY sku DESC',
    );
    this.#locations = database.prepare(
      'SELECT sku, code, quantity FROM warehouse_locations ' +
        'WHERE sku IN (SELECT value FROM json_each(?)) ORDER BY sku, code',
    );
    this.#stock.setReturnArrays(true);
    this.#locations.setReturnArrays(true);
    this.#sites = database.prepare('SELECT code, name, city FROM warehouse_sites ORDER BY code');
    this.#putLocation = database.prepare(
      'INSERT INTO warehouse_locations VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET quantity = ?3',
    );
    this.#touch = database.prepare('UPDATE warehouse_stock SET updated_at = ? WHERE sku = ?');
  }

  /** The stock of those skus that exist. */
  find(skus: readonly string[]): Stock[] {
    const wanted = JSON.stringify(skus);
    const locations = new Map<string, Location[]>();
    for (const [sku, code, quantity] of this.#locations.all(wanted) as unknown as LocationRow[]) {
      const known = locations.get(sku);
      if (known === undefined) locations.set(sku, [{ code, quantity }]);
      else known.push({ code, quantity });
    }
    const rows = this.#stock.all(wanted) as unknown as StockRow[];
    return rows.map(([sku, reserved, updatedAt, nextDelivery]) => ({
      sku,
      reserved,
      updatedAt,
      nextDelivery,
      locations: locations.get(sku) ?? [],
    }));
  }

  /** @throws HttpFault 404 */
  get(sku: string): Stock {
    const [stock] = this.find([sku]);
    if (stock === undefined)
      throw new HttpFault(404, 'STOCK_NOT_FOUND', `No warehouse knows the sku ${sku}.`);
    return stock;
  }

  warehouses(): Warehouse[] {
    return this.#sites.all() as unknown as Warehouse[];
  }

  /**
   * Books pieces in or out, and returns the stock as it is then.
   * @throws HttpFault 404 unknown sku, 400 unknown location, 409 if more is taken than there is or than is free
   */
  adjust(sku: string, adjustment: Adjustment): Stock {
    const stock = this.get(sku);
    const { code, delta, at } = adjustment;
    if (!this.warehouses().some((warehouse) => warehouse.code === code)) {
      throw new HttpFault(400, 'UNKNOWN_LOCATION', `There is no warehouse ${code}.`, {
        fields: [{ path: 'location/@code', message: 'must be the code of a warehouse, see GET /warehouses' }],
      });
    }
    const quantity = (stock.locations.find((location) => location.code === code)?.quantity ?? 0) + delta;
    if (quantity < 0 || availableOf(stock) + delta < 0) {
      throw new HttpFault(
        409,
        'INSUFFICIENT_STOCK',
        `The sku ${sku} has ${quantity - delta} pieces at ${code} and ${availableOf(stock)} that are not reserved.`,
        { fields: [{ path: 'delta', message: `takes ${-delta} pieces, more than there are` }] },
      );
    }
    inTransaction(this.#database, () => {
      this.#putLocation.run(sku, code, quantity);
      this.#touch.run(at, sku);
    });
    return this.get(sku);
  }
}
