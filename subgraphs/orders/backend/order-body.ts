import { HttpFault } from '../../common/http/fault.ts';
import type { XmlElement } from '../../common/xml/read.ts';
import { Problems, Sequence } from '../../common/xml/sequence.ts';
import type { OrderPatch } from './changes.ts';
import { DECIMAL, fromUnits, sumOfProducts } from './decimal.ts';
import { listPriceUnits, placesOfCurrency } from './order.ts';
import type { Order, OrderItem, Payment } from './order.ts';
import { MONEY_NAMESPACE, ORDERS_NAMESPACE, XSI_NAMESPACE } from './vocabulary.ts';

const MAX_ITEMS = 100;
const MAX_TAGS = 20;
const DEFAULT_CURRENCY = 'EUR';

/**
 * `<order channel? currency?>`: customer, items, deliveryDate?, giftMessage?, payment, tags? in that
 * order. A price that the body leaves out is the list price.
 * @param now epoch milliseconds
 * @throws HttpFault 400
 */
export function readNewOrder(root: XmlElement, now: number): Omit<Order, 'number'> {
  requireRoot(root, 'order');
  const problems = new Problems();
  const children = new Sequence(root, '');
  const customer = children.required(['customer']);
  const itemsElement = children.required(['items']);
  const deliveryDate = children.optional(['deliveryDate']);
  const giftMessage = children.optional(['giftMessage']);
  const paymentElement = children.required(['payment']);
  const tags = children.optional(['tags']);
  children.end();

  const currency = problems.match(
    '@currency',
    root.attributes.get('currency') ?? DEFAULT_CURRENCY,
    /^[A-Z]{3}$/,
    'three capital letters (ISO 4217)',
    DEFAULT_CURRENCY,
  );
  const items = readItems(itemsElement, currency, problems);
  const order = {
    customerId: problems.match(
      'customer/@ref',
      customer.attributes.get('ref'),
      /^u[1-9]\d{0,9}$/,
      'the id of a user, such as u17',
    ),
    status: 'PLACED' as const,
    channel: problems.match(
      '@channel',
      root.attributes.get('channel') ?? 'web',
      /^[a-z]{2,10}$/,
      'a channel',
    ),
    placedAt: `${new Date(now).toISOString().slice(0, 19)}Z`,
    placedAtMs: now,
    deliveryDate: deliveryDate === undefined ? null : readDate(deliveryDate, problems),
    costCentre: null,
    currency,
    payment: readPayment(paymentElement, problems),
    giftMessage: giftMessage === undefined ? null : readGiftMessage(giftMessage, problems),
    tags: tags === undefined ? [] : readTags(tags, problems),
    items,
    shipments: [],
  };
  problems.throwIfAny();
  const lines = items.map(({ quantity, unitPrice }) => ({ quantity, price: unitPrice }));
  return { ...order, total: sumOfProducts(lines) };
}

/**
 * `<orderUpdate>`: deliveryDate?, giftMessage?, tags? in that order. `xsi:nil` removes a value,
 * what is left out stays.
 * @throws HttpFault 400
 */
export function readOrderPatch(root: XmlElement): OrderPatch {
  requireRoot(root, 'orderUpdate');
  const problems = new Problems();
  const children = new Sequence(root, '');
  const deliveryDate = children.optional(['deliveryDate']);
  const giftMessage = children.optional(['giftMessage']);
  const tags = children.optional(['tags']);
  children.end();
  const patch: OrderPatch = {
    ...(deliveryDate && { deliveryDate: readDate(deliveryDate, problems) }),
    ...(giftMessage && { giftMessage: readGiftMessage(giftMessage, problems) }),
    ...(tags && { tags: readTags(tags, problems) }),
  };
  problems.throwIfAny();
  return patch;
}

function requireRoot(root: XmlElement, name: string): void {
  if (root.namespace === ORDERS_NAMESPACE && root.name === name) return;
  throw new HttpFault(
    400,
    'UNEXPECTED_STRUCTURE',
    `The root must be {${ORDERS_NAMESPACE}}${name}; it is {${root.namespace}}${root.name}.`,
  );
}

