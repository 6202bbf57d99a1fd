import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../../common/sqlite/transaction.ts';
import { seedStock } from './seed.ts';
import { WAREHOUSES } from './stock.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS warehouse_sites (code TEXT PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS warehouse_stock (
    sku TEXT PRIMARY KEY,
    reserved INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    next_delivery TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS warehouse_locations (
    sku TEXT NOT NULL,
    code TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (sku, code)
  ) STRICT, WITHOUT ROWID;
`;

/** Makes and fills the warehouse's tables if they are not there: all or nothing, the same bytes every time. */
export function prepareWarehouse(database: DatabaseSync): void {
  inTransaction(database, () => {
    database.exec(SCHEMA);
    if (database.prepare('SELECT 1 FROM warehouse_stock LIMIT 1').get() === undefined) fill(database);
  });
}

function fill(database: DatabaseSync): void {
  const insertSite = database.prepare('INSERT INTO warehouse_sites VALUES (?, ?, ?)');
  for (const { code, name, city } of WAREHOUSES) insertSite.run(code, name, city);
  const insertStock = database.prepare('INSERT INTO warehouse_stock VALUES (?, ?, ?, ?)');
  const insertLocation = database.prepare('INSERT INTO warehouse_locations VALUES (?, ?, ?)');
  for (const stock of seedStock()) {
    insertStock.run(stock.sku, stock.reserved, stock.updatedAt, stock.nextDelivery);
    for (const location of stock.locations) insertLocation.run(stock.sku, location.code, location.quantity);
  }
}
