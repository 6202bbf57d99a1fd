import { attribute, cdata, text } from '../../common/xml/write.ts';
import type { Order, OrderItem, Payment, Shipment } from './order.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * An order as an element. null reads `xsi:nil`, or no element at all, each as the field has it.
 * @param declarations namespace declarations, if the order is the root
 */
export function orderXml(order: Order, words: Vocabulary, declarations = ''): string {
  const o = words.orders;
  let xml =
    `<${o}order${declarations} id="o${order.number}" status="${order.status}" channel="${order.channel}">` +
    `<${o}customer ref="${attribute(order.customerId)}"/><${o}placedAt>${order.placedAt}</${o}placedAt>`;
  xml +=
    order.deliveryDate === null
      ? `<${o}deliveryDate ${words.xsi}nil="true"/>`
      : `<${o}deliveryDate>${order.deliveryDate}</${o}deliveryDate>`;
  if (order.costCentre !== null) xml += `<${o}costCentre>${order.costCentre}</${o}costCentre>`;
  xml += `<${o}items>`;
  let line = 0;
  for (const item of order.items) xml += itemXml(item, ++line, order.currency, words);
  xml += `</${o}items>${amountXml('total', order.total, order.currency, words)}`;
  xml += shipmentsXml(order.shipments, words);
  xml += `<${o}payment>${paymentXml(order.payment, o)}</${o}payment>`;
  if (order.giftMessage === '') xml += `<${o}giftMessage/>`;
  else if (order.giftMessage !== null) {
    xml += `<${o}giftMessage>${cdata(order.giftMessage, words.charset)}</${o}giftMessage>`;
  }
  if (order.tags.length === 0) return `${xml}<${o}tags/></${o}order>`;
  xml += `<${o}tags>`;
  for (const tag of order.tags) xml += `<${o}tag>${text(tag)}</${o}tag>`;
  return `${xml}</${o}tags></${o}order>`;
}

function itemXml(item: OrderItem, line: number, currency: string, words: Vocabulary): string {
  const o = words.orders;
  const price = amountXml('unitPrice', item.unitPrice, currency, words);
  const note = item.note === null ? '' : `<${o}note>${text(item.note)}</${o}note>`;
  return (
    `<${o}item line="${line}" sku="${attribute(item.sku)}">` +
    `<${o}quantity>${item.quantity}</${o}quantity>${price}${note}</${o}item>`
  );
}

function amountXml(name: string, amount: string, currency: string, words: Vocabulary): string {
  return `<${words.money}${name}${words.moneyDeclaration} currency="${currency}">${amount}</${words.money}${name}>`;
}

function shipmentsXml(shipments: readonly Shipment[], words: Vocabulary): string {
  const s = words.shipping;
  if (shipments.length === 0) return `<${s}shipments${words.shippingDeclaration}/>`;
  let xml = `<${s}shipments${words.shippingDeclaration}>`;
  for (const shipment of shipments) {
    xml +=
      shipment.kind === 'parcel'
        ? `<${s}parcel carrier="${attribute(shipment.carrier)}" tracking="${attribute(shipment.tracking)}">` +
          `<${s}weight unit="kg">${shipment.weightKg}</${s}weight>` +
          `<${s}shippedAt>${shipment.shippedAt}</${s}shippedAt></${s}parcel>`
        : `<${s}pickup store="${attribute(shipment.store)}"><${s}code>${text(shipment.code)}</${s}code>` +
          `<${s}readyAt>${shipment.readyAt}</${s}readyAt></${s}pickup>`;
  }
  return `${xml}</${s}shipments>`;
}

function paymentXml(payment: Payment, o: string): string {
  if (payment.kind === 'card') {
    return (
      `<${o}cardPayment brand="${attribute(payment.brand)}"><${o}last4>${text(payment.last4)}</${o}last4>` +
      `<${o}expires>${text(payment.expires)}</${o}expires></${o}cardPayment>`
    );
  }
  if (payment.kind === 'invoice') {
    return (
      `<${o}invoicePayment dueDays="${payment.dueDays}">` +
      `<${o}reference>${text(payment.reference)}</${o}reference></${o}invoicePayment>`
    );
  }
  return `<${o}voucherPayment><${o}code>${text(payment.code)}</${o}code></${o}voucherPayment>`;
}
