import { describe, expect, it } from 'vitest';
import { fetchSteps } from '../../gateway/compile/plan.ts';
import { MAX_NESTING, MAX_ORDER_VARIABLES } from '../../gateway/planner/limits.ts';
import { createPlanValidator } from '../../gateway/planner/validate-plan.ts';
import {
  deepNesting,
  type Family,
  fragmentBomb,
  keyChain,
  manyConditions,
  manyFields,
  manyImplementations,
  range,
  requirementChain,
  scatteredFields,
  sharedEverything,
  supergraphOf,
} from './families.ts';
import { planned, searchSteps } from './planned.ts';

const search = ({
  supergraphSdl,
  operation,
}: Family): { steps: number; fetches: number; characters: number } => {
  const { plan, steps } = searchSteps(supergraphSdl, operation);
  // Random graphs have few subgraphs: only here the search is greedy.
  expect(createPlanValidator(supergraphSdl)(plan)).toEqual([]);
  const fetches = fetchSteps(plan.root);
  const characters = fetches.reduce((sum, fetch) => sum + fetch.operation.length, 0);
  return { steps, fetches: fetches.length, characters };
};

describe('what blows other planners up is planned in few steps', () => {
  // About 4 µs a step.
  it.each<[Family, { steps: number; fetches: number }]>([
    [sharedEverything(30, 20, 5), { steps: 1_000, fetches: 1 }],
    [scatteredFields(6, 60, 3), { steps: 2_000, fetches: 9 }],
    [scatteredFields(30, 60, 3), { steps: 500, fetches: 37 }],
    [manyImplementations(100, 1), { steps: 1_500, fetches: 3 }],
    [manyImplementations(100, 4), { steps: 4_000, fetches: 6 }],
    [keyChain(60), { steps: 500, fetches: 60 }],
    [requirementChain(30), { steps: 200, fetches: 30 }],
    [deepNesting(200), { steps: 2_000, fetches: 202 }],
    [manyFields(500), { steps: 2_000, fetches: 2 }],
    [manyConditions(500), { steps: 2_000, fetches: 2 }],
    [fragmentBomb(40), { steps: 500, fetches: 2 }],
  ])('$name', (family, most) => {
    const { steps, fetches } = search(family);
    expect(steps).toBeLessThanOrEqual(most.steps);
    expect(fetches).toBeLessThanOrEqual(most.fetches);
  });

  it.each<[string, (size: number) => Family]>([
    ['subgraphs that share everything', (size) => sharedEverything(size, 10, 3)],
    ['implementations', (size) => manyImplementations(size, 2)],
    ['levels', (size) => deepNesting(size)],
    ['fields', (size) => manyFields(size)],
    ['conditions', (size) => manyConditions(size)],
    ['required fields in a row', (size) => requirementChain(size)],
    ['fragments that spread each other', (size) => fragmentBomb(size)],
  ])('twice as many %s take little more than twice as many steps', (_, family) => {
    const [some, double] = [search(family(20)), search(family(40))];
    expect(double.steps).toBeLessThanOrEqual(some.steps * 2.5);
    expect(double.characters).toBeLessThanOrEqual(some.characters * 2.5);
  });
});

describe('beyond a limit an operation is refused with its name', () => {
  it('levels', () => {
    const { supergraphSdl, operation } = deepNesting(MAX_NESTING + 10);
    expect(() => planned(supergraphSdl, operation)).toThrow(
      `it is nested too deeply (limit: ${MAX_NESTING}). Ask for less in one operation.`,
    );
  });

  it('variables that decide about the order of mutation fields', () => {
    const supergraphSdl = supergraphOf(
      1,
      'type Query @join__type(graph: S0) { q: Int } type Mutation @join__type(graph: S0) { m(n: Int): Int }',
    ).replace('query: Query', 'query: Query mutation: Mutation');
    const variables = range(MAX_ORDER_VARIABLES + 1);
    const fields = variables.map((index) => `m${index}: m(n: ${index})`);
    const operation = `mutation (${variables.map((index) => `$v${index}: Boolean!`).join(' ')}) {
      ${fields.map((field, index) => `${field} @include(if: $v${index})`).join(' ')} ${fields.toReversed().join(' ')} }`;
    expect(() => planned(supergraphSdl, operation)).toThrow(
      `too many variables decide about the order of its mutation fields (limit: ${MAX_ORDER_VARIABLES})`,
    );
  });

  it('combinations of conditions of one field', () => {
    const { supergraphSdl } = manyFields(1);
    const variables = range(40);
    const operation = `query (${variables.map((index) => `$v${index}: Boolean!`).join(' ')}) {
      ${variables.map((index) => `a @include(if: $v${index}) { id }`).join(' ')} }`;
    expect(() => planned(supergraphSdl, operation)).toThrow(
      /different combinations of @skip and @include \(limit: 32\)/,
    );
  });
});
