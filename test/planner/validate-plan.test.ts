import { describe, expect, it } from 'vitest';
import type { Plan, PlanNode } from '../../gateway/compile/plan.ts';
import { createPlanValidator } from '../../gateway/planner/validate-plan.ts';
import { composed } from './composed.ts';
import { planned } from './planned.ts';

const SDL = composed(
  `type Query { e: E plain: E @shareable }
   type Mutation { m: Int }
   type E @key(fields: "id") { id: ID! f: Int @external r: Int @requires(fields: "f") }`,
  'type E @key(fields: "id") { id: ID! f: Int g(n: Int): Int }',
);

/** The plan with a text of it replaced. */
function tampered(plan: Plan, from: string, to: string): Plan {
  const text = JSON.stringify(plan);
  expect(text).toContain(from);
  return JSON.parse(text.replace(from, to)) as Plan;
}

const twice = (plan: Plan): Plan => {
  const root = plan.root as PlanNode;
  return { ...plan, root: { node: 'sequence', nodes: [root, root] } };
};

describe('the validator tells', () => {
  const validate = createPlanValidator(SDL);
  const plan = planned(SDL, '{ e { r g } }');

  it('nothing of a right plan', () => expect(validate(plan)).toEqual([]));

  it.each<[string, Plan, string]>([
    [
      'a field that the subgraph does not resolve',
      tampered(plan, '{e{__typename id}}', '{e{__typename id f}}'),
      'fetch s0: "s0" does not resolve E.f at "e.f"',
    ],
    [
      'a representation without a key',
      tampered(plan, '{"from":"id","name":"id"}', '{"from":"id","name":"sku"}'),
      'fetch s1 at e: representations of E have no key that "s1" resolves',
    ],
    [
      'a representation without the name of its type',
      tampered(plan, '"name":"__typename"', '"name":"type"'),
      'fetch s1 at e: representations of E do not tell their type',
    ],
    [
      'a required field that is not sent',
      tampered(plan, ',{"from":"f","name":"f"}', ''),
      'fetch s0 at e: E.r at "r" is asked for without what it requires',
    ],
    [
      'a required field that nobody asked for',
      tampered(plan, '{f g__0:g}', '{g__0:g}'),
      'fetch s0 at e: nobody gives "e.f" before',
    ],
    [
      'a fetch for the initial result that needs what comes later',
      tampered(plan, '"subgraph":"s1"', '"deliveries":["#0"],"subgraph":"s1"'),
      'fetch s0 at e: nobody gives "e.f" before',
    ],
    [
      'a response key of two meanings',
      tampered(plan, '{...on E{r}}', '{...on E{r f:id}}'),
      '".e.f" is both f() and id()',
    ],
    [
      'a composite value without its type',
      tampered(plan, '{e{__typename id}}', '{e{id}}'),
      '__typename is not asked for at "e"',
    ],
    ['a request that is made twice', twice(plan), 'fetch s0: it is there twice'],
    [
      'a mutation field that takes effect twice',
      twice(planned(SDL, 'mutation { m }')),
      'the mutation field "m__0" is asked for twice',
    ],
  ])('%s', (_, wrong, problem) => {
    expect(validate(wrong).join('\n')).toContain(problem);
  });
});
