import { QueryPlanner } from '@apollo/query-planner';
import {
  operationFromDocument,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
} from '@apollo/federation-internals';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { fetchSteps, type Plan, type PlanNode } from '../../gateway/compile/plan.ts';
import { createPlanValidator } from '../../gateway/planner/validate-plan.ts';
import { composed } from './composed.ts';
import { planned, planText } from './planned.ts';

const GRAPH = composed(
  `type Query { t: T ts: [[T]] w: W n: N }
   type Mutation { make: T }
   union W = T | V
   interface N { u: U }
   type T implements N @key(fields: "id") @context(name: "c") {
     id: ID! p: String! q: String @external r: String @external u: U us: [U] m: M up: T
   }
   type V implements N @key(fields: "id") @context(name: "c") { id: ID! n: D u: U }
   type D { deep: String! }
   type M @key(fields: "id") { id: ID! u: U }
   type U @key(fields: "id") {
     id: ID! child: U
     f(b: Int, a: String @fromContext(field: "$c ... on T { p } ... on V { n { deep } }")): Int
     g(a: String @fromContext(field: "$c ... on T { q } ... on V { n { deep } }")): Int
     h(a: String @fromContext(field: "$c ... on T { r } ... on V { n { deep } }")): U
   }`,
  `type T @key(fields: "id") { id: ID! q: String o: String @external r: String @requires(fields: "o") }
   type U @key(fields: "id") { id: ID! g1: Int }`,
  'type T @key(fields: "id") { id: ID! o: String }',
);

