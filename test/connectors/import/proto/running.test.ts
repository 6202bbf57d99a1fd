import { describe, expect, test } from 'vitest';
import { imported, running } from './imported.ts';

const users = [1, 2, 3].map((n) => ({
  id: `u${n}`,
  display_name: `User ${n}`,
  ...(n > 1 && { manager_user_id: 'u1' }),
}));
const SHOP = {
  GetUser: ({ user_id }: Record<string, unknown>) => ({ user: users.find((u) => u.id === user_id) }),
  BatchGetUsers: ({ user_ids }: Record<string, unknown>) => ({
    users: users.filter((u) => (user_ids as string[]).includes(u.id)).reverse(),
  }),
  ListUsers: ({ page_size, page_token }: Record<string, unknown>) => {
    const from = Number(page_token || 0);
    const to = from + Number(page_size);
    return { users: users.slice(from, to), total_size: '3', ...(to < 3 && { next_page_token: String(to) }) };
  },
  ListOrders: () => ({
    orders: [
      {
        id: '9007199254740993',
        user_id: 'u1',
        lines: [
          { product_id: 1, quantity: 4_000_000_000, coupon_code: 'TEN' },
          { product_id: 2, quantity: 1 },
        ],
        related_product_ids: [2, 3],
        status: 'STATUS_SHIPPED',
        card: { last4: '4242' },
        labels: { gift: 'yes' },
      },
      { id: '2', user_id: 'u2', lines: [{ product_id: 2 }], invoice: { address: 'Street 1' } },
      { id: '3' },
    ],
  }),
  BatchGetProducts: ({ ids }: Record<string, unknown>) => ({
    products: (ids as number[]).map((id) => ({ id, title: `Product ${id}` })),
  }),
  GetProduct: ({ id }: Record<string, unknown>) => ({ id, title: `Product ${id as number}` }),
  GetCoupon: ({ code }: Record<string, unknown>) => ({ code, percent: 10 }),
  CreateOrder: ({ order }: Record<string, unknown>) => ({ ...(order as object), id: '7' }),
  UpdateOrder: ({ order }: Record<string, unknown>) => order,
  DeleteOrder: () => ({}),
  CancelOrders: ({ order_ids }: Record<string, unknown>) => ({
    orders: (order_ids as string[]).map((id) => ({ id })),
  }),
  WatchOrder: ({ order_id }: Record<string, unknown>) => [
    { id: order_id, user_id: 'u1', status: 'STATUS_PLACED' },
    { id: order_id, user_id: 'u2', status: 'STATUS_SHIPPED' },
  ],
};

