import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { IncrementalResult, SubsequentResult } from '../../gateway/compile/executable.ts';
import { SluiceError } from '../../gateway/errors.ts';
import { assemble, isInParts } from './assemble.ts';
import { type GatedGraph, gatedGraph } from './gated-graph.ts';
import { requestContext } from './subgraph-server.ts';

const PRODUCTS = ['p1', 'p2', 'p3'].map((id) => ({ __typename: 'Product', id, name: `Name of ${id}` }));

function shop(options: Parameters<typeof gatedGraph>[1] = {}): GatedGraph {
  return gatedGraph(
    {
      catalogue: {
        sdl: `type Query { products: [Product!]! top: Product stats: Stats maybe: [Product] }
          type Mutation { rename(name: String!): Product }
          type Product @key(fields: "id") { id: ID! name: String slow: String broken: String! related: [Product!]! }
          type Stats { count: Int strict: String! }`,
        resolvers: {
          Query: {
            products: () => PRODUCTS,
            maybe: () => [PRODUCTS[0], null, PRODUCTS[2]],
            top: () => PRODUCTS[0],
            stats: () => ({ count: 3 }),
          },
          Mutation: { rename: (_: unknown, { name }: { name: string }) => ({ ...PRODUCTS[0], name }) },
          Product: {
            __resolveReference: ({ id }: { id: string }) => PRODUCTS.find((product) => product.id === id),
            slow: ({ id }: { id: string }) => `slow ${id}`,
            related: () => [PRODUCTS[1], PRODUCTS[2]],
            broken: () => {
              throw new Error('no luck');
            },
          },
        },
      },
      reviews: {
        sdl: `type Product @key(fields: "id") { id: ID! reviews: [Review!]! rating: Int! }
          type Review { body: String }`,
        resolvers: {
          Product: {
            __resolveReference: (reference: object) => reference,
            reviews: ({ id }: { id: string }) => [{ body: `about ${id}` }],
            rating: ({ id }: { id: string }) => {
              if (id === 'p2') throw new Error('no rating');
              return 5;
            },
          },
        },
      },
    },
    options,
  );
}

async function start(
  { snapshot }: GatedGraph,
  text: string,
  {
    variables,
    repeats = false,
    signal,
  }: { variables?: object; repeats?: boolean; signal?: AbortSignal } = {},
) {
  const document = parse(text);
  const [invalid] = validate(snapshot.schema, document);
  if (invalid) throw invalid;
  const { incremental } = snapshot.executable(document, undefined);
  if (!incremental) throw new Error('nothing is deferred');
  return incremental.run(variables as never, requestContext(signal), { repeats });
}

async function parts(graph: GatedGraph, text: string, options?: Parameters<typeof start>[2]) {
  const result = await start(graph, text, options);
  if (!isInParts(result)) throw new Error(`one piece: ${JSON.stringify(result)}`);
  return result;
}

async function next({ subsequent }: IncrementalResult): Promise<SubsequentResult> {
  const { value, done } = await subsequent.next();
  if (done === true) throw new Error('the end');
  return value;
}