describe('a field with a value from a context', () => {
  it('has a fetch of its own, by key, with the value as a variable', () => {
    expect(planText(GRAPH, '{ t { u { f } } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            t {
              __typename
              u {
                __typename
                id
              }
              p
            }
          }
        entities s0 at t.u
          by { ... on U { __typename id } }
          $fromContext_0 from t.p
          query ($representations: [_Any!]!, $fromContext_0: String) {
            _entities(representations: $representations) {
              ... on U {
                f__0: f(a: $fromContext_0)
              }
            }
          }
      "
    `);
  });

  it('waits for the value where another subgraph gives it, and others do not wait with it', () => {
    expect(planText(GRAPH, '{ ts { us { g g1 } } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            ts {
              __typename
              us {
                __typename
                id
              }
              id
            }
          }
        parallel
          entities s1 at ts
            by { ... on T { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on T {
                  q
                }
              }
            }
          entities s1 at ts.us
            by { ... on U { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on U {
                  g1
                }
              }
            }
        entities s0 at ts.us
          by { ... on U { __typename id } }
          $fromContext_0 from ts.q
          query ($representations: [_Any!]!, $fromContext_0: String) {
            _entities(representations: $representations) {
              ... on U {
                g(a: $fromContext_0)
              }
            }
          }
      "
    `);
  });

  it('looks at the nearest objects first, each by its types', () => {
    const sources = inputsOf(
      planned(GRAPH, '{ w { ... on N { u { child { f } } } } t { up { m { u { f } } } } }'),
    );
    expect(sources).toEqual({
      'w.u.child': [
        { level: 1, types: ['T'], path: ['p'] },
        { level: 1, types: ['V'], path: ['n', 'deep'] },
      ],
      't.up.m.u': [{ level: 2, path: ['p'] }],
    });
  });

  it('learns which type carries the context where a subgraph has an interface as an object', () => {
    const sdl = composed(
      `type Query { n: N }
       type N @key(fields: "id") @interfaceObject { id: ID! u: U }
       type U @key(fields: "id") { id: ID! }`,
      `interface N @key(fields: "id") { id: ID! }
       type A implements N @key(fields: "id") @context(name: "c") { id: ID! a: String }
       type B implements N @key(fields: "id") @context(name: "c") { id: ID! b: String }
       type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c ... on A { a } ... on B { b }")): Int }`,
    );
    expect(inputsOf(planned(sdl, '{ n { u { f } } }'))).toEqual({
      'n.u': [
        { level: 1, types: ['A'], path: ['a'] },
        { level: 1, types: ['B'], path: ['b'] },
      ],
    });
  });

  it('has its value under its own condition only', () => {
    expect(planText(GRAPH, 'query ($x: Boolean!) { t { u { g @include(if: $x) } } }')).toMatchInlineSnapshot(`
      "
      sequence
        fetch s0
          {
            t {
              __typename
              u {
                __typename
                id
              }
              id
            }
          }
        if $x
          entities s1 at t
            by { ... on T { __typename id } }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on T {
                  q
                }
              }
            }
        if $x
          entities s0 at t.u
            by { ... on U { __typename id } }
            $fromContext_0 from t.q
            query ($representations: [_Any!]!, $fromContext_0: String) {
              _entities(representations: $representations) {
                ... on U {
                  g(a: $fromContext_0)
                }
              }
            }
      "
    `);
  });

  it('shares a fetch with fields that take the same values, and with no others', () => {
    const fetches = fetchSteps(planned(GRAPH, '{ t { u { f one: f(b: 1) g } } }').root);
    expect(fetches.filter(({ at }) => at.length === 2)).toHaveLength(2);
  });

  it('is had for each event of a subscription, which stays one field', () => {
    const sdl = composed(
      `type Query { x: Int }
       type Subscription { made: T }
       type T @key(fields: "id") @context(name: "c") { id: ID! q: String @external u: U }
       type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { q }")): Int }`,
      'type T @key(fields: "id") { id: ID! q: String }',
    );
    const { root } = planned(sdl, 'subscription { made { u { f } } }');
    expect(root).toMatchObject({
      node: 'subscription',
      primary: { operation: 'subscription{made{__typename u{__typename id} id}}' },
      rest: {
        node: 'sequence',
        nodes: [
          { subgraph: 's1' },
          { subgraph: 's0', contextInputs: [{ sources: [{ level: 1, path: ['q'] }] }] },
        ],
      },
    });
  });

  it('gets a variable that no client has', () => {
    const [, fetch] = fetchSteps(
      planned(GRAPH, 'query ($fromContext_0: Int) { t { u { f(b: $fromContext_0) } } }').root,
    );
    expect(fetch).toMatchObject({
      variableNames: ['fromContext_0'],
      contextInputs: [{ variable: 'fromContext___0', type: 'String', context: 's0__c' }],
    });
  });
});

describe('compared with the plans of @apollo/query-planner', () => {
  it.each([
    '{ t { u { f } } }',
    '{ t { u { f child { f } } } }',
    '{ t { u { g g1 } } }',
    '{ t { u { h { id } } } }',
    '{ ts { us { g } } }',
    '{ w { ... on T { u { f } } ... on V { u { f } } } }',
    '{ t { up { u { g } } } }',
    '{ t { m { u { h { id } g1 } } } }',
  ])('%s takes as few requests, and as few after one another', (query) => {
    const ours = planned(GRAPH, query);
    const theirs = apolloCosts(GRAPH, query);
    expect(requestsOf(ours.root)).toBeLessThanOrEqual(theirs.fetches);
    expect(stagesOf(ours.root)).toBeLessThanOrEqual(theirs.stages);
  });
});

describe('what cannot be planned is refused', () => {
  it('where no object around the field carries the context', () => {
    const sdl = GRAPH.replaceAll('@context(name: "s0__c")', '');
    expect(() => planText(sdl, '{ t { u { f } } }')).toThrow(
      'the field "t.u.f" takes a value from the context "s0__c", which no object around it has here.',
    );
  });

  it('where the value would be a root field of a mutation', () => {
    const sdl = composed(
      `type Query { x: Int }
       type Mutation @context(name: "c") { p: String make: U }
       type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { p }")): Int }`,
    );
    expect(() => planText(sdl, 'mutation { make { f } }')).toThrow(
      'the context "s0__c" would take its value from a root field of a mutation or subscription.',
    );
  });

  it('where the value needs the field itself', () => {
    const sdl = GRAPH.replace('selection: "... on T { p }', 'selection: "... on T { u { id f } }').replace(
      ' ... on T { p } ... on V',
      ' ... on T { u { f } } ... on V',
    );
    expect(() => planText(sdl, '{ t { u { f } } }')).toThrow('is needed to find that value');
  });
});

