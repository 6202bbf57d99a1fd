import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { dataflowOf } from '../../gateway/compile/dataflow.ts';
import { compileOperation } from '../../gateway/compile/operation.ts';
import type { Plan } from '../../gateway/compile/plan.ts';
import { printPlan } from '../../gateway/compile/print-plan.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { loadSupergraph } from '../../gateway/supergraph/load-supergraph.ts';
import { SHOP } from '../execute/shop.ts';

const composed = composeSupergraph(SHOP);
if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
const supergraph = loadSupergraph(composed.supergraphSdl);

function compile(text: string) {
  return compileOperation(supergraph.schema, supergraph.planner, parse(text), undefined);
}

describe('a plan', () => {
  it('is data: JSON and back gives the same', () => {
    const { plan } = compile('{ me { byline } topProducts { ... on Book { shipping } rating } }');
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('prints for people', () => {
    const { plan } = compile('query($on: Boolean!) { me { name reviews @include(if: $on) { id } } }');
    expect(printPlan(plan)).toBe(
      `sequence
  fetch accounts
    query ($on: Boolean!) {
      me {
        __typename
        name
        username
      }
    }
  if $on
    entities reviews at me
      by { ... on User { __typename username } }
      query ($representations: [_Any!]!) {
        _entities(representations: $representations) {
          ... on User {
            reviews {
              __typename
              id
            }
          }
        }
      }
`.replace('query ($on: Boolean!) {', '{'),
    );
    expect(printPlan({ kind: plan.kind })).toBe('(answered by the gateway itself)\n');
  });
});

describe('the data flow of a plan', () => {
  it('makes a step wait for those that give what it reads, and for no others', () => {
    const { steps } = compile('{ me { byline badge } latestReviews { product { title } } }');
    const waits = steps.map(({ fetch, dependsOn }) => [
      `${fetch.subgraph} ${fetch.at.map(({ field }) => field).join('.')}`.trim(),
      dependsOn.map((index) => steps[index]?.fetch.subgraph),
    ]);
    expect(Object.fromEntries(waits)).toEqual({
      accounts: [],
      'reviews me': ['accounts'],
      'inventory me': ['accounts'],
      reviews: [],
      'products latestReviews__0.product': ['reviews'],
    });
  });

  it('makes a mutation wait for everything before it', () => {
    const { steps } = compile(
      'mutation { a: rename(id: "u1", name: "x") { reviews { id } } stock(text: "x") c: log(text: "y") }',
    );
    expect(steps.map(({ fetch, dependsOn }) => [fetch.subgraph, dependsOn])).toEqual([
      ['accounts', []],
      ['reviews', [0]],
      ['products', [0, 1]],
      ['accounts', [0, 1, 2]],
    ]);
  });

  it('ignores the order of a sequence where nothing flows', () => {
    const fetch = (subgraph: string, operation: string) =>
      ({
        node: 'fetch',
        kind: 'query',
        subgraph,
        operation,
        variableNames: [],
        at: [],
        outputRewrites: [],
      }) as const;
    const plan = {
      kind: 'query',
      root: { node: 'sequence', nodes: [fetch('a', '{ x }'), fetch('b', '{ y }')] },
    };
    expect(dataflowOf(plan as unknown as Plan).map(({ dependsOn }) => dependsOn)).toEqual([[], []]);
  });
});

describe('an operation that the planner cannot plan', () => {
  it('is refused where a root field is left out of the plan', () => {
    const forgetful = { plan: () => ({ kind: 'query' }) as Plan };
    expect(() =>
      compileOperation(
        supergraph.schema,
        forgetful,
        parse('{ ...Q } fragment Q on Query { x: me { id } }'),
        undefined,
      ),
    ).toThrow(
      expect.objectContaining({
        code: 'OPERATION_NOT_PLANNABLE',
        message: expect.stringContaining('root field "me"'),
      }),
    );
    expect(
      compileOperation(
        supergraph.schema,
        forgetful,
        parse('{ __typename __schema { __typename } }'),
        undefined,
      ).steps,
    ).toEqual([]);
  });

  it('is refused with the reason that the planner gives', () => {
    expect(() => compile('{ me { nope } }')).toThrow(
      expect.objectContaining({ code: 'OPERATION_NOT_PLANNABLE', message: expect.stringContaining('nope') }),
    );
  });
});
