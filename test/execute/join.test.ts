import { describe, expect, it } from 'vitest';
import { CANNED_SUBGRAPHS } from '../../bench/canned/subgraphs.ts';
import { createQueryCompiler } from '../../bench/canned/compile-query.ts';
import { expectedData } from '../../bench/canned/monolith.ts';
import { HEAVY_QUERY } from '../../bench/canned/operations.ts';
import { createRemoteSubgraph } from '../../gateway/execute/remote.ts';
import type { Snapshot } from '../../gateway/supergraph/snapshot.ts';
import { runOn, snapshotOf } from './shop-gateway.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])\n';

interface Sent {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Respond = (sent: Sent) => unknown;

/** A graph over remote subgraphs whose answers the test writes; a request at a time is what it counts. */
function graphOf(subgraphs: readonly { name: string; sdl: string; respond: Respond }[]): {
  snapshot: Snapshot;
  sent: Sent[];
} {
  const sent: Sent[] = [];
  const runtimes = subgraphs.map(({ name, respond }) =>
    createRemoteSubgraph({
      name,
      call: async ({ input }) => {
        const body = JSON.parse(input.body) as { query: string; variables?: Sent['variables'] };
        const asked: Sent = { subgraph: name, query: body.query, variables: body.variables ?? {} };
        sent.push(asked);
        return { data: await respond(asked), status: 200, headers: {} };
      },
    }),
  );
  const byName = new Map(runtimes.map((runtime) => [runtime.name, runtime]));
  return { snapshot: snapshotOf(subgraphs, byName), sent };
}

const counted = (sent: readonly Sent[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { subgraph } of sent) counts[subgraph] = (counts[subgraph] ?? 0) + 1;
  return counts;
};

const SHOP_SDL = `${LINK}
  type Query { best: Item worst: Item list: [Item!]! }
  type Mutation { rename(name: String!): Item }
  type Item @key(fields: "id") { id: ID! title: String }
`;
const PRICES_SDL = `${LINK} type Item @key(fields: "id") { id: ID! price: Int stock: Int }`;

const item = (id: string): object => ({ __typename: 'Item', id, title: `t${id}` });

describe('what is joined', () => {
  it('takes the public heavy query in 4 subgraph requests, without any sharing between requests', async () => {
    const { snapshot, sent } = graphOf(
      CANNED_SUBGRAPHS.map((subgraph) => {
        const compile = createQueryCompiler(subgraph);
        return { ...subgraph, respond: ({ query, variables }) => ({ data: compile(query)(variables) }) };
      }),
    );
    const result = await runOn(snapshot, HEAVY_QUERY);
    expect(result).toEqual({ data: expectedData(snapshot.schema, HEAVY_QUERY) });
    expect(counted(sent)).toEqual({ accounts: 1, products: 1, reviews: 1, inventory: 1 });
  });

  it('asks one subgraph once for entities on several paths, under aliases where the fields differ', async () => {
    const { snapshot, sent } = graphOf([
      {
        name: 'shop',
        sdl: SHOP_SDL,
        respond: () => ({ data: { best: item('1'), worst: item('2') } }),
      },
      {
        name: 'prices',
        sdl: PRICES_SDL,
        respond: () => ({ data: { _e0: [{ price: 10 }], _e1: [{ stock: 20 }] } }),
      },
    ]);
    expect(await runOn(snapshot, '{ best { price } worst { stock } }')).toEqual({
      data: { best: { price: 10 }, worst: { stock: 20 } },
    });
    expect(counted(sent)).toEqual({ shop: 1, prices: 1 });
    expect(sent[1]?.variables).toEqual({
      representations_0: [{ __typename: 'Item', id: '1' }],
      representations_1: [{ __typename: 'Item', id: '2' }],
    });
  });

  it('asks with one list where the fields are the same, each entity once', async () => {
    const { snapshot, sent } = graphOf([
      {
        name: 'shop',
        sdl: SHOP_SDL,
        respond: () => ({ data: { best: item('1'), worst: item('1'), list: [item('2'), item('1')] } }),
      },
      {
        name: 'prices',
        sdl: PRICES_SDL,
        respond: ({ variables }) => ({
          data: {
            _entities: (variables['representations'] as { id: string }[]).map(({ id }) => ({
              price: Number(id),
            })),
          },
        }),
      },
    ]);
    expect(await runOn(snapshot, '{ best { price } worst { price } list { price } }')).toEqual({
      data: { best: { price: 1 }, worst: { price: 1 }, list: [{ price: 2 }, { price: 1 }] },
    });
    expect(sent[1]?.variables).toEqual({
      representations: [
        { __typename: 'Item', id: '1' },
        { __typename: 'Item', id: '2' },
      ],
    });
  });

  it('names its lists so that they do not collide with variables of the client', async () => {
    const { snapshot, sent } = graphOf([
      { name: 'shop', sdl: SHOP_SDL, respond: () => ({ data: { best: item('1'), worst: item('2') } }) },
      {
        name: 'prices',
        sdl: `${LINK} type Item @key(fields: "id") { id: ID! price(in: String): Int stock: Int }`,
        respond: () => ({ data: { _e0: [{ price__0: 10 }], _e1: [{ stock: 20 }] } }),
      },
    ]);
    const query =
      'query($representations_0: String) { best { price(in: $representations_0) } worst { stock } }';
    expect(await runOn(snapshot, query, { representations_0: 'EUR' })).toEqual({
      data: { best: { price: 10 }, worst: { stock: 20 } },
    });
    expect(sent[1]?.variables).toMatchObject({ representations_0: 'EUR' });
    expect(Object.keys(sent[1]?.variables ?? {})).toHaveLength(3);
  });

  it('does not hold an entity fetch up for long when another path of the same subgraph is slow', async () => {
    let releaseSlow: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (releaseSlow = resolve));
    const other = `${LINK} type Query { late: Item } type Item @key(fields: "id") { id: ID! }`;
    const { snapshot, sent } = graphOf([
      { name: 'shop', sdl: SHOP_SDL, respond: () => ({ data: { best: item('1') } }) },
      {
        name: 'other',
        sdl: other,
        respond: async () => {
          await slow;
          return { data: { late: item('2') } };
        },
      },
      {
        name: 'prices',
        sdl: PRICES_SDL,
        respond: ({ variables }) => {
          // Only what was asked for without waiting for the slow subgraph lets it go on.
          releaseSlow();
          const [{ id } = { id: '' }] = variables['representations'] as { id: string }[];
          return { data: { _entities: [{ price: Number(id) }] } };
        },
      },
    ]);
    expect(await runOn(snapshot, '{ late { price } best { price } }')).toEqual({
      data: { late: { price: 2 }, best: { price: 1 } },
    });
    expect(counted(sent)).toEqual({ shop: 1, other: 1, prices: 2 });
  });

  it('does not fetch again what another answer of the same subgraph has in full', async () => {
    const { snapshot, sent } = graphOf([
      { name: 'shop', sdl: SHOP_SDL, respond: () => ({ data: { list: [item('1'), item('2')] } }) },
      {
        name: 'picks',
        sdl: `${LINK} type Query { pick: [Item!]! } type Item @key(fields: "id") { id: ID! near: Item }`,
        respond: ({ query, variables }) =>
          query.includes('_entities')
            ? {
                data: {
                  _entities: (variables['representations'] as { id: string }[]).map(({ id }) => ({
                    near: { __typename: 'Item', id: id === '1' ? '2' : '1' },
                  })),
                },
              }
            : {},
      },
    ]);
    expect(await runOn(snapshot, '{ list { title near { title } } }')).toEqual({
      data: {
        list: [
          { title: 't1', near: { title: 't2' } },
          { title: 't2', near: { title: 't1' } },
        ],
      },
    });
    expect(counted(sent)).toEqual({ shop: 1, picks: 1 });
  });

  it('fetches entities anew after a mutation has changed them', async () => {
    let price = 0;
    const { snapshot, sent } = graphOf([
      {
        name: 'shop',
        sdl: SHOP_SDL,
        respond: ({ query }) => {
          const keys = Array.from(query.matchAll(/(\w+):rename/g), ([, key = '']) => key);
          price += 10;
          return { data: Object.fromEntries(keys.map((key) => [key, item('1')])) };
        },
      },
      {
        name: 'other',
        sdl: `${LINK} type Mutation { restock: Item } type Item @key(fields: "id") { id: ID! }`,
        respond: () => {
          price += 1;
          return { data: { restock__1: item('1') } };
        },
      },
      {
        name: 'prices',
        sdl: PRICES_SDL,
        respond: () => ({ data: { _entities: [{ price }] } }),
      },
    ]);
    const mutation = 'mutation { rename(name: "x") { price } restock { price } }';
    expect(await runOn(snapshot, mutation)).toEqual({
      data: { rename: { price: 10 }, restock: { price: 11 } },
    });
    expect(counted(sent)).toEqual({ shop: 1, other: 1, prices: 2 });
  });
});

