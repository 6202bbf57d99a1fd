import { describe, expect, test } from 'vitest';
import { MONEY, XSI_NIL, child, children, faultOf, ordersService, send } from './service.ts';

const { call } = ordersService();

const newOrder = (parts: Partial<Record<'root' | 'customer' | 'items' | 'rest', string>> = {}): string =>
  `<order xmlns="urn:example:orders:v1" xmlns:m="urn:example:money" ${parts.root ?? ''}>` +
  (parts.customer ?? '<customer ref="u4711"/>') +
  `<items>${parts.items ?? '<item sku="000007"><quantity>2</quantity></item>'}</items>` +
  `${parts.rest ?? '<payment><voucherPayment><code>0042</code></voucherPayment></payment>'}</order>`;

describe('POST /orders', () => {
  test('stores what was sent, under the next id, at the head of the customer’s list', async () => {
    const body =
      '<!-- any prefix will do --><bestellung:order xmlns:bestellung="urn:example:orders:v1" xmlns="urn:example:money" currency="CHF">' +
      '<bestellung:customer ref="u4712"/><bestellung:items>' +
      '<bestellung:item sku="000007"><bestellung:quantity> 3 </bestellung:quantity>' +
      '<unitPrice currency="CHF">12345678901234567890.10</unitPrice><bestellung:note>a &amp; b</bestellung:note></bestellung:item>' +
      '<bestellung:item sku="002000"><bestellung:quantity>1</bestellung:quantity></bestellung:item></bestellung:items>' +
      '<bestellung:deliveryDate>2026-12-24</bestellung:deliveryDate>' +
      '<bestellung:giftMessage><![CDATA[<b>Für dich</b>]]> &#x1F381;</bestellung:giftMessage>' +
      '<bestellung:payment><bestellung:cardPayment brand="VISA"><bestellung:last4>0042</bestellung:last4>' +
      '<bestellung:expires>2028-01</bestellung:expires></bestellung:cardPayment></bestellung:payment>' +
      '<bestellung:tags><bestellung:tag>x</bestellung:tag></bestellung:tags></bestellung:order>';
    const placed = await call('/orders', send('POST', body));
    expect(placed.status).toBe(201);
    const id = placed.root.attributes.get('id')!;
    expect(placed.headers.get('location')).toBe(`/orders/${id}`);
    const { root } = await call(`/orders/${id}`);
    expect(root).toEqual(placed.root);
    expect(root.attributes.get('status')).toBe('PLACED');
    const [first, second] = children(child(root, 'items'), 'item');
    expect(child(first!, 'note').text).toBe('a & b');
    expect(child(second!, 'unitPrice', MONEY).attributes.get('currency')).toBe('CHF');
    const otherUnits = BigInt(child(second!, 'unitPrice', MONEY).text.replace('.', ''));
    const total = child(root, 'total', MONEY).text;
    expect(BigInt(total.replace('.', ''))).toBe(3n * 1234567890123456789010n + otherUnits);
    expect(child(root, 'giftMessage').text).toBe('<b>Für dich</b> \u{1F381}');
    expect(child(root, 'deliveryDate').text).toBe('2026-12-24');
    const list = await call('/customers/u4712/orders?first=1');
    expect(child(list.root, 'order').attributes.get('id')).toBe(id);
    expect(list.root.attributes.get('total')).toBe('4');
  });

  test('reads ISO-8859-1, declared in the header or in the document', async () => {
    const rest =
      '<giftMessage>Grüße</giftMessage><payment><voucherPayment><code>1</code></voucherPayment></payment>';
    const declared = Buffer.from(
      `<?xml version="1.0" encoding="ISO-8859-1"?>${newOrder({ rest })}`,
      'latin1',
    );
    const inDocument = await call('/orders', send('POST', declared, 'text/xml'));
    expect(child(inDocument.root, 'giftMessage').text).toBe('Grüße');
    const inHeader = Buffer.from(newOrder({ rest }), 'latin1');
    const header = await call('/orders', send('POST', inHeader, 'application/xml; charset="ISO-8859-1"'));
    expect(child(header.root, 'giftMessage').text).toBe('Grüße');
    const wrong = await call('/orders', send('POST', inHeader));
    expect(faultOf(wrong)).toMatchObject({ status: 400, code: 'MALFORMED_XML' });
  });

  test('refuses children in another order, in another namespace, or too many', async () => {
    const payment = '<payment><voucherPayment><code>1</code></voucherPayment></payment>';
    const paths = async (body: string): Promise<unknown> =>
      faultOf(await call('/orders', send('POST', body)));
    const refused = (path: string): object => ({ status: 400, code: 'UNEXPECTED_STRUCTURE', paths: [path] });
    expect(await paths(newOrder({ rest: `${payment}<deliveryDate>2026-12-24</deliveryDate>` }))).toEqual(
      refused('deliveryDate'),
    );
    expect(await paths(newOrder({ customer: '<m:customer ref="u1"/>' }))).toEqual(refused('customer'));
    expect(await paths(newOrder({ rest: '' }))).toEqual(refused('payment'));
    expect(await paths(newOrder({ items: '<item sku="000007"><note/></item>' }))).toEqual(
      refused('items/item[1]/note'),
    );
    expect(await paths('<order/>')).toMatchObject({ status: 400, code: 'UNEXPECTED_STRUCTURE' });
  });

  test('names every value that is not acceptable, by its path', async () => {
    const body = newOrder({
      customer: '<customer ref="7"/>',
      items:
        '<item sku="000007"><quantity>1</quantity></item>' +
        '<item sku="7"><quantity>-2</quantity><m:unitPrice currency="USD">1e3</m:unitPrice></item>',
      rest: '<deliveryDate>2026-02-30</deliveryDate><payment><cardPayment brand="VISA"><last4>42</last4><expires>2028-13</expires></cardPayment></payment>',
    });
    expect(faultOf(await call('/orders', send('POST', body)))).toEqual({
      status: 400,
      code: 'VALIDATION_FAILED',
      paths: [
        'items/item[2]/@sku',
        'items/item[2]/unitPrice/@currency',
        'items/item[2]/quantity',
        'items/item[2]/unitPrice',
        'customer/@ref',
        'deliveryDate',
        'payment/cardPayment/last4',
        'payment/cardPayment/expires',
      ],
    });
  });

  test('refuses what is no XML, has a DOCTYPE, or is of another type', async () => {
    const code = async (init: RequestInit): Promise<unknown> => {
      const fault = faultOf(await call('/orders', init));
      return [fault.status, fault.code];
    };
    expect(await code(send('POST', '<order>'))).toEqual([400, 'MALFORMED_XML']);
    expect(await code(send('POST', ''))).toEqual([400, 'MALFORMED_XML']);
    expect(await code(send('POST', `<!DOCTYPE order [<!ENTITY a "b">]>${newOrder()}`))).toEqual([
      400,
      'DOCTYPE_NOT_ALLOWED',
    ]);
    expect(await code(send('POST', '{}', 'application/json'))).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(await code(send('POST', newOrder(), 'text/xml; charset=utf-16'))).toEqual([
      415,
      'UNSUPPORTED_CHARSET',
    ]);
  });
});

