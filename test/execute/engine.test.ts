import { describe, expect, it } from 'vitest';
import { FieldFault, SluiceError } from '../../gateway/errors.ts';
import type { FetchResult } from '../../gateway/supergraph/subgraph.ts';
import { frozen, memorySubgraph } from './memory-subgraph.ts';
import { runOn, snapshotOf } from './shop-gateway.ts';
import { requestContext } from './subgraph-server.ts';
import { eventsOf } from './events-of.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])\n';
const LEFT = {
  name: 'left',
  sdl: `${LINK}
  type Query { items: [Item!]! one: Item slow: Slow fast: Fast shared: Shared @shareable sum: Int! }
  type Item @key(fields: "id") { id: ID! name: String }
  type Slow @key(fields: "id") { id: ID! }
  type Fast @key(fields: "id") { id: ID! }
  type Shared @shareable { a: String inner: Inner }
  type Inner @shareable { x: String }
  type Subscription { ticked: Item! }
`,
};
const RIGHT = {
  name: 'right',
  sdl: `${LINK}
  type Query { shared: Shared @shareable }
  type Item @key(fields: "id") { id: ID! price: Int strict: Int! }
  type Slow @key(fields: "id") { id: ID! after: String }
  type Fast @key(fields: "id") { id: ID! after: String }
  type Shared @shareable { b: String inner: Inner }
  type Inner @shareable { y: String }
`,
};

const idOf = (representation: Readonly<Record<string, unknown>>): string => String(representation['id']);

