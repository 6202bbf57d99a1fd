import { describe, expect, test } from 'vitest';
import { MONEY, SHIPPING, XSI_NIL, child, children, faultOf, idsIn, ordersService } from './service.ts';

const { call, backend } = ordersService();

describe('the documents', () => {
  const routes = [
    '/orders/o1',
    '/orders?ids=o1,o2,o997,o13',
    '/orders?status=SHIPPED&page=2&size=30',
    '/customers/orders?ids=u1,u2,u77&first=5',
    '/customers/u3/orders?first=60',
    '/orders/o0',
    '/nowhere',
  ];
  for (const route of routes) {
    test(`${route} is well formed in both encodings, with the same content`, async () => {
      const utf8 = await call(route);
      const latin1 = await call(route, { headers: { 'accept-charset': 'iso-8859-1' } });
      expect(utf8.headers.get('content-type')).toBe('application/xml; charset=utf-8');
      expect(latin1.headers.get('content-type')).toBe('application/xml; charset=iso-8859-1');
      expect(utf8.source).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>/);
      expect(latin1.source).toMatch(/^<\?xml version="1.0" encoding="ISO-8859-1"\?>/);
      expect(latin1.root).toEqual(utf8.root);
    });
  }

  test('the same order reads the same by namespace, whatever prefixes a route uses', async () => {
    const single = await call('/orders/o19951');
    const many = await call('/orders?ids=o19951');
    const customer = await call('/customers/u1/orders?first=1');
    const batch = await call('/customers/orders?ids=u1&first=1');
    expect(single.source).toContain('<order xmlns="urn:example:orders:v1"');
    expect(many.source).toContain('<o:order id="o19951"');
    expect(customer.source).toContain('<total xmlns="urn:example:money" currency="EUR">');
    expect(children(many.root, 'order')).toEqual([single.root]);
    expect(child(customer.root, 'order').children).toEqual(single.root.children);
    expect(child(child(child(batch.root, 'customer'), 'orders'), 'order')).toEqual(single.root);
  });

  test('umlauts are single bytes in ISO-8859-1, and what it lacks is a reference outside of CDATA', async () => {
    const { source, root } = await call('/orders/o24?encoding=latin1');
    const message = 'Wszystkiego najlepszego, Łukasz \u{1F382}';
    expect(child(root, 'giftMessage').text).toBe(message);
    expect(source).toContain(']]>&#x141;<![CDATA[ukasz ]]>&#x1F382;<![CDATA[');
    const carrier = await call('/orders/o1?encoding=latin1');
    expect(carrier.bytes.includes(Buffer.from('Österreichische Post', 'latin1'))).toBe(true);
    expect(carrier.bytes.includes(Buffer.from('Österreichische Post', 'utf8'))).toBe(false);
  });

  test('null is xsi:nil, an empty message an empty element, no message no element, and CDATA keeps its text', async () => {
    const nil = child((await call('/orders/o11')).root, 'deliveryDate');
    expect([nil.attributes.get(XSI_NIL), nil.text]).toEqual(['true', '']);
    const empty = await call('/orders/o20');
    expect(empty.source).toContain('<giftMessage/>');
    expect(children((await call('/orders/o1')).root, 'giftMessage')).toEqual([]);
    const spaces = await call('/orders/o4');
    expect(spaces.source).toContain('<![CDATA[');
    expect(child(spaces.root, 'giftMessage').text).toBe('  5 € for you, spaces kept  ');
    expect(child((await call('/orders/o16')).root, 'giftMessage').text).toBe(
      'Set notation: a[b[0]]>1 stays as it is',
    );
  });

  test('amounts are exact decimals, beyond double precision and with their trailing zeros', async () => {
    const large = (await call('/orders/o997')).root;
    const total = child(large, 'total', MONEY);
    expect(total.attributes.get('currency')).toBe('EUR');
    let cents = 0n;
    for (const item of children(child(large, 'items'), 'item')) {
      const price = child(item, 'unitPrice', MONEY).text;
      expect(price).toBe('90071992547409997.10');
      cents += BigInt(child(item, 'quantity').text) * BigInt(price.replace('.', ''));
    }
    expect(total.text.replace('.', '')).toBe(String(cents));
    expect(String(Number(total.text))).not.toBe(total.text);
    expect(child((await call('/orders/o50')).root, 'total', MONEY).text).toMatch(/^\d+$/);
    expect(child((await call('/orders/o51')).root, 'total', MONEY).text).toMatch(/^\d+\.\d{3}$/);
    expect(child((await call('/orders/o4')).root, 'total', MONEY).text).toBe('109.80');
  });

  test('dates come with a zone, without one in legacy orders, and codes keep their zeros', async () => {
    const placedAt = async (id: string): Promise<string> =>
      child((await call(`/orders/${id}`)).root, 'placedAt').text;
    expect(await placedAt('o1')).toBe('2026-03-01T10:00:00+01:00');
    expect(await placedAt('o17')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    const order = (await call('/orders/o3')).root;
    expect(child(order, 'deliveryDate').text).toBe('2026-03-04');
    expect(child(order, 'costCentre').text).toBe('0003');
    expect(children(child(order, 'items'), 'item')[0]!.attributes.get('sku')).toBe('000022');
  });

  test('shipments and payments are choices', async () => {
    const shipments = async (id: string): Promise<string[]> =>
      child((await call(`/orders/${id}`)).root, 'shipments', SHIPPING).children.map(({ name }) => name);
    expect(await shipments('o1')).toEqual(['parcel']);
    expect(await shipments('o18')).toEqual(['pickup']);
    expect(await shipments('o39')).toEqual(['parcel', 'pickup']);
    expect(await shipments('o5')).toEqual([]);
    const payment = async (id: string): Promise<string[]> =>
      child((await call(`/orders/${id}`)).root, 'payment').children.map(({ name }) => name);
    expect(await payment('o1')).toEqual(['cardPayment']);
    expect(await payment('o3')).toEqual(['invoicePayment']);
    expect(await payment('o5')).toEqual(['voucherPayment']);
  });
});

