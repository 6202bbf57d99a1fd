import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from './demo.ts';
import type { Demo } from './demo.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo?.stop());

const data = (query: string, variables?: Readonly<Record<string, unknown>>) =>
  demo.gateway.data(query, variables === undefined ? {} : { variables });

const USER = `{ id name email phone status address { street city postalCode country } preferences
  contact { __typename ... on PhoneContact { number bestHour } ... on EmailContact { email newsletter } } }`;
const ORDER = `{ id status channel customer { id name } total { amount currency } deliveryDate giftMessage tags
  items { line quantity note product { sku name } unitPrice { amount } }
  payment { __typename ... on VoucherPayment { code } ... on CardPayment { brand last4 expires } } }`;

describe('a user', () => {
  test('that is created is read back as it was given', async () => {
    const input = {
      name: 'Zoë 🎂',
      email: 'zoe@example.org',
      address: { street: 'Am Markt 1', city: 'Dresden', postalCode: '01067', country: 'DE' },
      preferences: { a: [1, 2.5, null, { b: true }], größe: 'XL' },
      contact: { phone: { number: '+4935112345', bestHour: 0 } },
    };
    const { createUser } = await data(
      `mutation($input: CreateUserInput!) { createUser(input: $input) ${USER} }`,
      { input },
    );
    expect(createUser).toEqual({
      id: 'u5001',
      ...input,
      phone: null,
      status: 'PENDING',
      contact: { __typename: 'PhoneContact', number: '+4935112345', bestHour: 0 },
    });
    expect(await data(`{ user(id: "u5001") ${USER} }`)).toEqual({ user: createUser });
  });

  test('that is updated changes where a value is given, and nowhere else', async () => {
    const before = (await data(`{ user(id: "u2") ${USER} }`)).user;
    const update = async (input: object) =>
      (
        await data(`mutation($input: UpdateUserInput!) { updateUser(id: "u2", input: $input) ${USER} }`, {
          input,
        })
      ).updateUser;
    expect(await update({ name: 'New' })).toEqual({ ...before, name: 'New' });
    expect(await update({ status: 'SUSPENDED' })).toEqual({ ...before, name: 'New', status: 'SUSPENDED' });
    expect(await update({ phone: null, address: null })).toEqual({
      ...before,
      name: 'New',
      status: 'SUSPENDED',
      phone: null,
      address: null,
    });
    const contact = { email: { email: 'x@example.org', newsletter: true } };
    expect((await update({ contact })).contact).toEqual({ __typename: 'EmailContact', ...contact.email });
    expect((await data(`{ user(id: "u2") ${USER} }`)).user).toMatchObject({ name: 'New', phone: null });
  });

  test('with several wrong values is refused with all of them', async () => {
    const { data: found, errors } = await demo.gateway.ask(
      `mutation { createUser(input: { name: " ", email: "nope", phone: "12",
         address: { street: "a", city: "", postalCode: "01", country: "germany" } }) { id } }`,
    );
    expect(found).toBeNull();
    expect(errors).toMatchObject([
      {
        path: ['createUser'],
        extensions: { code: 'INVALID_ARGUMENT', grpcStatus: 'INVALID_ARGUMENT', service: 'users' },
      },
    ]);
    const details = errors![0]!.extensions['details'] as {
      type: string;
      fieldViolations?: { field: string }[];
    }[];
    const violations = details.find(({ type }) => type === 'google.rpc.BadRequest')?.fieldViolations;
    expect(violations?.map(({ field }) => field)).toEqual([
      'user.display_name',
      'user.email',
      'user.phone',
      'user.address.city',
      'user.address.country',
    ]);
  });

  test('whose email is taken is a conflict', async () => {
    const { users } = await data('{ users(first: 1) { nodes { email } } }');
    const { errors } = await demo.gateway.ask(
      `mutation { createUser(input: { name: "Eve", email: "${users.nodes[0].email}" }) { id } }`,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT', grpcStatus: 'ALREADY_EXISTS' } }]);
  });
});

describe('an order', () => {
  const place = `mutation($input: PlaceOrderInput!) { placeOrder(input: $input) ${ORDER} }`;

  test('that is placed, changed and cancelled is read back each time', async () => {
    const input = {
      customer: 'u7',
      items: [
        { product: '000007', quantity: 2, note: 'a < b & "c"' },
        { product: '000010', quantity: 1 },
      ],
      deliveryDate: '2026-12-24',
      giftMessage: 'not the end: ]]> 5 € 🎂',
      payment: { voucher: { code: '0042' } },
      tags: ['x', 'r&d'],
    };
    const { placeOrder: placed } = await data(place, { input });
    expect(placed).toMatchObject({
      status: 'PLACED',
      channel: 'web',
      customer: { id: 'u7' },
      total: { amount: '96.30', currency: 'EUR' },
      deliveryDate: input.deliveryDate,
      giftMessage: input.giftMessage,
      tags: input.tags,
      items: [
        {
          line: 1,
          quantity: 2,
          note: 'a < b & "c"',
          product: { sku: '000007' },
          unitPrice: { amount: '28.40' },
        },
        { line: 2, quantity: 1, note: null, product: { sku: '000010' }, unitPrice: { amount: '39.50' } },
      ],
      payment: { __typename: 'VoucherPayment', code: '0042' },
    });
    const { id } = placed;
    expect(await data(`{ order(id: "${id}") ${ORDER} }`)).toEqual({ order: placed });
    expect(
      (await data('{ user(id: "u7") { orders(first: 1) { nodes { id } } } }')).user.orders.nodes,
    ).toEqual([{ id }]);

    const { cancelOrder } = await data(`mutation { cancelOrder(id: "${id}") { id status } }`);
    expect(cancelOrder).toEqual({ id, status: 'CANCELLED' });
    expect(await data(`{ order(id: "${id}") { status } }`)).toEqual({ order: { status: 'CANCELLED' } });
  });

  test('that is updated changes where a value is given, and nowhere else', async () => {
    const fields = '{ deliveryDate giftMessage tags }';
    const before = (await data(`{ order(id: "o2") ${fields} }`)).order;
    expect(before.tags.length).toBeGreaterThan(0);
    const update = async (input: object) =>
      (
        await data(`mutation($input: UpdateOrderInput!) { updateOrder(id: "o2", input: $input) ${fields} }`, {
          input,
        })
      ).updateOrder;
    expect(await update({ giftMessage: 'Hi' })).toEqual({ ...before, giftMessage: 'Hi' });
    expect(await update({ deliveryDate: null })).toEqual({
      ...before,
      giftMessage: 'Hi',
      deliveryDate: null,
    });
    expect(await update({ tags: [] })).toEqual({ giftMessage: 'Hi', deliveryDate: null, tags: [] });
  });

  test('with wrong values is refused with all of them', async () => {
    const input = {
      customer: 'u7',
      items: [{ product: '7', quantity: 0 }],
      payment: { voucher: { code: '1' } },
    };
    const { errors } = await demo.gateway.ask(place, { variables: { input } });
    expect(errors).toMatchObject([
      {
        path: ['placeOrder'],
        extensions: { code: 'INVALID_ARGUMENT', faultCode: 'VALIDATION_FAILED', service: 'orders' },
      },
    ]);
    const details = JSON.stringify(errors![0]!.extensions['details']);
    expect(details).toContain('must be six digits');
    expect(details).toContain('must be a number from 1 to 999');
  });

  test('that has left the house cannot be cancelled', async () => {
    const { data: found, errors } = await demo.gateway.ask('mutation { cancelOrder(id: "o1") { id } }');
    expect(found).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT', faultCode: 'ORDER_ALREADY_SHIPPED' } }]);
  });

  test.each([
    ['two members', { voucher: { code: '1' }, card: { brand: 'VISA', last4: '1', expires: '2027-01' } }],
    ['a member and null', { voucher: { code: '1' }, card: null }],
    ['no member', {}],
  ])('whose payment has %s is a request error, and no backend is asked', async (_, payment) => {
    await demo.resetCounters();
    const input = { customer: 'u7', items: [{ product: '000007', quantity: 1 }], payment };
    const answer = await demo.gateway.ask(place, { variables: { input } });
    expect(answer).not.toHaveProperty('data');
    expect(new Set(answer.errors!.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['BAD_USER_INPUT']),
    );
    expect(answer.errors![0]!.message).toContain('PaymentInput');
    const written = JSON.stringify(input).replaceAll(/"(\w+)":/g, '$1:');
    const literal = await demo.gateway.ask(`mutation { placeOrder(input: ${written}) { id } }`);
    expect(literal.errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' }, locations: [{ line: 1 }] },
    ]);
    expect(await demo.calls()).toEqual({});
  });
});

