import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../common/sqlite/transaction.ts';
import type { Order, OrderStatus } from './order.ts';

/** What an update may change; what is left out stays. */
export interface OrderPatch {
  readonly deliveryDate?: string | null;
  readonly giftMessage?: string | null;
  readonly tags?: readonly string[];
}

/** Writes a whole order; the caller opens the transaction. */
export function insertOrder(database: DatabaseSync): (order: Order) => void {
  const insertHead = database.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const insertItem = database.prepare('INSERT INTO order_items VALUES (?, ?, ?, ?, ?, ?)');
  const insertShipment = database.prepare('INSERT INTO shipments VALUES (?, ?, ?)');
  return (order) => {
    const { number, items, shipments } = order;
    insertHead.run(
      number,
      order.customerId,
      order.status,
      order.channel,
      order.placedAt,
      order.placedAtMs,
      order.deliveryDate,
      order.costCentre,
      order.currency,
      order.total,
      JSON.stringify(order.payment),
      order.giftMessage,
      JSON.stringify(order.tags),
    );
    for (const [index, item] of items.entries()) {
      insertItem.run(number, index + 1, item.sku, item.quantity, item.unitPrice, item.note);
    }
    for (const [index, shipment] of shipments.entries()) {
      insertShipment.run(number, index + 1, JSON.stringify(shipment));
    }
  };
}

/** The changes of orders, each with its statements prepared once. */
export class OrderChanges {
  readonly #database: DatabaseSync;
  readonly #insert: (order: Order) => void;

  readonly #nextNumber;
  readonly #setStatus;
  readonly #patch;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = insertOrder(database);
    this.#nextNumber = database.prepare('SELECT max(number) + 1 AS next FROM orders');
    this.#setStatus = database.prepare('UPDATE orders SET status = ? WHERE number = ?');
    this.#patch = database.prepare(
      'UPDATE orders SET delivery_date = ?, gift_message = ?, tags = ? WHERE number = ?',
    );
  }

  /** Stores a new order under the next free number, which it returns. */
  place(order: Omit<Order, 'number'>): number {
    return inTransaction(this.#database, () => {
      const number = (this.#nextNumber.get() as { next: number }).next;
      this.#insert({ ...order, number });
      return number;
    });
  }

  setStatus(order: Order, status: OrderStatus): void {
    this.#setStatus.run(status, order.number);
  }

  patch(order: Order, patch: OrderPatch): void {
    const { deliveryDate, giftMessage, tags } = { ...order, ...patch };
    this.#patch.run(deliveryDate, giftMessage, JSON.stringify(tags), order.number);
  }
}