describe('a deferred fragment', () => {
  it('comes when it is there, and the initial result does not wait for it', async () => {
    const graph = shop();
    graph.shut('slow');
    const result = await parts(graph, '{ top { name ... @defer(label: "more") { slow } } }');
    expect(result.initial).toEqual({ data: { top: { name: 'Name of p1' } } });
    expect(result.pending).toEqual([{ id: '0', path: ['top'], label: 'more' }]);
    graph.open('slow');
    expect(await next(result)).toEqual({
      incremental: [{ id: '0', data: { slow: 'slow p1' } }],
      completed: [{ id: '0' }],
      hasNext: false,
    });
    expect((await result.subsequent.next()).done).toBe(true);
  });

  it('is asked for as soon as its keys are there, while the initial result still waits for another subgraph', async () => {
    const graph = shop();
    graph.shut('rating');
    const running = parts(graph, '{ top { rating ... @defer { slow } } }');
    await graph.arrived('slow');
    graph.open('rating');
    const result = await running;
    expect(result.initial.data).toEqual({ top: { rating: 5 } });
    expect((await assemble(result, false)).data).toEqual({ top: { rating: 5, slow: 'slow p1' } });
  });

  it('in a list comes once per object, asked for with one request', async () => {
    const graph = shop();
    const result = await parts(graph, '{ products { id ... @defer { reviews { body } } } }');
    expect(result.pending.map(({ path }) => path)).toEqual([
      ['products', 0],
      ['products', 1],
      ['products', 2],
    ]);
    const payload = await next(result);
    expect(payload.incremental).toHaveLength(3);
    expect(payload.hasNext).toBe(false);
    expect(graph.requests.map(({ subgraph }) => subgraph)).toEqual(['catalogue', 'reviews']);
  });

  it('waits for nothing that another one wants', async () => {
    const graph = shop();
    graph.shut('slow');
    const result = await parts(
      graph,
      '{ top { id ... @defer(label: "a") { slow } ... @defer(label: "b") { name } } }',
    );
    const first = await next(result);
    expect(first.incremental).toEqual([{ id: '1', data: { name: 'Name of p1' } }]);
    graph.open('slow');
    expect((await next(result)).incremental).toEqual([{ id: '0', data: { slow: 'slow p1' } }]);
  });

  it('inside of another is told of with it, and comes after it', async () => {
    const graph = shop();
    graph.shut('reviews');
    const text = '{ top { id ... @defer { reviews { body } ... @defer(label: "in") { slow } } } }';
    const result = await parts(graph, text);
    expect(result.pending).toEqual([{ id: '0', path: ['top'] }]);
    await graph.arrived('slow');
    graph.open('reviews');
    expect(await next(result)).toEqual({
      pending: [{ id: '1', path: ['top'], label: 'in' }],
      incremental: [{ id: '0', data: { reviews: [{ body: 'about p1' }] } }],
      completed: [{ id: '0' }],
      hasNext: true,
    });
    expect(await next(result)).toMatchObject({ incremental: [{ id: '1' }], hasNext: false });
  });

  it('without a key is not asked for again, and still comes later', async () => {
    const graph = shop();
    const result = await parts(graph, '{ stats { __typename ... @defer { count } } }');
    expect(result.initial.data).toEqual({ stats: { __typename: 'Stats' } });
    expect((await next(result)).incremental).toEqual([{ id: '0', data: { count: 3 } }]);
    expect(graph.requests).toHaveLength(1);
  });

  it('does not ask for entities again that the initial result has asked for', async () => {
    const graph = shop();
    const text = '{ products { reviews { body } } top { id ... @defer { reviews { body } } } }';
    const whole = await assemble(await parts(graph, text), false);
    expect(whole.data).toMatchObject({ top: { id: 'p1', reviews: [{ body: 'about p1' }] } });
    expect(graph.requests.filter(({ subgraph }) => subgraph === 'reviews')).toHaveLength(1);
  });

  it('brings each field once, or with `repeats` all of its own', async () => {
    const text = '{ top { id related { id } ... @defer { id name related { name } } } }';
    const once = await parts(shop(), text);
    expect((await next(once)).incremental).toEqual([
      { id: '0', data: { name: 'Name of p1' } },
      { id: '0', subPath: ['related', 0], data: { name: 'Name of p2' } },
      { id: '0', subPath: ['related', 1], data: { name: 'Name of p3' } },
    ]);
    const again = await parts(shop(), text, { repeats: true });
    expect((await next(again)).incremental).toEqual([
      {
        id: '0',
        data: { id: 'p1', name: 'Name of p1', related: [{ name: 'Name of p2' }, { name: 'Name of p3' }] },
      },
    ]);
  });

  it('of a mutation comes after its effect', async () => {
    const result = await parts(shop(), 'mutation { rename(name: "X") { name ... @defer { slow } } }');
    expect(result.initial.data).toEqual({ rename: { name: 'X' } });
    expect((await assemble(result, false)).data).toEqual({ rename: { name: 'X', slow: 'slow p1' } });
  });

  it('is as if it was not deferred where its variable says so', async () => {
    const text = 'query ($later: Boolean!) { top { name ... @defer(if: $later) { slow } } }';
    const graph = shop();
    const { incremental } = graph.snapshot.executable(parse(text), undefined);
    expect(incremental?.plan({ later: false })).toBeUndefined();
    expect(incremental?.plan({ later: true })).toBeDefined();
    expect(incremental?.plan({})).toBeUndefined();
    expect(await start(graph, text, { variables: { later: false } })).toEqual({
      data: { top: { name: 'Name of p1', slow: 'slow p1' } },
    });
    expect(graph.requests).toHaveLength(1);
    expect(isInParts(await start(graph, text, { variables: { later: true } }))).toBe(true);
  });

  it('is part of a single result, as if nothing was deferred', async () => {
    const graph = shop();
    const executable = graph.snapshot.executable(parse('{ top { name ... @defer { slow } } }'), undefined);
    expect(await executable.run({}, requestContext())).toEqual({
      data: { top: { name: 'Name of p1', slow: 'slow p1' } },
    });
    expect(graph.requests).toHaveLength(1);
  });
});