describe('a shop', () => {
  test('a list with links costs one call, and one for each service that it links to', async () => {
    const graph = await running(imported('shop'), SHOP);
    const { data, errors } = await graph.run(`{
      orders(first: 3) {
        nodes {
          id status userId
          user { displayName managerUser { displayName } }
          lines { quantity product { title } }
          relatedProducts { id title }
          payment { __typename ... on CardPayment { last4 } ... on InvoicePayment { address } }
          labels { key value }
        }
        pageInfo { hasNextPage endCursor }
      }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      orders: {
        nodes: [
          {
            id: '9007199254740993',
            status: 'SHIPPED',
            userId: 'u1',
            user: { displayName: 'User 1', managerUser: null },
            lines: [
              { quantity: '4000000000', product: { title: 'Product 1' } },
              { quantity: '1', product: { title: 'Product 2' } },
            ],
            relatedProducts: [
              { id: '2', title: 'Product 2' },
              { id: '3', title: 'Product 3' },
            ],
            payment: { __typename: 'CardPayment', last4: '4242' },
            labels: [{ key: 'gift', value: 'yes' }],
          },
          {
            id: '2',
            status: null,
            userId: 'u2',
            user: { displayName: 'User 2', managerUser: { displayName: 'User 1' } },
            lines: [{ quantity: '0', product: { title: 'Product 2' } }],
            relatedProducts: [],
            payment: { __typename: 'InvoicePayment', address: 'Street 1' },
            labels: [],
          },
          {
            id: '3',
            status: null,
            userId: '',
            user: null,
            lines: [],
            relatedProducts: [],
            payment: null,
            labels: [],
          },
        ],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    });
    expect(graph.asked.map(({ method }) => method).sort()).toEqual([
      'BatchGetProducts',
      'BatchGetUsers',
      'ListOrders',
    ]);
  });

  test('what a link points to costs nothing while only its key is asked for', async () => {
    const graph = await running(imported('shop'), SHOP);
    const { data, errors } = await graph.run('{ orders { nodes { user { id } lines { product { id } } } } }');
    expect(errors).toBeUndefined();
    expect((data!['orders'] as { nodes: unknown[] }).nodes[0]).toEqual({
      user: { id: 'u1' },
      lines: [{ product: { id: '1' } }, { product: { id: '2' } }],
    });
    expect(graph.asked.map(({ method }) => method)).toEqual(['ListOrders']);
  });

  test('pages follow each other by first and after', async () => {
    const graph = await running(imported('shop'), SHOP);
    const first = await graph.run(
      '{ users(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } totalCount } }',
    );
    expect(first.data).toEqual({
      users: {
        nodes: [{ id: 'u1' }, { id: 'u2' }],
        pageInfo: { hasNextPage: true, endCursor: '2' },
        totalCount: '3',
      },
    });
    const next = await graph.run(
      '{ users(first: 2, after: "2") { nodes { id } pageInfo { hasNextPage endCursor } } }',
    );
    expect(next.data).toEqual({
      users: { nodes: [{ id: 'u3' }], pageInfo: { hasNextPage: false, endCursor: null } },
    });
    expect(graph.asked.map(({ message }) => message)).toEqual([
      { page_size: 2, page_token: '' },
      { page_size: 2, page_token: '2' },
    ]);
  });

  test('several objects by key, anywhere in the query, are one call', async () => {
    const graph = await running(imported('shop'), SHOP);
    const { data, errors } = await graph.run(
      '{ a: user(id: "u1") { displayName } b: user(id: "u3") { displayName } product(id: 5) { id title } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      a: { displayName: 'User 1' },
      b: { displayName: 'User 3' },
      product: { id: '5', title: 'Product 5' },
    });
    expect(graph.asked.map(({ method }) => method).sort()).toEqual(['BatchGetUsers', 'GetProduct']);
  });

  test('inputs become messages: oneofs, maps, enums, numbers of 64 and 32 bits', async () => {
    const graph = await running(imported('shop'), SHOP);
    const { data, errors } = await graph.run(`mutation {
      createOrder(validateOnly: true, input: {
        userId: "u1", status: PLACED, payment: { invoice: { address: "x" } }, labels: [{ key: "a", value: "b" }]
        lines: [{ productId: 3, quantity: "7" }], relatedProductIds: ["4"]
      }) { id status payment { __typename } labels { key value } lines { productId quantity } }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      createOrder: {
        id: '7',
        status: 'PLACED',
        payment: { __typename: 'InvoicePayment' },
        labels: [{ key: 'a', value: 'b' }],
        lines: [{ productId: '3', quantity: '7' }],
      },
    });
    expect(graph.asked[0]!.message).toMatchObject({
      validate_only: true,
      order: { related_product_ids: [4] },
    });
  });

  test('an update sends the mask of what is given, with the member of a oneof', async () => {
    const graph = await running(imported('shop'), SHOP);
    const { errors } = await graph.run(
      'mutation { updateOrder(id: "9", input: { status: SHIPPED, payment: { card: { last4: "1" } } }) { id } }',
    );
    expect(errors).toBeUndefined();
    const { order, update_mask } = graph.asked[0]!.message as {
      order: Record<string, unknown>;
      update_mask: { paths: string[] };
    };
    expect(order).toMatchObject({ id: '9', status: 'STATUS_SHIPPED', card: { last4: '1' } });
    expect(update_mask.paths.sort()).toEqual(['card', 'status']);
  });

  test('answers with nothing in them are true, lists come without their wrapper', async () => {
    const graph = await running(imported('shop'), SHOP);
    const { data, errors } = await graph.run(
      'mutation { deleteOrder(id: 5) cancelOrders(input: { orderIds: [1, 2] }) { id } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ deleteOrder: true, cancelOrders: [{ id: '1' }, { id: '2' }] });
    expect(graph.asked[0]!.message).toEqual({ order_id: '5' });
  });

  test('a server stream is a subscription, and each event may follow links', async () => {
    const graph = await running(imported('shop'), SHOP);
    const events = await graph.events(
      'subscription { watchOrder(id: 4) { id status user { displayName } } }',
    );
    expect(events.map(({ data }) => data)).toEqual([
      { watchOrder: { id: '4', status: 'PLACED', user: { displayName: 'User 1' } } },
      { watchOrder: { id: '4', status: 'SHIPPED', user: { displayName: 'User 2' } } },
    ]);
  });
});

describe('other services', () => {
  test('resource names are keys, references are links, and masks are filled in', async () => {
    const books = ['b1', 'b2'].map((name) => ({
      name,
      title: name,
      author: 'authors/1',
      related_names: ['b1'],
    }));
    const graph = await running(imported('library'), {
      ListBooks: () => ({ books, next_page_token: 'n', total_size: 2, unreachable: ['s2'] }),
      BatchGetBooks: ({ names }) => ({ books: books.filter((b) => (names as string[]).includes(b.name)) }),
      GetAuthor: ({ name }) => ({ name, display_name: 'Ada' }),
      DeleteShelf: () => ({}),
    });
    const { data, errors } = await graph.run(`{
      books(parent: "shelves/1") {
        nodes { name authorName author { displayName } relatedBooks { title } }
        pageInfo { endCursor } totalCount unreachable
      }
    }`);
    expect(errors).toBeUndefined();
    const node = { authorName: 'authors/1', author: { displayName: 'Ada' }, relatedBooks: [{ title: 'b1' }] };
    expect(data).toEqual({
      books: {
        nodes: [
          { name: 'b1', ...node },
          { name: 'b2', ...node },
        ],
        pageInfo: { endCursor: 'n' },
        totalCount: 2,
        unreachable: ['s2'],
      },
    });
    // Both books have one author.
    expect(graph.asked.map(({ method }) => method).sort()).toEqual([
      'BatchGetBooks',
      'GetAuthor',
      'ListBooks',
    ]);
    const batch = graph.asked.find(({ method }) => method === 'BatchGetBooks')!;
    expect(batch.message['read_mask']).toEqual({ paths: ['title', 'name'] });
    expect((await graph.run('mutation { deleteShelf(name: "shelves/1") }')).data).toEqual({
      deleteShelf: true,
    });
  });

  test('values of any type, in themselves: nullable fields beside each other, JSON, maps with number keys', async () => {
    const entity = {
      key: { path: [{ kind: 'K', id: '5' }] },
      properties: {
        a: { integer_value: '9007199254740993', meaning: 1 },
        b: { array_value: { values: [{ boolean_value: true }, { null_value: 'NULL_VALUE' }] } },
      },
      notes: { 7: { stringValue: 'seven' } },
      revision: { value: 4_000_000_000 },
    };
    const graph = await running(imported('datastore'), {
      RunQuery: ({ query_type, query }) => ({ entities: query_type === 'query' ? [entity] : [], query }),
      Commit: (message) => ({
        index_updates: (message['mutations'] as unknown[]).length,
        version: '18446744073709551615',
      }),
      GetName: () => ({ value: 'store' }),
      GetSettings: () => ({ fields: { a: { numberValue: 1 } } }),
      Rollback: () => ({}),
    });
    const { data, errors } = await graph.run(`mutation {
      runQuery(queryType: { query: { limit: 3, projection: [{ property: "p" }] } }) {
        entities {
          key { path { kind id name } }
          properties { key value { integerValue meaning arrayValue { values { booleanValue } } } }
          notes { key value } revision
        }
        query { limit projection { property } }
      }
      commit(input: { projectId: "p", mode: TRANSACTIONAL, transaction: "AAE=", tags: { x: [1, null] }, mutations: [
        { operation: { insert: { properties: [{ key: "a", value: { valueType: { integerValue: 5 } } }] } } }
        { operation: { delete: { path: [{ kind: "K", idType: { name: "n" } }] } } }
      ] }) { indexUpdates version }
      rollback(transaction: "AAE=")
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      runQuery: {
        entities: [
          {
            key: { path: [{ kind: 'K', id: '5', name: null }] },
            properties: [
              { key: 'a', value: { integerValue: '9007199254740993', meaning: 1, arrayValue: null } },
              {
                key: 'b',
                value: {
                  integerValue: null,
                  meaning: 0,
                  arrayValue: { values: [{ booleanValue: true }, { booleanValue: null }] },
                },
              },
            ],
            notes: [{ key: 7, value: 'seven' }],
            revision: '4000000000',
          },
        ],
        query: { limit: 3, projection: [{ property: 'p' }] },
      },
      commit: { indexUpdates: 2, version: '18446744073709551615' },
      rollback: true,
    });
    expect(graph.asked[1]!.message).toMatchObject({
      mode: 'TRANSACTIONAL',
      mutations: [
        { insert: { properties: { a: { integer_value: '5' } } } },
        { delete: { path: [{ kind: 'K', name: 'n' }] } },
      ],
    });
    const read = await graph.run('{ name settings }');
    expect(read.errors).toBeUndefined();
    expect(read.data).toEqual({ name: 'store', settings: { a: 1 } });
  });

  test('proto2: groups, required fields, closed enums, names in capitals', async () => {
    const graph = await running(imported('legacy'), {
      Search: () => ({ result: [{ url: 'u', snippets: ['a'] }], took_seconds: 0.1 }),
      GetDocument: ({ document_id }) => ({ id: document_id, URL: 'u', corpus: 'CORPUS_WEB' }),
      PutDocument: ({ id }) => ({ id }),
    });
    const { data, errors } = await graph.run(
      '{ search(query: "q", corpus: IMAGES) { result { url title snippets } tookSeconds } document(id: 4000000000) { id url isPublic corpus } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      search: { result: [{ url: 'u', title: null, snippets: ['a'] }], tookSeconds: 0.1 },
      document: { id: '4000000000', url: 'u', isPublic: null, corpus: 'WEB' },
    });
    const put = await graph.run('mutation { putDocument(input: { id: 1, URL: "x", corpus: WEB }) { id } }');
    expect(put).toMatchObject({ data: { putDocument: { id: '1' } } });
  });

  test('names that mean something elsewhere', async () => {
    const graph = await running(imported('awkward'), {
      get_thing: ({ id }) => ({
        id,
        true: 't',
        null: 'n',
        query: 'q',
        HTTPServer: 'h',
        flag: 'false',
        other: { value: 5 },
      }),
      Type: (message) => message,
      List: () => ({ things: [{ id: '1', self: { id: '2' } }] }),
    });
    const { data, errors } = await graph.run(
      '{ thing(id: "1") { id true null query httpServer flag odd { ... on AwkwardInt { value } } } queries { things { odd { ... on Thing { id } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      thing: { id: '1', true: 't', null: 'n', query: 'q', httpServer: 'h', flag: 'false', odd: { value: 5 } },
      queries: { things: [{ odd: { id: '2' } }] },
    });
    const typed = await graph.run(
      'mutation { type(input: "i", thingInput: { id: "3" }) { input thingInput { id } } }',
    );
    expect(typed).toMatchObject({ data: { type: { input: 'i', thingInput: { id: '3' } } } });
  });
});