describe('what is merged', () => {
  it('are the parts of an object that a joined answer and a later one give, for whoever needs both', async () => {
    const entity =
      (value: object): Respond =>
      () => ({ data: { _entities: [value] } });
    const { snapshot, sent } = graphOf([
      {
        name: 'base',
        sdl: `${LINK} type Query { start: A } type A @key(fields: "id") { id: ID! }`,
        respond: () => ({ data: { start: { __typename: 'A', id: '1' } } }),
      },
      {
        name: 'one',
        sdl: `${LINK}
          type A @key(fields: "id") { id: ID! r: B! }
          type B @key(fields: "id") { id: ID! f: V @shareable }
          type V { x: String }`,
        respond: entity({ r: { __typename: 'B', id: '2', f: { __typename: 'V', x: 'X' } } }),
      },
      {
        name: 'two',
        sdl: `${LINK} type B @key(fields: "id") { id: ID! f: V @shareable } type V { y: String @shareable }`,
        respond: entity({ f: { __typename: 'V', y: 'Y' } }),
      },
      {
        name: 'three',
        sdl: `${LINK.replace('"@key"', '"@key", "@external", "@requires"')}
          type B @key(fields: "id") { id: ID! f: V @external z: String @requires(fields: "f { y }") }
          type V { y: String @external }`,
        respond: entity({ z: 'Z' }),
      },
    ]);
    expect(await runOn(snapshot, '{ start { r { z f { x y } } } }')).toEqual({
      data: { start: { r: { z: 'Z', f: { x: 'X', y: 'Y' } } } },
    });
    expect(sent.at(-1)?.variables).toEqual({
      representations: [{ __typename: 'B', id: '2', f: { y: 'Y' } }],
    });
  });
});

