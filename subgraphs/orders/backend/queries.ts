import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Order, OrderItem, OrderStatus, Payment, Shipment } from './order.ts';

const COLUMNS =
  'o.number, o.customer_id, o.status, o.channel, o.placed_at, o.placed_at_ms, o.delivery_date, ' +
  'o.cost_centre, o.currency, o.total, o.payment, o.gift_message, o.tags';
const NEWEST_FIRST = 'ORDER BY o.placed_at_ms DESC, o.number DESC';

type HeadRow = [
  number: number,
  customerId: string,
  status: OrderStatus,
  channel: string,
  placedAt: string,
  placedAtMs: number,
  deliveryDate: string | null,
  costCentre: string | null,
  currency: string,
  total: string,
  payment: string,
  giftMessage: string | null,
  tags: string,
];
type ItemRow = [number: number, sku: string, quantity: number, unitPrice: string, note: string | null];
type ShipmentRow = [number: number, content: string];

export interface CustomerOrders {
  readonly customerId: string;
  /** All orders of the customer, not only those here. */
  readonly total: number;
  /** How many of them come before these. */
  readonly offset: number;
  readonly orders: readonly Order[];
}

/** The reads of orders. Each takes three or four statements, however many orders it finds. */
export class OrderQueries {
  readonly #byNumbers: StatementSync;
  readonly #page: StatementSync;
  readonly #pageOfStatus: StatementSync;
  readonly #count: StatementSync;
  readonly #countOfStatus: StatementSync;
  readonly #ofCustomers: StatementSync;
  readonly #countsOfCustomers: StatementSync;
  readonly #items: StatementSync;
  readonly #shipments: StatementSync;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#byNumbers = prepare(
      `SELECT ${COLUMNS} FROM orders o WHERE o.number IN (SELECT value FROM json_each(?)) ${NEWEST_FIRST}`,
    );
    this.#page = prepare(`SELECT ${COLUMNS} FROM orders o ${NEWEST_FIRST} LIMIT ? OFFSET ?`);
    this.#pageOfStatus = prepare(
      `SELECT ${COLUMNS} FROM orders o WHERE o.status = ? ${NEWEST_FIRST} LIMIT ? OFFSET ?`,
    );
    this.#count = prepare('SELECT count(*) FROM orders');
    this.#countOfStatus = prepare('SELECT count(*) FROM orders WHERE status = ?');
    // The inner query runs once per customer, along the index: no window over all their orders.
    this.#ofCustomers = prepare(`
      SELECT ${COLUMNS} FROM json_each(?1) asked CROSS JOIN orders o
      WHERE o.number IN (
        SELECT number FROM orders WHERE customer_id = asked.value
        ORDER BY placed_at_ms DESC, number DESC LIMIT ?2 OFFSET ?3
      ) ORDER BY asked.key, o.placed_at_ms DESC, o.number DESC`);
    this.#countsOfCustomers = prepare(
      'SELECT customer_id, count(*) FROM orders WHERE customer_id IN (SELECT value FROM json_each(?)) GROUP BY customer_id',
    );
    this.#items = prepare(
      'SELECT order_number, sku, quantity, unit_price, note FROM order_items ' +
        'WHERE order_number IN (SELECT value FROM json_each(?)) ORDER BY order_number, line',
    );
    this.#shipments = prepare(
      'SELECT order_number, content FROM shipments ' +
        'WHERE order_number IN (SELECT value FROM json_each(?)) ORDER BY order_number, position',
    );
  }

  byNumber(number: number): Order | undefined {
    return this.byNumbers([number])[0];
  }

  /** Those that exist, newest first. */
  byNumbers(numbers: readonly number[]): Order[] {
    return this.#complete(this.#byNumbers.all(JSON.stringify(numbers)));
  }

  page(status: OrderStatus | undefined, limit: number, offset: number): Order[] {
    const rows = status ? this.#pageOfStatus.all(status, limit, offset) : this.#page.all(limit, offset);
    return this.#complete(rows);
  }

  count(status: OrderStatus | undefined): number {
    const row = status ? this.#countOfStatus.get(status) : this.#count.get();
    return (row as unknown as [number])[0];
  }

  /** One entry per id, in that order; a customer without orders has an empty one. Ids must be unique. */
  ofCustomers(customerIds: readonly string[], limit: number, offset: number): CustomerOrders[] {
    const ids = JSON.stringify(customerIds);
    const totals = new Map(this.#countsOfCustomers.all(ids) as unknown as [string, number][]);
    const orders = this.#complete(this.#ofCustomers.all(ids, limit, offset));
    const byCustomer = Map.groupBy(orders, (order) => order.customerId);
    return customerIds.map((customerId) => ({
      customerId,
      total: totals.get(customerId) ?? 0,
      offset,
      orders: byCustomer.get(customerId) ?? [],
    }));
  }

  #complete(rows: unknown): Order[] {
    const heads = rows as HeadRow[];
    if (heads.length === 0) return [];
    const items = new Map<number, OrderItem[]>();
    const shipments = new Map<number, Shipment[]>();
    for (const [number] of heads) items.set(number, []);
    const numbers = JSON.stringify(heads.map(([number]) => number));
    for (const [number, sku, quantity, unitPrice, note] of this.#items.all(numbers) as unknown as ItemRow[]) {
      items.get(number)!.push({ sku, quantity, unitPrice, note });
    }
    for (const [number, content] of this.#shipments.all(numbers) as unknown as ShipmentRow[]) {
      const known = shipments.get(number);
      const shipment = JSON.parse(content) as Shipment;
      if (known === undefined) shipments.set(number, [shipment]);
      else known.push(shipment);
    }
    return heads.map((head) => toOrder(head, items.get(head[0])!, shipments.get(head[0]) ?? []));
  }
}

function toOrder(head: HeadRow, items: readonly OrderItem[], shipments: readonly Shipment[]): Order {
  return {
    number: head[0],
    customerId: head[1],
    status: head[2],
    channel: head[3],
    placedAt: head[4],
    placedAtMs: head[5],
    deliveryDate: head[6],
    costCentre: head[7],
    currency: head[8],
    total: head[9],
    payment: JSON.parse(head[10]) as Payment,
    giftMessage: head[11],
    tags: JSON.parse(head[12]) as string[],
    items,
    shipments,
  };
}