describe('GET /orders', () => {
  test('leaves out unknown ids, answers each once, and not in the order of the request', async () => {
    const { root } = await call('/orders?ids=o3,o99999,o1,nonsense,o2,o1');
    expect(idsIn(root).toSorted()).toEqual(['o1', 'o2', 'o3']);
    expect(idsIn(root)).not.toEqual(['o3', 'o1', 'o2']);
    expect(idsIn((await call('/orders?ids=')).root)).toEqual([]);
  });

  test('refuses more than 1000 ids, and parameters that mean nothing', async () => {
    const ids = Array.from({ length: 1001 }, (_, index) => `o${index + 1}`).join(',');
    const refused = { status: 400, code: 'INVALID_PARAMETER' };
    expect(faultOf(await call(`/orders?ids=${ids}`))).toEqual({ ...refused, paths: ['?ids'] });
    expect(faultOf(await call('/orders?status=LOST'))).toEqual({ ...refused, paths: ['?status'] });
    expect(faultOf(await call('/orders?page=0'))).toEqual({ ...refused, paths: ['?page'] });
    expect(faultOf(await call('/customers/orders'))).toEqual({ ...refused, paths: ['?ids'] });
    expect(faultOf(await call('/customers/u1/orders?after=x'))).toEqual({ ...refused, paths: ['?after'] });
  });

  test('the pages of a status hold every order of it once', async () => {
    const seen = new Set<string>();
    let number = '1';
    let totalElements = 0;
    for (;;) {
      const { root } = await call(`/orders?status=CANCELLED&page=${number}&size=500`);
      const page = child(root, 'page').attributes;
      totalElements = Number(page.get('totalElements'));
      expect([page.get('number'), page.get('size')]).toEqual([number, '500']);
      expect(Number(page.get('totalPages'))).toBe(Math.ceil(totalElements / 500));
      for (const order of children(root, 'order')) {
        expect(order.attributes.get('status')).toBe('CANCELLED');
        seen.add(order.attributes.get('id')!);
      }
      const next = page.get('next');
      if (next === undefined) break;
      number = next;
    }
    expect(seen.size).toBe(totalElements);
    expect(totalElements).toBeGreaterThan(2000);
  });

  test('the pages of all orders count 20,000', async () => {
    const { root } = await call('/orders?size=3&page=6667');
    expect(child(root, 'page').attributes.get('totalElements')).toBe('20000');
    expect(idsIn(root)).toEqual(['o2', 'o1']);
    expect(idsIn((await call('/orders?size=3&page=9999')).root)).toEqual([]);
  });
});

describe('orders of customers', () => {
  test('the cursor leads through every order once, newest first', async () => {
    const seen: string[] = [];
    let after = '';
    for (;;) {
      const { root } = await call(`/customers/u1/orders?first=40&after=${after}`);
      seen.push(...idsIn(root));
      expect(root.attributes.get('total')).toBe('103');
      if (root.attributes.get('hasNext') === 'false') break;
      after = root.attributes.get('endCursor')!;
    }
    expect(seen).toHaveLength(103);
    expect(new Set(seen).size).toBe(103);
    const numbers = seen.map((id) => Number(id.slice(1)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
  });

  test('the batch says per customer what the single route says, also behind a cursor', async () => {
    const first = (await call('/customers/u1/orders?first=2')).root.attributes.get('endCursor')!;
    const ids = ['u1', 'u5000', 'u50', 'u51', 'u999999'];
    for (const query of ['first=2', `first=2&after=${first}`, 'first=0']) {
      const { root } = await call(`/customers/orders?ids=${ids.join(',')}&${query}`);
      const customers = children(root, 'customer');
      expect(new Set(customers.map((customer) => customer.attributes.get('id')))).toEqual(new Set(ids));
      expect(customers).toHaveLength(ids.length);
      for (const customer of customers) {
        const id = customer.attributes.get('id')!;
        const single = (await call(`/customers/${id}/orders?${query}`)).root;
        const batched = child(customer, 'orders');
        expect(batched.children).toEqual(single.children);
        expect(new Map([...batched.attributes, ['customer', id]])).toEqual(new Map(single.attributes));
      }
    }
  });

  test('500 customers are one call that counts 500 keys', async () => {
    backend().counters.reset();
    const ids = Array.from({ length: 500 }, (_, index) => `u${index + 1}`);
    const { root } = await call(`/customers/orders?ids=${ids.join(',')}&first=5`);
    expect(children(root, 'customer')).toHaveLength(500);
    expect(backend().counters.snapshot()).toEqual({
      calls: { 'GET /customers/orders': 1 },
      keys: { 'GET /customers/orders': 500 },
      cancelled: {},
    });
  });
});
