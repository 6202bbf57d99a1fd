import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../common/sqlite/open.ts';
import { inTransaction } from '../../common/sqlite/transaction.ts';
import { insertOrder } from './changes.ts';
import { seedOrders } from './seed.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL,
    status TEXT NOT NULL,
    channel TEXT NOT NULL,
    placed_at TEXT NOT NULL,
    placed_at_ms INTEGER NOT NULL,
    delivery_date TEXT,
    cost_centre TEXT,
    currency TEXT NOT NULL,
    total TEXT NOT NULL,
    payment TEXT NOT NULL,
    gift_message TEXT,
    tags TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS order_items (
    order_number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price TEXT NOT NULL,
    note TEXT,
    PRIMARY KEY (order_number, line)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS shipments (
    order_number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (order_number, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer_id, placed_at_ms DESC, number DESC);
  CREATE INDEX IF NOT EXISTS orders_by_status ON orders (status, placed_at_ms DESC, number DESC);
  CREATE INDEX IF NOT EXISTS orders_by_time ON orders (placed_at_ms DESC, number DESC);
`;

/**
 * Opens the database, and seeds it if it is empty: all or nothing, the same bytes every time.
 * @param path a file, made with its folder if missing, or `:memory:`
 */
export function openOrders(path: string): DatabaseSync {
  const database = openDatabase(path);
  try {
    inTransaction(database, () => {
      database.exec(SCHEMA);
      if (database.prepare('SELECT 1 FROM orders LIMIT 1').get() !== undefined) return;
      const insert = insertOrder(database);
      for (const order of seedOrders()) insert(order);
    });
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}