describe('PUT /orders/{id}', () => {
  const update = (content: string): RequestInit =>
    send(
      'PUT',
      `<u:orderUpdate xmlns:u="urn:example:orders:v1" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">${content}</u:orderUpdate>`,
    );

  test('changes what is given, removes what is nil, and keeps the rest', async () => {
    const before = (await call('/orders/o5')).root;
    await call(
      '/orders/o5',
      update('<u:giftMessage>Hallo ]]&gt;</u:giftMessage><u:tags><u:tag>neu</u:tag></u:tags>'),
    );
    const changed = (await call('/orders/o5')).root;
    expect(child(changed, 'giftMessage').text).toBe('Hallo ]]>');
    expect(child(changed, 'tags').children.map((tag) => tag.text)).toEqual(['neu']);
    expect(child(changed, 'deliveryDate')).toEqual(child(before, 'deliveryDate'));
    const cleared = await call('/orders/o5', update('<u:deliveryDate i:nil="true"/><u:tags/>'));
    expect(child(cleared.root, 'deliveryDate').attributes.get(XSI_NIL)).toBe('true');
    expect(child(cleared.root, 'tags').children).toEqual([]);
    expect(child(cleared.root, 'giftMessage').text).toBe('Hallo ]]>');
  });

  test('an order that is unknown, shipped or cancelled is not changed', async () => {
    const body = update('<u:giftMessage>x</u:giftMessage>');
    expect(faultOf(await call('/orders/o99999', body))).toMatchObject({
      status: 404,
      code: 'ORDER_NOT_FOUND',
    });
    expect(faultOf(await call('/orders/o1', body))).toMatchObject({
      status: 409,
      code: 'ORDER_ALREADY_SHIPPED',
    });
    expect(faultOf(await call('/orders/o6', body))).toMatchObject({ status: 409, code: 'ORDER_CANCELLED' });
    expect(children((await call('/orders/o1')).root, 'giftMessage')).toEqual([]);
  });
});

describe('DELETE /orders/{id}', () => {
  test('cancels, and a second time changes nothing', async () => {
    for (let time = 0; time < 2; time++) {
      const { status, root } = await call('/orders/o12', { method: 'DELETE' });
      expect([status, root.attributes.get('status')]).toEqual([200, 'CANCELLED']);
    }
    expect((await call('/orders/o12')).root.attributes.get('status')).toBe('CANCELLED');
  });

  test('a shipped order stays shipped', async () => {
    expect(faultOf(await call('/orders/o1', { method: 'DELETE' }))).toMatchObject({ status: 409 });
    expect((await call('/orders/o1')).root.attributes.get('status')).toBe('SHIPPED');
  });
});