describe('the engine', () => {
  it('joins 100,000 entities without a stack overflow, asking for each once', async () => {
    const count = 100_000;
    let asked = 0;
    const items = frozen(
      Array.from({ length: count }, (_, id) => ({ __typename: 'Item', id: String(id % 60_000) })),
    );
    const snapshot = snapshotOf(
      [LEFT, RIGHT],
      new Map([
        ['left', memorySubgraph('left', () => frozen({ data: { items } }))],
        [
          'right',
          memorySubgraph('right', ({ representations = [] }) => {
            asked = representations.length;
            return frozen({
              entities: representations.map((representation) => ({ price: Number(idOf(representation)) })),
            });
          }),
        ],
      ]),
    );
    const { data, errors } = await runOn(snapshot, '{ items { id price } }');
    expect(errors).toBeUndefined();
    expect(asked).toBe(60_000);
    const list = data?.['items'] as { id: string; price: number }[];
    expect(list).toHaveLength(count);
    expect(list.every(({ id, price }) => id === String(price))).toBe(true);
  });

  it('starts a fetch when its own inputs are there, whatever an unrelated neighbour does', async () => {
    const order: string[] = [];
    let finishSlow: () => void = () => undefined;
    const slowGate = new Promise<void>((resolve) => {
      finishSlow = resolve;
    });
    const snapshot = snapshotOf(
      [
        LEFT,
        RIGHT,
        {
          name: 'third',
          sdl: `${LINK} type Query { other: Slow } type Slow @key(fields: "id") { id: ID! late: String }`,
        },
      ],
      new Map([
        ['left', memorySubgraph('left', () => ({ data: { fast: { __typename: 'Fast', id: '1' } } }))],
        [
          'third',
          memorySubgraph('third', async () => {
            order.push('slow asked');
            await slowGate;
            order.push('slow answers');
            return { data: { other: { __typename: 'Slow', id: '2' } } };
          }),
        ],
        [
          'right',
          memorySubgraph('right', ({ representations = [] }) => {
            const typename = String(representations[0]?.['__typename']);
            order.push(`entities of ${typename}`);
            if (typename === 'Fast') finishSlow();
            return { entities: [{ after: typename }] };
          }),
        ],
      ]),
    );
    const { data } = await runOn(snapshot, '{ other { after } fast { after } }');
    expect(data).toEqual({ other: { after: 'Slow' }, fast: { after: 'Fast' } });
    expect(order.indexOf('entities of Fast')).toBeLessThan(order.indexOf('slow answers'));
  });

  it('never writes into an answer, which other requests may share', async () => {
    const answer = frozen({
      data: { one: { __typename: 'Item', id: '1', name: 'n' }, items: [{ __typename: 'Item', id: '1' }] },
    });
    const snapshot = snapshotOf(
      [LEFT, RIGHT],
      new Map([
        ['left', memorySubgraph('left', () => answer)],
        [
          'right',
          memorySubgraph('right', ({ representations = [] }) =>
            frozen({ entities: representations.map(() => ({ price: 1, strict: 2 })) }),
          ),
        ],
      ]),
    );
    for (let round = 0; round < 2; round++) {
      expect(await runOn(snapshot, '{ one { name price } items { strict } }')).toEqual({
        data: { one: { name: 'n', price: 1 }, items: [{ strict: 2 }] },
      });
    }
  });

  it('puts parts of one object together that two subgraphs gave', async () => {
    const snapshot = snapshotOf(
      [LEFT, RIGHT],
      new Map([
        ['left', memorySubgraph('left', () => frozen({ data: { shared: { a: 'A', inner: { x: 'X' } } } }))],
        ['right', memorySubgraph('right', () => frozen({ data: { shared: { b: 'B', inner: { y: 'Y' } } } }))],
      ]),
    );
    expect(await runOn(snapshot, '{ shared { inner { y x } b a } }')).toEqual({
      data: { shared: { inner: { y: 'Y', x: 'X' }, b: 'B', a: 'A' } },
    });
  });

  it('tells the failure of one of two subgraphs inside the object that both give', async () => {
    const snapshot = snapshotOf(
      [LEFT, RIGHT],
      new Map([
        ['left', memorySubgraph('left', () => frozen({ data: { shared: { a: 'A', inner: { x: 'X' } } } }))],
        [
          'right',
          memorySubgraph('right', () => {
            throw new SluiceError('UPSTREAM_TIMEOUT', 'The service "right" took too long.');
          }),
        ],
      ]),
    );
    const { data, errors } = await runOn(snapshot, '{ shared { a b inner { x y } } }');
    expect(data).toEqual({ shared: { a: 'A', b: null, inner: { x: 'X', y: null } } });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['shared', 'b'],
      ['shared', 'inner', 'y'],
    ]);
  });

  it('keeps faults of single entities to themselves, and unknown entities null', async () => {
    const fault = new FieldFault(new SluiceError('NOT_FOUND', 'No such item.'));
    const snapshot = snapshotOf(
      [LEFT, RIGHT],
      new Map([
        [
          'left',
          memorySubgraph('left', () => ({
            data: { items: ['1', '2', '3', '4'].map((id) => ({ __typename: 'Item', id })) },
          })),
        ],
        [
          'right',
          memorySubgraph('right', () => frozen({ entities: [{ price: 1 }, fault, null, { price: fault }] })),
        ],
      ]),
    );
    const { data, errors } = await runOn(snapshot, '{ items { id price } }');
    expect(data).toEqual({
      items: [
        { id: '1', price: 1 },
        { id: '2', price: null },
        { id: '3', price: null },
        { id: '4', price: null },
      ],
    });
    expect(errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['items', 1, 'price'], 'NOT_FOUND'],
      [['items', 3, 'price'], 'NOT_FOUND'],
    ]);
    const strict = await runOn(snapshot, '{ one { strict } items { strict } }');
    expect(strict.data).toBeNull();
  });

  it('masks what is not meant for clients, one id for client and log', async () => {
    const logged: [unknown, string][] = [];
    const snapshot = snapshotOf(
      [LEFT, RIGHT],
      new Map([
        [
          'left',
          memorySubgraph('left', () => {
            throw new TypeError('secret-host:5432 is undefined');
          }),
        ],
        ['right', memorySubgraph('right', () => ({}))],
      ]),
      { onInternalError: (error, id) => logged.push([error.cause, id]) },
    );
    const { data, errors } = await runOn(snapshot, '{ one { id } slow { id } }');
    expect(data).toEqual({ one: null, slow: null });
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(logged).toHaveLength(1);
    expect(logged[0]?.[0]).toBeInstanceOf(TypeError);
    expect(errors).toHaveLength(2);
    for (const error of errors ?? [])
      expect(error).toMatchObject({
        message: `Internal server error (id ${logged[0]?.[1]}).`,
        extensions: { code: 'INTERNAL_SERVER_ERROR', id: logged[0]?.[1] },
      });
  });

  it('runs the rest of a subscription for each event, and ends with the error of its source', async () => {
    const loaders: object[] = [];
    async function* events(): AsyncGenerator<FetchResult> {
      yield { data: { ticked: { __typename: 'Item', id: '1' } } };
      yield { data: { ticked: { __typename: 'Item', id: '2' } } };
      throw new SluiceError('UPSTREAM_UNAVAILABLE', 'The service "left" went away.');
    }
    const snapshot = snapshotOf(
      [LEFT, RIGHT],
      new Map([
        ['left', memorySubgraph('left', () => ({}), events)],
        [
          'right',
          memorySubgraph('right', ({ representations = [] }, _, context) => {
            loaders.push(context.loaders);
            return {
              entities: representations.map((representation) => ({
                price: Number(idOf(representation)) * 10,
              })),
            };
          }),
        ],
      ]),
    );
    const { parse } = await import('graphql');
    const executable = snapshot.executable(parse('subscription { t: ticked { p: price } }'), undefined);
    expect(executable.kind).toBe('subscription');
    const results = [];
    for await (const result of eventsOf(executable, {}, requestContext())) results.push(result);
    expect(results).toEqual([
      { data: { t: { p: 10 } } },
      { data: { t: { p: 20 } } },
      {
        data: null,
        errors: [
          {
            message: 'The service "left" went away.',
            extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'left', subgraph: 'left' },
          },
        ],
      },
    ]);
    expect(new Set(loaders).size).toBe(2);
    expect((await executable.run({}, requestContext())).errors).toMatchObject([
      { extensions: { code: 'BAD_REQUEST' } },
    ]);
  });
});