function readItems(items: XmlElement, currency: string, problems: Problems): OrderItem[] {
  const sequence = new Sequence(items, 'items');
  const found = sequence.all('item');
  sequence.end();
  if (found.length === 0 || found.length > MAX_ITEMS)
    problems.add('items', `must have 1 to ${MAX_ITEMS} items`);
  return found.map(({ element, path }) => readItem(element, path, currency, problems));
}

function readItem(item: XmlElement, path: string, currency: string, problems: Problems): OrderItem {
  const children = new Sequence(item, path);
  const quantity = children.required(['quantity']);
  const price = children.optional(['unitPrice'], MONEY_NAMESPACE);
  const note = children.optional(['note']);
  children.end();
  const sku = problems.match(`${path}/@sku`, item.attributes.get('sku'), /^\d{6}$/, 'six digits', '000001');
  if (price !== undefined && price.attributes.get('currency') !== currency) {
    problems.add(`${path}/unitPrice/@currency`, `must be ${currency}, as the order has it`);
  }
  if (note !== undefined && note.text.length > 500) {
    problems.add(`${path}/note`, 'must have 500 characters at most');
  }
  return {
    sku,
    quantity: Number(
      problems.match(
        `${path}/quantity`,
        quantity.text.trim(),
        /^[1-9]\d{0,2}$/,
        'a number from 1 to 999',
        '1',
      ),
    ),
    unitPrice:
      price === undefined
        ? fromUnits(listPriceUnits(sku), placesOfCurrency(currency))
        : problems.match(`${path}/unitPrice`, price.text.trim(), DECIMAL, 'a decimal such as 12.50', '0'),
    note: note === undefined || isNil(note) ? null : note.text,
  };
}

function readPayment(payment: XmlElement, problems: Problems): Payment {
  const choice = new Sequence(payment, 'payment');
  const chosen = choice.required(['cardPayment', 'invoicePayment', 'voucherPayment']);
  choice.end();
  const path = `payment/${chosen.name}`;
  const children = new Sequence(chosen, path);
  const value = (name: string, pattern: RegExp, wanted: string): string =>
    problems.match(`${path}/${name}`, children.required([name]).text.trim(), pattern, wanted);
  const named = (name: string, pattern: RegExp, wanted: string): string =>
    problems.match(`${path}/@${name}`, chosen.attributes.get(name), pattern, wanted);
  let result: Payment;
  switch (chosen.name) {
    case 'cardPayment':
      result = {
        kind: 'card',
        brand: named('brand', /^[A-Z]{2,20}$/, 'a brand in capital letters'),
        last4: value('last4', /^\d{4}$/, 'four digits'),
        expires: value('expires', /^\d{4}-(?:0[1-9]|1[0-2])$/, 'a month such as 2028-01'),
      };
      break;
    case 'invoicePayment':
      result = {
        kind: 'invoice',
        dueDays: Number(named('dueDays', /^\d{1,3}$/, 'a number of days')),
        reference: value('reference', /^\S{1,40}$/, 'a reference without spaces'),
      };
      break;
    default:
      result = { kind: 'voucher', code: value('code', /^\w{1,40}$/, 'a code of letters and digits') };
  }
  children.end();
  return result;
}

function readDate(element: XmlElement, problems: Problems): string | null {
  if (isNil(element)) return null;
  const date = element.text.trim();
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(date) : Number.NaN;
  // Date.parse takes February 30 for March 2.
  if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== date) {
    problems.add('deliveryDate', 'must be a date such as 2026-03-04');
  }
  return date;
}

function readGiftMessage(element: XmlElement, problems: Problems): string | null {
  if (isNil(element)) return null;
  if (element.text.length > 1000) problems.add('giftMessage', 'must have 1000 characters at most');
  return element.text;
}

function readTags(element: XmlElement, problems: Problems): string[] {
  const sequence = new Sequence(element, 'tags');
  const found = sequence.all('tag');
  sequence.end();
  if (found.length > MAX_TAGS) problems.add('tags', `must be ${MAX_TAGS} at most`);
  return found.map(({ element: tag, path }) =>
    problems.match(path, tag.text.trim(), /^[^\r\n]{1,40}$/, 'one line of 1 to 40 characters'),
  );
}

/** XML Schema part 1 section 2.6.2. */
function isNil(element: XmlElement): boolean {
  const nil = element.attributes.get(`{${XSI_NAMESPACE}}nil`)?.trim();
  return nil === 'true' || nil === '1';
}
