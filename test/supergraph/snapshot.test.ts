import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Planner } from '../../gateway/compile/planner.ts';
import { SluiceError } from '../../gateway/errors.ts';
import { loadSupergraph } from '../../gateway/supergraph/load-supergraph.ts';
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

/** A snapshot whose planner counts its calls, and refuses operations that are called Unplannable…. */
function countingSnapshot(maxExecutables: number) {
  const real = loadSupergraph(snapshot.supergraphSdl).planner;
  const planned: string[] = [];
  const planner: Planner = {
    plan(operation, document) {
      const name = operation.name?.value ?? '';
      planned.push(name);
      if (name.startsWith('Unplannable')) throw new SluiceError('OPERATION_NOT_PLANNABLE', `not ${name}`);
      if (name === 'Broken') throw new Error('a bug');
      return real.plan(operation, document);
    },
  };
  const counted = buildSnapshot({
    generation: 1,
    supergraphSdl: snapshot.supergraphSdl,
    subgraphs: runtimes,
    maxExecutables,
    planner,
  });
  const ask = (name: string) => counted.executable(parse(`query ${name} { me { id } }`), name, name);
  return { planned, ask, counted };
}

describe('the planner', () => {
  it('is asked once for an operation, however often that runs', () => {
    const { planned, ask } = countingSnapshot(10);
    for (let i = 0; i < 5; i++) ask('A');
    expect(planned).toEqual(['A']);
  });

  it('is not asked again for what it cannot plan', () => {
    const { planned, ask } = countingSnapshot(10);
    for (let i = 0; i < 3; i++) expect(() => ask('Unplannable')).toThrow('not Unplannable');
    expect(planned).toEqual(['Unplannable']);
  });

  it('is asked again after a failure that says nothing about the operation', () => {
    const { planned, ask } = countingSnapshot(10);
    for (let i = 0; i < 2; i++) expect(() => ask('Broken')).toThrow('a bug');
    expect(planned).toEqual(['Broken', 'Broken']);
  });

  it('is not asked again for good operations because of a flood of others that cannot be planned', () => {
    const { planned, ask } = countingSnapshot(2);
    ask('A');
    for (let i = 0; i < 1000; i++) expect(() => ask(`Unplannable${i}`)).toThrow('not Unplannable');
    ask('A');
    expect(planned.filter((name) => name === 'A')).toHaveLength(1);
    // Their number is bounded, too: the oldest has been forgotten.
    planned.length = 0;
    expect(() => ask('Unplannable0')).toThrow('not Unplannable0');
    expect(planned).toEqual(['Unplannable0']);
  });
});

describe('the hottest operations', () => {
  it('are those that were run most, with what the next snapshot needs to compile them', () => {
    const { ask, counted } = countingSnapshot(10);
    for (const name of ['A', 'B', 'C', 'B', 'C', 'C']) ask(name);
    expect(counted.hottest(2).map(({ documentHash }) => documentHash)).toEqual(['C', 'B']);
    const [{ document, operationName }] = counted.hottest(1) as [ReturnType<typeof counted.hottest>[0]];
    const next = countingSnapshot(10);
    next.counted.executable(document, operationName, 'C');
    expect(next.planned).toEqual(['C']);
  });

  it('are those of now: what was hot long ago cools down', () => {
    const { counted } = countingSnapshot(10);
    const document = parse('{ me { id } }');
    for (let i = 0; i < 150_000; i++) counted.executable(document, undefined, 'Old');
    for (let i = 0; i < 100_000; i++) counted.executable(document, undefined, 'New');
    expect(counted.hottest(2).map(({ documentHash }) => documentHash)).toEqual(['New', 'Old']);
  });
});
