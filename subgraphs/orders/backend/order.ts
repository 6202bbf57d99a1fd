export const STATUSES = ['PLACED', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED'] as const;
export type OrderStatus = (typeof STATUSES)[number];

export interface OrderItem {
  /** Six digits with leading zeros. */
  readonly sku: string;
  readonly quantity: number;
  /** Decimal string in the order's currency. */
  readonly unitPrice: string;
  readonly note: string | null;
}

export type Shipment =
  | {
      readonly kind: 'parcel';
      readonly carrier: string;
      readonly tracking: string;
      /** Decimal string, kilograms. */
      readonly weightKg: string;
      readonly shippedAt: string;
    }
  | { readonly kind: 'pickup'; readonly store: string; readonly code: string; readonly readyAt: string };

export type Payment =
  | { readonly kind: 'card'; readonly brand: string; readonly last4: string; readonly expires: string }
  | { readonly kind: 'invoice'; readonly reference: string; readonly dueDays: number }
  | { readonly kind: 'voucher'; readonly code: string };

export interface Order {
  /** The number in its id: 1 for `o1`. */
  readonly number: number;
  readonly customerId: string;
  readonly status: OrderStatus;
  readonly channel: string;
  /** As it was written: with a zone, or (legacy) without. */
  readonly placedAt: string;
  /** Epoch milliseconds of `placedAt`, for sorting. */
  readonly placedAtMs: number;
  /** `YYYY-MM-DD`. */
  readonly deliveryDate: string | null;
  /** Four digits with leading zeros. */
  readonly costCentre: string | null;
  readonly currency: string;
  readonly total: string;
  readonly payment: Payment;
  /** null = none; the empty string = an empty card. */
  readonly giftMessage: string | null;
  readonly tags: readonly string[];
  readonly items: readonly OrderItem[];
  readonly shipments: readonly Shipment[];
}

/** The number in an id such as `o17`; undefined if no order can have that id. */
export function orderNumber(id: string): number | undefined {
  const digits = /^o([1-9]\d{0,9})$/.exec(id)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const CURRENCY_PLACES: Readonly<Record<string, number>> = { JPY: 0, KWD: 3 };

/** Decimal places of a currency's minor unit (ISO 4217); 2 for those not known here. */
export function placesOfCurrency(currency: string): number {
  return CURRENCY_PLACES[currency] ?? 2;
}

/** What an article costs in minor units of any currency when the order does not say. */
export function listPriceUnits(sku: string): bigint {
  return BigInt(((Number(sku) * 370) % 99_500) + 250);
}
