import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { buildSnapshot, type Snapshot } from '../../gateway/supergraph/snapshot.ts';
import { CONTEXT_GRAPH } from './context-graph.ts';
import { frozen, memorySubgraph } from './memory-subgraph.ts';
import { runOn, snapshotOf } from './shop-gateway.ts';
import {
  remoteRuntime,
  type RunningSubgraph,
  type SubgraphRequest,
  startSubgraph,
} from './subgraph-server.ts';

let running: RunningSubgraph[];
let snapshot: Snapshot;

const runtimes = () => new Map(running.map((subgraph) => [subgraph.name, remoteRuntime(subgraph)]));

beforeAll(async () => {
  running = await Promise.all(CONTEXT_GRAPH.map(startSubgraph));
  snapshot = snapshotOf(running, runtimes());
});

afterEach(() => {
  for (const subgraph of running) {
    subgraph.requests.length = 0;
    subgraph.answerWith = undefined;
  }
});

afterAll(() => Promise.all(running.map((subgraph) => subgraph.close())));

const requestsOf = (name: string): readonly SubgraphRequest[] =>
  running.find((subgraph) => subgraph.name === name)?.requests ?? [];

describe('a field that takes a value from a context', () => {
  it('is given that of the nearest object around it that carries the context', async () => {
    expect(await runOn(snapshot, '{ people { desk { price } boss { desk { price } } } }')).toEqual({
      data: {
        people: [
          {
            desk: { price: 'price of d1 by {"currency":"GBP"}' },
            boss: { desk: { price: 'price of d1 by {"currency":"EUR"}' } },
          },
          { desk: { price: 'price of d1 by {"currency":"EUR"}' }, boss: null },
          {
            desk: { price: 'price of d1 by {"currency":null}' },
            boss: { desk: { price: 'price of d1 by {"currency":"GBP"}' } },
          },
        ],
      },
    });
  });

  it('is given what is selected for the type of that object', async () => {
    const query = `{ parties {
      ... on Person { desk { price } }
      ... on Team { desk { price rank } lead { desk { price } } }
    } }`;
    expect(await runOn(snapshot, query)).toEqual({
      data: {
        parties: [
          { desk: { price: 'price of d1 by {"currency":"EUR"}' } },
          {
            desk: {
              price: 'price of d1 by {"currency":"unit of red"}',
              rank: 'rank of d1 by {"level":7}',
            },
            lead: { desk: { price: 'price of d1 by {"currency":"GBP"}' } },
          },
        ],
      },
    });
  });

  it('is given a value that another subgraph has, and one that this needs a required field for', async () => {
    expect(await runOn(snapshot, '{ parties { ... on Person { desk { rank grade } } } }')).toEqual({
      data: {
        parties: [
          { desk: { rank: 'rank of d1 by {"level":3}', grade: 'grade of d1 by {"band":"band EUR"}' } },
          {},
        ],
      },
    });
  });

  it('is given lists and nested values, and null where there is none on the way', async () => {
    expect(
      await runOn(snapshot, '{ people { desk { tags } } parties { ... on Team { desk { tags } } } }'),
    ).toEqual({
      data: {
        people: [
          { desk: { tags: 'tags of d1 by {"tags":["x",null],"locale":"en"}' } },
          { desk: { tags: 'tags of d1 by {"tags":[],"locale":null}' } },
          { desk: { tags: 'tags of d1 by {"tags":null,"locale":null}' } },
        ],
        // Nothing is selected for teams.
        parties: [{}, { desk: { tags: 'tags of d1 by {"tags":null,"locale":null}' } }],
      },
    });
  });

  it('is given its own value in lists of lists, where places and objects around may be null', async () => {
    const { data, errors } = await runOn(
      snapshot,
      '{ groups { desks { id price } } nobody { desk { price } } }',
    );
    const desks = (currency: string): unknown => [
      ['d1', 'd2'].map((id) => ({ id, price: `price of ${id} by {"currency":"${currency}"}` })),
      null,
      [null],
    ];
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      groups: [[{ desks: desks('GBP') }, null], [], [{ desks: desks('EUR') }, { desks: desks('GBP') }], null],
      nobody: null,
    });
  });

  it('is given its own value where one object of another subgraph stands below several', async () => {
    expect(await runOn(snapshot, '{ people { office { desk { price wood } } } }')).toEqual({
      data: {
        people: ['"GBP"', '"EUR"', 'null'].map((currency) => ({
          office: {
            desk: { price: `price of desk of o1 by {"currency":${currency}}`, wood: 'oak of desk of o1' },
          },
        })),
      },
    });
    expect(requestsOf('rooms').map(({ variables }) => variables?.['representations'])).toEqual([
      [{ __typename: 'Office', id: 'o1' }],
    ]);
  });

  it('goes on from what it gives, which may take values in turn', async () => {
    expect(
      await runOn(
        snapshot,
        '{ parties { ... on Person { desk { twin { id wood price next { price } } } } } }',
      ),
    ).toEqual({
      data: {
        parties: [
          {
            desk: {
              twin: {
                id: 'd1/EUR',
                wood: 'oak of d1/EUR',
                price: 'price of d1/EUR by {"currency":"EUR"}',
                next: { price: 'price of d1/EUR+ by {"currency":"EUR"}' },
              },
            },
          },
          {},
        ],
      },
    });
  });

  it('keeps its aliases, arguments and conditions, beside variables of whatever name', async () => {
    const query = `query ($fromContext_0: Int, $context_0_0: Boolean!, $representations: Int) {
      parties { ... on Person { desk {
        one: price(in: $fromContext_0) two: price(in: $representations) price
        rank @include(if: $context_0_0) grade @skip(if: $context_0_0)
      } } }
    }`;
    const variables = { fromContext_0: 1, context_0_0: false, representations: 2 };
    expect(await runOn(snapshot, query, variables)).toEqual({
      data: {
        parties: [
          {
            desk: {
              one: 'price of d1 by {"in":1,"currency":"EUR"}',
              two: 'price of d1 by {"in":2,"currency":"EUR"}',
              price: 'price of d1 by {"currency":"EUR"}',
              grade: 'grade of d1 by {"band":"band EUR"}',
            },
          },
          {},
        ],
      },
    });
    expect(requestsOf('staff')).toHaveLength(1);
    expect(requestsOf('staff')[0]?.query).toContain('level@include(if:$context_0_0)');
  });

  it('is given its value below fields of a mutation, which take effect once', async () => {
    const query =
      'mutation { a: hire(id: "ada") { desk { price rank } } b: hire(id: "bob") { desk { price } } }';
    expect(await runOn(snapshot, query)).toEqual({
      data: {
        a: { desk: { price: 'price of d1 by {"currency":"GBP"}', rank: 'rank of d1 by {"level":3}' } },
        b: { desk: { price: 'price of d1 by {"currency":"EUR"}' } },
      },
    });
    expect(requestsOf('desks').filter(({ query: text }) => text.includes('hire'))).toHaveLength(1);
  });

  it('fails with its value, and nothing else does', async () => {
    const { data, errors } = await runOn(snapshot, '{ people { desk { name rank } } }');
    expect(data).toMatchObject({
      people: [
        { desk: { name: 'desk d1', rank: 'rank of d1 by {"level":3}' } },
        { desk: { rank: 'rank of d1 by {"level":3}' } },
        { desk: { name: 'desk d1', rank: null } },
      ],
    });
    expect(errors).toMatchObject([
      { message: 'nobody knows the level of eve', path: ['people', 2, 'desk', 'rank'] },
    ]);
  });

  it('that may not be null fails where there is none, by name, and nothing else does', async () => {
    const composed = composeSupergraph(running);
    if ('problems' in composed) throw new Error('it composes');
    // The composer in use lets an argument be nullable only; others do not.
    const strict = buildSnapshot({
      generation: 1,
      supergraphSdl: composed.supergraphSdl.replace(/(name: "currency", type: "String)"/g, '$1!"'),
      subgraphs: runtimes(),
    });
    const { data, errors } = await runOn(strict, '{ people { desk { name price } } }');
    expect(data).toEqual({
      people: [
        { desk: { name: 'desk d1', price: 'price of d1 by {"currency":"GBP"}' } },
        { desk: { name: 'desk d1', price: 'price of d1 by {"currency":"EUR"}' } },
        { desk: { name: 'desk d1', price: null } },
      ],
    });
    expect(errors).toMatchObject([
      {
        message:
          'The field "price" of the subgraph "desks" needs a value of the context "desks__user", which there is none of here.',
        path: ['people', 2, 'desk', 'price'],
        extensions: { code: 'UPSTREAM_BAD_RESPONSE', subgraph: 'desks' },
      },
    ]);
  });
});