describe('the validator', () => {
  const plan = planned(GRAPH, 'query ($b: Int) { t { u { g f(b: $b) } } }');
  const problemsOf = (change: (text: string) => string): string[] =>
    createPlanValidator(GRAPH)(JSON.parse(change(JSON.stringify(plan))) as Plan);

  it('finds nothing wrong with the plan', () => expect(problemsOf((text) => text)).toEqual([]));

  it.each<[string, (text: string) => string, string]>([
    [
      'a value that nobody gives before',
      (text) => text.replace('"path":["q"]', '"path":["z"]'),
      'nobody gives "t.z" before',
    ],
    ["a client's variable", (text) => text.replaceAll('fromContext_0', 'b'), "is another one's, too"],
    [
      'a value from the entity itself',
      (text) => text.replace('"level":1', '"level":2'),
      'is not looked for from the nearest object on',
    ],
    [
      'an argument without its variable',
      (text) => text.replaceAll('a:$fromContext_0', 'a:null'),
      'is asked for without its values from contexts',
    ],
    [
      'a variable that is not declared',
      (text) => text.replaceAll('$fromContext_0:String', ''),
      'the variable $fromContext_0 is not declared',
    ],
  ])('finds %s', (_, change, problem) => {
    expect(problemsOf(change).join('\n')).toContain(problem);
  });
});

function inputsOf(plan: Plan): Record<string, unknown> {
  return Object.fromEntries(
    fetchSteps(plan.root).flatMap((fetch) =>
      fetch.node === 'entityFetch' && fetch.contextInputs
        ? [
            [
              fetch.at.map(({ field }) => field).join('.'),
              fetch.contextInputs.flatMap(({ sources }) => sources),
            ],
          ]
        : [],
    ),
  );
}

function stagesOf(node: PlanNode | undefined): number {
  switch (node?.node) {
    case 'sequence':
      return node.nodes.reduce((sum, each) => sum + stagesOf(each), 0);
    case 'parallel':
      return Math.max(...node.nodes.map(stagesOf));
    case undefined:
      return 0;
    default:
      return 1;
  }
}

/** The executor asks a subgraph once per stage. */
function requestsOf(node: PlanNode | undefined): number {
  const stages = node?.node === 'sequence' ? node.nodes : node ? [node] : [];
  return stages.reduce(
    (sum, stage) => sum + new Set(fetchSteps(stage).map(({ subgraph }) => subgraph)).size,
    0,
  );
}

interface Node {
  readonly kind: string;
  readonly nodes?: readonly Node[];
  readonly node?: Node;
}

function apolloCosts(sdl: string, query: string): { fetches: number; stages: number } {
  const supergraph = Supergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  const operation = operationFromDocument(supergraph.apiSchema(), parse(query));
  const root = new QueryPlanner(supergraph).buildQueryPlan(operation).node as unknown as Node;
  const below = ({ nodes, node }: Node): readonly Node[] => nodes ?? (node ? [node] : []);
  const fetches = (node: Node): number =>
    node.kind === 'Fetch' ? 1 : below(node).reduce((sum, each) => sum + fetches(each), 0);
  const stages = (node: Node): number => {
    if (node.kind === 'Fetch') return 1;
    const all = below(node).map(stages);
    return node.kind === 'Sequence' ? all.reduce((sum, each) => sum + each, 0) : Math.max(...all);
  };
  return { fetches: fetches(root), stages: stages(root) };
}