describe('failures of a joint request', () => {
  const best = '{ best { price } worst { stock } }';
  const shop = {
    name: 'shop',
    sdl: SHOP_SDL,
    respond: (): unknown => ({ data: { best: item('1'), worst: item('2') } }),
  };
  const answering = (respond: Respond) =>
    graphOf([shop, { name: 'prices', sdl: PRICES_SDL, respond }]).snapshot;

  it('are told at the path of the client, each at its own', async () => {
    const snapshot = answering(() => ({
      data: { _e0: [{ price: null }], _e1: [{ stock: 5 }] },
      errors: [{ message: 'no price today', path: ['_e0', 0, 'price'], extensions: { reason: 'closed' } }],
    }));
    expect(await runOn(snapshot, best)).toEqual({
      data: { best: { price: null }, worst: { stock: 5 } },
      errors: [
        {
          message: 'no price today',
          path: ['best', 'price'],
          extensions: { code: 'SUBGRAPH_ERROR', reason: 'closed', service: 'prices', subgraph: 'prices' },
        },
      ],
    });
  });

  it('leave the other part alone when one has the wrong number of entities', async () => {
    const snapshot = answering(() => ({ data: { _e0: [], _e1: [{ stock: 5 }] } }));
    const { data, errors } = await runOn(snapshot, best);
    expect(data).toEqual({ best: { price: null }, worst: { stock: 5 } });
    expect(errors).toMatchObject([
      { path: ['best', 'price'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', subgraph: 'prices' } },
    ]);
  });

  it('that take the whole answer with them are told at every place', async () => {
    const snapshot = answering(() => ({ data: null, errors: [{ message: 'down' }] }));
    const { data, errors } = await runOn(snapshot, best);
    expect(data).toEqual({ best: { price: null }, worst: { stock: null } });
    expect(errors).toMatchObject([
      { message: 'down', path: ['best', 'price'] },
      { message: 'down', path: ['worst', 'stock'] },
    ]);
  });

  it.each([
    ['no object', 'nonsense'],
    ['errors that are no list', { data: {}, errors: 'x' }],
    ['data that is no object', { data: [1] }],
    ['an entity that is a number', { data: { _e0: [1], _e1: [2] } }],
    ['no list of entities', { data: { _e0: {}, _e1: null } }],
    ['nothing', {}],
  ])('are errors with code and path when a subgraph gives %s', async (_, answer) => {
    const { data, errors } = await runOn(
      answering(() => answer),
      best,
    );
    expect(data).toEqual({ best: { price: null }, worst: { stock: null } });
    expect(errors).toMatchObject([
      { path: ['best', 'price'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
      { path: ['worst', 'stock'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
    ]);
  });
});
