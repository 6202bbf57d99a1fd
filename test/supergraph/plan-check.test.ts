import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Planner } from '../../gateway/compile/planner.ts';
import { loadSupergraph } from '../../gateway/supergraph/load-supergraph.ts';
import type { CheckedPlan } from '../../gateway/supergraph/plan-check.ts';
import { memorySubgraph } from '../execute/memory-subgraph.ts';
import { snapshotOf } from '../execute/shop-gateway.ts';
import { SHOP } from '../execute/shop.ts';

const runtimes = new Map(SHOP.map(({ name }) => [name, memorySubgraph(name, () => ({ data: {} }))]));
const { supergraphSdl } = snapshotOf(SHOP, runtimes);
const { planner: real } = loadSupergraph(supergraphSdl);

/** Forgets the field `name` of operations that are called Broken. */
const forgetful: Planner = {
  plan(operation, document) {
    const plan = real.plan(operation, document);
    if (operation.name?.value !== 'Broken') return plan;
    return JSON.parse(JSON.stringify(plan).replaceAll(' name', '')) as typeof plan;
  },
};

function snapshotWith(refuse: boolean) {
  const checked: CheckedPlan[] = [];
  const planCheck = { refuse, onChecked: (each: CheckedPlan) => checked.push(each) };
  return { checked, snapshot: snapshotOf(SHOP, runtimes, { planner: forgetful, planCheck }) };
}

const GOOD = parse('query Good { me { id name } }');
const BROKEN = parse('query Broken($id: ID! = "secret") { user(id: $id) { id name } }');
const FINDING = 'nobody gives "user__0.name" of User';

describe('a plan is checked when its operation is compiled', () => {
  test('once, and told with name and hash of the operation', () => {
    const { snapshot, checked } = snapshotWith(false);
    snapshot.executable(GOOD, undefined, 'hash-1');
    snapshot.executable(GOOD, undefined, 'hash-1');
    snapshot.executable(BROKEN, undefined, 'hash-2');
    expect(checked).toEqual([
      { outcome: 'ok', findings: [], operationName: 'Good', documentHash: 'hash-1' },
      { outcome: 'findings', findings: [FINDING], operationName: 'Broken', documentHash: 'hash-2' },
    ]);
    expect(JSON.stringify(checked)).not.toContain('secret');
  });

  test('and the operation is refused if so wanted, without a second check', () => {
    const { snapshot, checked } = snapshotWith(true);
    expect(snapshot.executable(GOOD, undefined, 'hash-1')).toHaveProperty('plan');
    for (let time = 0; time < 2; time++)
      expect(() => snapshot.executable(BROKEN, undefined, 'hash-2')).toThrow(
        expect.objectContaining({ code: 'OPERATION_NOT_PLANNABLE' }),
      );
    expect(checked.map(({ outcome }) => outcome)).toEqual(['ok', 'refused']);
  });

  test('and a plan that cannot even be read is a finding', () => {
    const checked: CheckedPlan[] = [];
    const planner: Planner = {
      plan: (operation, document) =>
        JSON.parse(JSON.stringify(real.plan(operation, document)).replace('{me', '{{me')) as never,
    };
    const planCheck = { refuse: true, onChecked: (each: CheckedPlan) => checked.push(each) };
    const snapshot = snapshotOf(SHOP, runtimes, { planner, planCheck });
    expect(() => snapshot.executable(GOOD, undefined)).toThrow(
      expect.objectContaining({ code: 'OPERATION_NOT_PLANNABLE' }),
    );
    expect(checked[0]?.findings).toEqual([expect.stringContaining('the plan cannot be read: Syntax Error')]);
  });
});

test('a plan can be looked at although it would be refused', () => {
  const { snapshot, checked } = snapshotWith(true);
  const { findings } = snapshot.inspect(BROKEN, undefined);
  expect(findings()).toEqual([FINDING]);
  expect(checked).toEqual([]);
});