describe('a failure', () => {
  it('of a field in a deferred fragment is told with it', async () => {
    const result = await parts(shop(), '{ products { id ... @defer { name rating } } }');
    const payload = await next(result);
    expect(payload.incremental?.map(({ data }) => data)).toEqual([
      { name: 'Name of p1', rating: 5 },
      { name: 'Name of p3', rating: 5 },
    ]);
    expect(payload.completed).toEqual([
      { id: '0' },
      {
        id: '1',
        errors: [expect.objectContaining({ path: ['products', 1, 'rating'], message: 'no rating' })],
      },
      { id: '2' },
    ]);
    expect(result.initial.errors).toBeUndefined();
  });

  it('that nulls an object takes what was deferred there with it: nobody waits for that', async () => {
    const graph = shop();
    graph.shut('slow');
    const result = await start(graph, '{ products { rating ... @defer { slow } } }');
    expect(result).toMatchObject({ data: null, errors: [{ path: ['products', 1, 'rating'] }] });
    expect((await graph.arrived('slow')).signal.aborted).toBe(true);
  });

  it('leaves nulls in lists alone', async () => {
    const result = await parts(shop(), '{ maybe { id ... @defer { slow } } }');
    expect(result.pending.map(({ path }) => path)).toEqual([
      ['maybe', 0],
      ['maybe', 2],
    ]);
    expect((await assemble(result, false)).data).toEqual({
      maybe: [{ id: 'p1', slow: 'slow p1' }, null, { id: 'p3', slow: 'slow p3' }],
    });
  });
});

describe('who leaves', () => {
  it('ends what is under way', async () => {
    const graph = shop();
    graph.shut('slow');
    const result = await parts(
      graph,
      '{ top { name ... @defer { slow } ... @defer(label: "r") { reviews { body } } } }',
    );
    await next(result);
    const request = await graph.arrived('slow');
    expect(request.signal.aborted).toBe(false);
    await result.subsequent.return();
    expect(request.signal.aborted).toBe(true);
  });

  it('in time is told of the parts that did not make it', async () => {
    const graph = shop();
    graph.shut('slow');
    const operation = new AbortController();
    const result = await parts(graph, '{ top { name ... @defer { slow } } }', { signal: operation.signal });
    await graph.arrived('slow');
    operation.abort(new SluiceError('DEADLINE_EXCEEDED', 'Too late.'));
    const whole = await assemble(result, false);
    expect(whole.data).toMatchObject({ top: { name: 'Name of p1' } });
    expect(whole.errors).toMatchObject([{ message: 'Too late.', extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  });
});

describe('a streamed list', () => {
  it('waits only for what its first items need', async () => {
    const graph = shop();
    graph.shut('reviews');
    const text = '{ products @stream(initialCount: 1, label: "rest") { id reviews { body } } }';
    const running = parts(graph, text);
    await graph.arrived('reviews');
    graph.open('reviews');
    const result = await running;
    expect(result.initial.data).toEqual({ products: [{ id: 'p1', reviews: [{ body: 'about p1' }] }] });
    expect(result.pending).toEqual([{ id: '0', path: ['products'], label: 'rest', itemsFrom: 1 }]);
    expect(await next(result)).toMatchObject({
      incremental: [{ id: '0', items: [{ id: 'p2' }, { id: 'p3' }] }],
      hasNext: false,
    });
  });

  it('begins empty by default, so that the initial result waits for nothing below it', async () => {
    const graph = shop();
    graph.shut('reviews');
    const result = await parts(graph, '{ products @stream { id reviews { body } } }');
    expect(result.initial.data).toEqual({ products: [] });
    graph.open('reviews');
    expect((await assemble(result, false)).data).toMatchObject({
      products: [{ id: 'p1' }, { id: 'p2' }, { id: 'p3' }],
    });
  });

  it('that is no longer than its first items comes in one piece', async () => {
    expect(await start(shop(), '{ products @stream(initialCount: 3) { id } }')).toEqual({
      data: { products: [{ id: 'p1' }, { id: 'p2' }, { id: 'p3' }] },
    });
  });

  it('ends with an error where one of its items cannot be null and is', async () => {
    const result = await parts(shop(), '{ products @stream(initialCount: 1) { id rating } }');
    const payload = await next(result);
    expect(payload.incremental).toBeUndefined();
    expect(payload.completed).toEqual([
      { id: '0', errors: [expect.objectContaining({ path: ['products', 1, 'rating'] })] },
    ]);
  });

  it('takes the number of its first items from a variable, which must not be negative', async () => {
    const text = 'query ($first: Int!) { products @stream(initialCount: $first) { id } }';
    const result = await parts(shop(), text, { variables: { first: 2 } });
    expect(result.initial.data).toEqual({ products: [{ id: 'p1' }, { id: 'p2' }] });
    expect(await start(shop(), text, { variables: { first: -1 } })).toMatchObject({
      errors: [{ message: expect.stringContaining('$first'), extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});

describe('the number of parts', () => {
  it('has a limit, which is named', async () => {
    const graph = shop({ maxDeferredParts: 2 });
    expect(await start(graph, '{ products { id ... @defer { slow } } }')).toMatchObject({
      data: null,
      errors: [
        {
          message: expect.stringContaining('limits.deferredParts'),
          extensions: { code: 'OPERATION_TOO_LARGE', limit: 'deferredParts', maximum: 2 },
        },
      ],
    });
  });
});