describe('stock and reviews', () => {
  test('change what the product shows', async () => {
    const fields = '{ stock { available locations { code quantity } } reviewCount }';
    const before = (await data(`{ product(sku: "000007") ${fields} }`)).product;
    const adjusted = await data(
      'mutation { adjustStock(sku: "000007", warehouse: "002", delta: 5) { available locations { code quantity } } }',
    );
    const { addReview } = await data(
      `mutation { addReview(sku: "000007", input: { author: "u12", stars: 4, body: "Good, «très» 🎂" }) {
         id stars title body author { id name } } }`,
    );
    expect(addReview).toMatchObject({
      stars: 4,
      title: null,
      body: 'Good, «très» 🎂',
      author: { id: 'u12' },
    });
    const after = (await data(`{ product(sku: "000007") ${fields} }`)).product;
    expect(after.stock).toEqual(adjusted.adjustStock);
    expect(after.stock.available).toBe(before.stock.available + 5);
    expect(after.reviewCount).toBe(before.reviewCount + 1);
  });

  test.each([
    [
      'adjustStock(sku: "000007", warehouse: "002", delta: -99999) { available }',
      'CONFLICT',
      'INSUFFICIENT_STOCK',
    ],
    [
      'adjustStock(sku: "000007", warehouse: "999", delta: 1) { available }',
      'INVALID_ARGUMENT',
      'UNKNOWN_LOCATION',
    ],
    ['adjustStock(sku: "999999", warehouse: "002", delta: 1) { available }', 'NOT_FOUND', 'STOCK_NOT_FOUND'],
    [
      'addReview(sku: "000007", input: { author: "u1", stars: 9, body: "!" }) { id }',
      'INVALID_ARGUMENT',
      'VALIDATION_FAILED',
    ],
  ])('refuse %s', async (mutation, code, faultCode) => {
    const { errors } = await demo.gateway.ask(`mutation { ${mutation} }`);
    expect(errors).toMatchObject([{ extensions: { code, faultCode } }]);
  });
});

describe('several mutations in one operation', () => {
  test('run one after the other', async () => {
    const found = await data(
      `mutation {
         first: adjustStock(sku: "000001", warehouse: "001", delta: 10) { available }
         second: adjustStock(sku: "000001", warehouse: "001", delta: -10) { available }
         third: adjustStock(sku: "000001", warehouse: "001", delta: 10) { available } }`,
    );
    expect(found.first.available - found.second.available).toBe(10);
    expect(found.third).toEqual(found.first);
  });

  test('that fails in the middle keeps what was done before', async () => {
    const { data: found, errors } = await demo.gateway.ask(
      `mutation { a: cancelOrder(id: "o5") { status } b: cancelOrder(id: "none") { status } }`,
    );
    expect(found).toBeNull();
    expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'NOT_FOUND' } }]);
    expect(await data('{ order(id: "o5") { status } }')).toEqual({ order: { status: 'CANCELLED' } });
  });
});
