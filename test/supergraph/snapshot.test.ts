import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../gateway/supergraph/snapshot.ts';
import { memorySubgraph } from '../execute/memory-subgraph.ts';
import { runOn, snapshotOf } from '../execute/shop-gateway.ts';
import { SHOP } from '../execute/shop.ts';

const runtimes = new Map(SHOP.map(({ name }) => [name, memorySubgraph(name, () => ({ data: {} }))]));
const snapshot = snapshotOf(SHOP, runtimes, { generation: 7, maxExecutables: 2 });

describe('a snapshot', () => {
  it('has the schema that clients see', () => {
    expect(snapshot.generation).toBe(7);
    const user = snapshot.schema.getType('User');
    expect(user && 'getFields' in user ? Object.keys(user.getFields()) : []).not.toContain('secret');
    expect(snapshot.schema.getType('join__Graph')).toBeUndefined();
  });

  it('compiles a document once per hash and operation name, or per document', () => {
    const text = 'query A { me { id } } query B { me { name } }';
    const first = snapshot.executable(parse(text), 'A', 'hash');
    expect(snapshot.executable(parse(text), 'A', 'hash')).toBe(first);
    expect(snapshot.executable(parse(text), 'B', 'hash')).not.toBe(first);
    const document = parse(text);
    expect(snapshot.executable(document, 'A')).toBe(snapshot.executable(document, 'A'));
    expect(snapshot.executable(document, 'A')).not.toBe(first);
  });

  it('keeps no more executables than it may', () => {
    const oldest = snapshot.executable(parse('{ me { id } }'), undefined, '1');
    snapshot.executable(parse('{ me { id } }'), undefined, '2');
    snapshot.executable(parse('{ me { id } }'), undefined, '3');
    expect(snapshot.executable(parse('{ me { id } }'), undefined, '1')).not.toBe(oldest);
  });

  it('is not built from a schema that is no supergraph, or without one of its subgraphs', () => {
    const build = (supergraphSdl: string) => () =>
      buildSnapshot({ generation: 1, supergraphSdl, subgraphs: new Map() });
    expect(build('type Query { a: Int }')).toThrow(/not a supergraph schema.*"sluice compose"/s);
    expect(build('type Query {')).toThrow(/not a supergraph schema.*Syntax Error/s);
    expect(build(snapshot.supergraphSdl)).toThrow(
      'subgraphs that the gateway does not have: "accounts", "inventory", "products", "reviews"',
    );
  });

  it('says null for what a subgraph left out', async () => {
    expect(await runOn(snapshot, '{ me { id } }')).toEqual({ data: { me: null } });
  });
});
