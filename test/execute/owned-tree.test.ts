import { OperationTypeNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { dataflowOf } from '../../gateway/compile/dataflow.ts';
import type { EntityFetchNode, RootFetchNode } from '../../gateway/compile/plan.ts';
import { Interning } from '../../gateway/execute/interning.ts';
import { ownedTreeOf } from '../../gateway/execute/owned-tree.ts';

const root = (subgraph: string, operation: string): RootFetchNode => ({
  node: 'fetch',
  kind: OperationTypeNode.QUERY,
  subgraph,
  operation,
  variableNames: [],
  at: [],
  outputRewrites: [],
});

const entities: EntityFetchNode = {
  node: 'entityFetch',
  subgraph: 'c',
  operation: '{ _entities(representations: []) { ... on Item { price } } }',
  variableNames: [],
  at: [{ field: 'list' }, { field: 'item' }],
  requires: [{ onType: 'Item', selections: [{ from: 'id', name: 'id' }] }],
  inputRewrites: [],
  outputRewrites: [],
};

function itemPlace(...roots: RootFetchNode[]) {
  const nodes = [...roots, entities];
  const tree = ownedTreeOf(dataflowOf({ kind: OperationTypeNode.QUERY, root: { node: 'sequence', nodes } }));
  return { list: tree.fields.get('list'), item: tree.fields.get('list')?.fields.get('item') };
}

describe('equal entities at one place', () => {
  it('become one object where a single fetch gives them', () => {
    const { list, item } = itemPlace(
      root('a', '{ list { item { id } } other }'),
      root('b', '{ list { size } }'),
    );
    expect(list?.isInterned).toBe(false);
    expect(item?.isInterned).toBe(true);
  });

  it('stay apart where a second fetch adds to them by position', () => {
    expect(
      itemPlace(root('a', '{ list { item { id } } }'), root('b', '{ list { item { name } } }')).item
        ?.isInterned,
    ).toBe(false);
  });

  it('are those with the same scalars, and nothing but scalars', () => {
    const place = { fields: new Map(), isInterned: true };
    const interning = new Interning();
    const one = interning.intern({ __typename: 'Item', id: '1' }, place);
    expect(interning.intern({ __typename: 'Item', id: '1' }, place)).toBe(one);
    expect([...interning.shared]).toEqual([one]);
    for (const other of [
      { __typename: 'Item', id: 1 },
      { __typename: 'Item', id: '1', n: null },
      { id: 'Item', __typename: '1' },
      { __typename: 'Item2', id: '' },
    ])
      expect(interning.intern(other, place)).not.toBe(one);
    expect(interning.intern({ id: '1', nested: {} }, place)).toBeUndefined();
    expect(interning.intern({ __typename: 'Item', id: '1' }, { ...place })).not.toBe(one);
  });
});