describe('requests', () => {
  it('ask for all values of one wave at once, for equal values together, each entity once', async () => {
    await runOn(snapshot, '{ groups { desks { price } } }');
    const [, prices, ...more] = requestsOf('desks');
    expect(more).toEqual([]);
    expect(prices?.variables).toEqual({
      representations_0: [
        { __typename: 'Desk', id: 'd1' },
        { __typename: 'Desk', id: 'd2' },
      ],
      context_0_0: 'GBP',
      representations_1: [
        { __typename: 'Desk', id: 'd1' },
        { __typename: 'Desk', id: 'd2' },
      ],
      context_1_0: 'EUR',
    });
  });

  it('ask with 50 different sets of values at most', async () => {
    const { data, errors } = await runOn(snapshot, '{ crowd(size: 120) { desk { price } } }');
    expect(errors).toBeUndefined();
    expect(data?.['crowd']).toEqual(
      Array.from({ length: 120 }, (_, index) => ({
        desk: { price: `price of d1 by {"currency":"p${index}"}` },
      })),
    );
    const [, ...asked] = requestsOf('desks');
    expect(asked.map(({ query }) => query.split('_entities').length - 1)).toEqual([50, 50, 20]);
  });

  it('that fail take only what they were to give', async () => {
    const desks = running.find(({ name }) => name === 'desks')!;
    desks.answerWith = ({ query }) => (query.includes('price') ? 'destroy' : undefined);
    const { data, errors } = await runOn(snapshot, '{ parties { ... on Person { desk { name price } } } }');
    expect(data).toEqual({ parties: [{ desk: { name: 'desk d1', price: null } }, {}] });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});

describe('in a subgraph inside the gateway', () => {
  it('an object that is shared by several others has the value of each', async () => {
    const desk = frozen({ __typename: 'Desk', id: 'd1' });
    const people = ['GBP', 'EUR'].map((currency) =>
      frozen({ __typename: 'Person', id: currency, currency, desk }),
    );
    const asked: unknown[] = [];
    const inside = memorySubgraph('desks', ({ variables, representations }, { contextVariables }) => {
      if (!representations) return { data: { people } };
      const values = (contextVariables ?? []).map((name) => variables[name]);
      asked.push([values, representations]);
      return { entities: representations.map(() => ({ price__0: `in ${String(values[0])}` })) };
    });
    const shared = snapshotOf(running, new Map([...runtimes(), ['desks', inside]]));
    expect(await runOn(shared, '{ people { desk { price } } }')).toEqual({
      data: { people: [{ desk: { price: 'in GBP' } }, { desk: { price: 'in EUR' } }] },
    });
    expect(asked).toEqual([
      [['GBP'], [{ __typename: 'Desk', id: 'd1' }]],
      [['EUR'], [{ __typename: 'Desk', id: 'd1' }]],
    ]);
  });
});
