import { OperationTypeNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { FieldFault } from '../../gateway/errors.ts';
import { createRemoteSubgraph } from '../../gateway/execute/remote.ts';
import type { FetchDescription } from '../../gateway/supergraph/subgraph.ts';
import type { GraphqlInput, UpstreamRequest } from '../../gateway/upstreams/upstream.ts';
import { frozen } from './memory-subgraph.ts';
import { requestContext } from './subgraph-server.ts';

function describeOperation(operation: string, variableNames: string[] = []): FetchDescription {
  return {
    subgraph: 'shop',
    kind: operation.startsWith('mutation') ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY,
    operation,
    document: parse(operation),
    operationName: undefined,
    variableNames,
    entities: operation.includes('_entities'),
  };
}

function remote(answer: unknown, status = 200) {
  const requests: UpstreamRequest<GraphqlInput>[] = [];
  const subgraph = createRemoteSubgraph({
    name: 'shop',
    call: (request) => {
      requests.push(request);
      return Promise.resolve({ data: frozen(answer), status, headers: {} });
    },
  });
  return { subgraph, requests };
}

describe('a request to a remote subgraph', () => {
  it('carries the operation and the variables that the client gave', async () => {
    const { subgraph, requests } = remote({ data: { a: 1 } });
    const fetch = subgraph.compileFetch(describeOperation('query($x:Int){a}', ['x', 'quote"d']));
    await fetch({ variables: { x: [1, 'two'], unused: 1 } }, requestContext());
    await fetch({ variables: { 'quote"d': null } }, requestContext());
    expect(requests.map(({ input }) => JSON.parse(input.body))).toMatchObject([
      { variables: { x: [1, 'two'] } },
      { variables: { 'quote"d': null } },
    ]);
    expect(Object.keys(JSON.parse(requests[1]?.input.body ?? '{}').variables)).toEqual(['quote"d']);
  });

  it('is idempotent for a query and not for a mutation, and is labelled without its arguments', async () => {
    const { subgraph, requests } = remote({ data: { pay: 1 } });
    await subgraph.compileFetch(describeOperation('mutation{pay(card:"4711")}'))(
      { variables: {} },
      requestContext(),
    );
    await subgraph.compileFetch(describeOperation('{a:pay(card:"4711") b}'))(
      { variables: {} },
      requestContext(),
    );
    expect(requests.map(({ operation, idempotent }) => [operation, idempotent])).toEqual([
      ['mutation pay', false],
      ['query pay,b', true],
    ]);
    expect(JSON.parse(requests[0]?.input.body ?? '')).toEqual({ query: 'mutation{pay(card:"4711")}' });
  });

  it('is one call, however many entities it is for', () => {
    const { subgraph } = remote({});
    const operation =
      'query($representations:[_Any!]!){_entities(representations:$representations){...on A{b}}}';
    expect(subgraph.estimateCalls(describeOperation(operation), 500, 10)).toMatchObject([
      { asked: 500, calls: 1 },
    ]);
  });
});

describe('an answer of a remote subgraph', () => {
  const operation =
    'query($representations:[_Any!]!){_entities(representations:$representations){...on A{b{c}}}}';
  const representations = [
    { __typename: 'A', id: 1 },
    { __typename: 'A', id: 2 },
  ];

  it('has its errors at the nulls that they caused, the rest of the path kept', async () => {
    const { subgraph } = remote({
      data: { _entities: [{ b: [{ c: null }, null] }, null] },
      errors: [
        { message: 'one', path: ['_entities', 0, 'b', 0, 'c'] },
        { message: 'two', path: ['_entities', 0, 'b', 1, 'c', 'd'], extensions: { code: 'X' } },
        { message: 'three', path: ['_entities', 1, 'b', 0] },
      ],
      extensions: { cost: 3 },
    });
    const result = await subgraph.compileFetch(describeOperation(operation))(
      { variables: {}, representations },
      requestContext(),
    );
    const faults: [string, unknown][] = [];
    const find = (value: unknown): void => {
      if (value instanceof FieldFault) faults.push([value.error.message, value.subPath]);
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(find);
    };
    find(result.entities);
    expect(faults).toEqual([
      ['one', []],
      ['two', ['c', 'd']],
      ['three', ['b', 0]],
    ]);
    expect(result.extensions).toEqual({ cost: 3 });
    expect(result.errors).toBeUndefined();
  });

  it('keeps errors whose place the data does not have', async () => {
    const { subgraph } = remote({
      data: { _entities: [{ b: 7 }, {}] },
      errors: [
        { message: 'inside a leaf', path: ['_entities', 0, 'b', 'c'] },
        { message: 'no path' },
        { path: [true] },
      ],
    });
    const result = await subgraph.compileFetch(describeOperation(operation))(
      { variables: {}, representations },
      requestContext(),
    );
    expect(result.errors?.map(({ message }) => message)).toEqual([
      'inside a leaf',
      'no path',
      'The subgraph "shop" failed.',
    ]);
  });

  it.each([
    ['a list that ends before', { _entities: [{ b: [] }, {}] }, ['_entities', 0, 'b', 3]],
    ['a field that was not asked for', { _entities: [{}, {}] }, ['_entities', 0, 'nope']],
    [
      'a field that was not asked for and is null',
      { _entities: [{ nope: null }, {}] },
      ['_entities', 0, 'nope'],
    ],
    ['a key of a list', { _entities: [{}, {}] }, ['_entities', '0', 'b']],
    ['an index of an object', { _entities: [{}, {}] }, [0]],
    ['a fraction', { _entities: [{}, {}] }, ['_entities', 0.5]],
  ])('tells an error without a place whose path leads to %s', async (_, data, path) => {
    const { subgraph } = remote({ data, errors: [{ message: 'why', path }] });
    const result = await subgraph.compileFetch(describeOperation(operation))(
      { variables: {}, representations },
      requestContext(),
    );
    expect(result.entities).toEqual(data._entities);
    expect(result.errors?.map(({ message }) => message)).toEqual(['why']);
  });

  it('is cut where errors are too many or too large', async () => {
    const large = 'x'.repeat(100_000);
    const errors = Array.from({ length: 1500 }, () => ({
      message: large,
      extensions: { code: 'OWN', large },
    }));
    const { subgraph } = remote({ data: { _entities: [{}, {}] }, errors });
    const { errors: told = [] } = await subgraph.compileFetch(describeOperation(operation))(
      { variables: {}, representations },
      requestContext(),
    );
    expect(told).toHaveLength(1001);
    expect(told[0]!.message).toHaveLength(10_000);
    expect(told[0]!.extensions).toEqual({ code: 'OWN', service: 'shop', subgraph: 'shop' });
    expect(told[1000]!.message).toBe('The subgraph "shop" told 500 more errors.');
  });

  it('says why it has no list of entities', async () => {
    const { subgraph } = remote({
      data: { _entities: null },
      errors: [{ message: 'why', path: ['_entities'] }],
    });
    const { entities } = await subgraph.compileFetch(describeOperation(operation))(
      { variables: {}, representations },
      requestContext(),
    );
    expect(entities).toMatchObject([{ error: { message: 'why' } }, { error: { message: 'why' } }]);
  });

  it('without data fails each entity', async () => {
    const { subgraph } = remote({ data: null, errors: [{ message: 'boom' }] });
    const result = await subgraph.compileFetch(describeOperation(operation))(
      { variables: {}, representations },
      requestContext(),
    );
    expect(result.entities).toHaveLength(2);
    for (const entity of result.entities ?? [])
      expect(entity).toMatchObject({ error: { message: 'boom', code: 'SUBGRAPH_ERROR' } });
    expect(result.errors).toEqual([]);
  });
});
