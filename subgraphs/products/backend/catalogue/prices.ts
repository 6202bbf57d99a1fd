import { random } from '../../../common/random.ts';
import { rejectIfInvalid } from './errors.ts';
import type { Money, PriceUpdate, WatchPriceRequest } from './messages.ts';
import { existing, requiredSku } from './reading.ts';
import { skuNumber } from './store.ts';
import type { CatalogueStore } from './store.ts';

/** Up or down by at most this part of the price in the catalogue. */
const MAX_SWING_PERMILLE = 50;

/** Sends the price now and a new one after each interval. @returns ends that */
export function watchPrice(
  store: CatalogueStore,
  intervalMs: number,
  { sku = '' }: WatchPriceRequest,
  send: (update: PriceUpdate) => void,
): () => void {
  rejectIfInvalid(requiredSku(sku));
  const { price } = existing(store, sku);
  let sequence = 0;
  const tell = () => {
    const nowMs = Date.now();
    const changedAt = { seconds: String(Math.floor(nowMs / 1000)), nanos: (nowMs % 1000) * 1_000_000 };
    send({ sku, price: moved(price, skuNumber(sku)!, sequence), sequence, changedAt });
    sequence += 1;
  };
  tell();
  const timer = setInterval(tell, intervalMs);
  return () => clearInterval(timer);
}

/**
 * The price as it moves: the same for every caller and every run, above the price of the catalogue at odd and below it
 * at even positions, so that no two in a row are equal.
 */
function moved({ amount, currency }: Money, number: number, sequence: number): Money {
  if (sequence === 0) return { amount, currency };
  const [whole = '', fraction = ''] = amount.split('.');
  const units = Number(whole + fraction);
  const permille = 1 + random(number * 31 + sequence).below(MAX_SWING_PERMILLE);
  const swing = Math.max(1, Math.round((units * permille) / 1000));
  const digits = String(units + (sequence % 2 === 1 ? swing : -swing)).padStart(fraction.length + 1, '0');
  if (fraction === '') return { amount: digits, currency };
  return { amount: `${digits.slice(0, -fraction.length)}.${digits.slice(-fraction.length)}`, currency };
}
