import { mulberry32 } from '../../common/random.ts';
import { fromUnits, sumOfProducts } from './decimal.ts';
import { listPriceUnits, placesOfCurrency } from './order.ts';
import type { Order, OrderItem, OrderStatus, Payment, Shipment } from './order.ts';

const ORDER_COUNT = 20_000;
const USER_COUNT = 5_000;
const PRODUCT_COUNT = 2_000;
/** From here on orders belong to the first users, so that some have enough of them to page through. */
const FIRST_FREQUENT_ORDER = 15_001;
const FREQUENT_USER_COUNT = 50;
const SEED = 0x0b5e55ed;
const FIRST_ORDER_AT_MS = Date.UTC(2026, 2, 1, 9, 0, 0);
const BETWEEN_ORDERS_MS = 13 * 60_000;
const DAY_MS = 86_400_000;

// o1 is shipped, o2 paid, o5 placed, o6 cancelled, and so on every seven orders.
const STATUS_CYCLE: readonly OrderStatus[] = [
  'PLACED',
  'SHIPPED',
  'PAID',
  'DELIVERED',
  'DELIVERED',
  'PLACED',
  'CANCELLED',
];
const ZONES = [
  { suffix: '+02:00', minutes: 120 },
  { suffix: '+01:00', minutes: 60 },
  { suffix: 'Z', minutes: 0 },
  { suffix: '-05:00', minutes: -300 },
  { suffix: '+05:30', minutes: 330 },
] as const;
const CHANNELS = ['web', 'app', 'phone', 'fax'] as const;
const CARRIERS = ['DHL', 'Österreichische Post', 'La Poste', 'PostNL'] as const;
const CARD_BRANDS = ['VISA', 'MASTERCARD', 'AMEX'] as const;
const TAGS = ['priority', 'gift', 'b2b', 'fragile', 'rückläufer', 'r&d'] as const;
const NOTES = [
  'Türklingel defekt',
  'leave at the door & ring twice',
  'size "XL" if possible',
  '',
  'only if < 2 kg',
] as const;
const GIFT_MESSAGES = [
  'Alles Gute zum Geburtstag, Jürgen! <3',
  'To Zoë & Noël,\nfrom all of us',
  'Set notation: a[b[0]]>1 stays as it is',
  'Wszystkiego najlepszego, Łukasz \u{1F382}',
  '  5 € for you, spaces kept  ',
] as const;

/** The orders of the demo, o1 first; the same every time. */
export function* seedOrders(): Generator<Order> {
  const random = mulberry32(SEED);
  for (let number = 1; number <= ORDER_COUNT; number++) yield seedOrder(number, random);
}

function seedOrder(number: number, random: () => number): Order {
  const placedAtMs = FIRST_ORDER_AT_MS + (number - 1) * BETWEEN_ORDERS_MS;
  const status = STATUS_CYCLE[number % STATUS_CYCLE.length]!;
  const currency = currencyOf(number);
  const items = seedItems(number, currency, random);
  return {
    number,
    customerId: customerOf(number),
    status,
    channel: CHANNELS[number % CHANNELS.length]!,
    placedAt: placedAtText(number, placedAtMs),
    placedAtMs,
    deliveryDate: number % 11 === 0 ? null : new Date(placedAtMs + 3 * DAY_MS).toISOString().slice(0, 10),
    costCentre: number % 3 === 0 ? String(number % 1000).padStart(4, '0') : null,
    currency,
    total: sumOfProducts(items.map((item) => ({ quantity: item.quantity, price: item.unitPrice }))),
    payment: seedPayment(number, random),
    giftMessage: giftMessageOf(number),
    tags: TAGS.filter(() => random() < 0.2),
    items,
    shipments:
      status === 'SHIPPED' || status === 'DELIVERED' ? seedShipments(number, placedAtMs, random) : [],
  };
}

function customerOf(number: number): string {
  return number < FIRST_FREQUENT_ORDER
    ? `u${((number - 1) % USER_COUNT) + 1}`
    : `u${((number - FIRST_FREQUENT_ORDER) % FREQUENT_USER_COUNT) + 1}`;
}

function currencyOf(number: number): string {
  if (number % 50 === 0) return 'JPY';
  if (number % 51 === 0) return 'KWD';
  if (number % 10 === 8) return 'CHF';
  return number % 10 === 9 ? 'USD' : 'EUR';
}

function placedAtText(number: number, atMs: number): string {
  const zone = ZONES[number % ZONES.length]!;
  const local = new Date(atMs + zone.minutes * 60_000).toISOString().slice(0, 19);
  // The old system wrote no zone; its clock ran on UTC.
  return number % 17 === 0 ? new Date(atMs).toISOString().slice(0, 19) : local + zone.suffix;
}

function giftMessageOf(number: number): string | null {
  if (number % 4 !== 0) return null;
  return number % 20 === 0 ? '' : GIFT_MESSAGES[(number % 7) % GIFT_MESSAGES.length]!;
}

function seedItems(number: number, currency: string, random: () => number): OrderItem[] {
  const count = 1 + (number % 4);
  return Array.from({ length: count }, (_, line) => {
    const sku = String(((number * 7 + line * 131) % PRODUCT_COUNT) + 1).padStart(6, '0');
    return {
      sku,
      quantity: 1 + Math.floor(random() * 5),
      // A few amounts are beyond what a double can tell apart.
      unitPrice:
        number % 997 === 0
          ? `90071992547409${String(number % 1000).padStart(3, '0')}.10`
          : fromUnits(listPriceUnits(sku), placesOfCurrency(currency)),
      note: random() < 0.2 ? NOTES[Math.floor(random() * NOTES.length)]! : null,
    };
  });
}

function seedPayment(number: number, random: () => number): Payment {
  const digits = String(Math.floor(random() * 10_000)).padStart(4, '0');
  if (number % 5 === 0) return { kind: 'voucher', code: `00${digits}` };
  if (number % 3 === 0) {
    return { kind: 'invoice', reference: `000${number}`, dueDays: number % 2 === 0 ? 14 : 30 };
  }
  const brand = CARD_BRANDS[number % CARD_BRANDS.length]!;
  return {
    kind: 'card',
    brand,
    last4: digits,
    expires: `${2027 + (number % 4)}-${number % 2 ? '01' : '11'}`,
  };
}

function seedShipments(number: number, placedAtMs: number, random: () => number): Shipment[] {
  const at = `${new Date(placedAtMs + DAY_MS).toISOString().slice(0, 19)}Z`;
  const parcel: Shipment = {
    kind: 'parcel',
    carrier: CARRIERS[number % CARRIERS.length]!,
    tracking: `0034${String(number).padStart(16, '0')}`,
    weightKg: fromUnits(BigInt(Math.floor(random() * 20_000) + 100), 3),
    shippedAt: at,
  };
  const pickup: Shipment = {
    kind: 'pickup',
    store: String(number % 90).padStart(4, '0'),
    code: String(Math.floor(random() * 10_000)).padStart(5, '0'),
    readyAt: at,
  };
  if (number % 13 === 0) return [parcel, pickup];
  return number % 6 === 0 ? [pickup] : [parcel];
}
