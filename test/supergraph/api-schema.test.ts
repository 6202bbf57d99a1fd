import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { buildASTSchema, type GraphQLSchema, Kind, lexicographicSortSchema, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { cannedSupergraph } from '../../bench/canned/supergraph.ts';
import { tenSubgraphs } from '../../bench/planning/ten-subgraphs.ts';
import { largeGraph } from '../../bench/reload/large-graph.ts';
import { checkSupergraph } from '../../gateway/supergraph/check-supergraph.ts';
import { composeSupergraph, type SubgraphSource } from '../../gateway/supergraph/compose.ts';
import { withIncrementalDirectives } from '../../gateway/supergraph/incremental-directives.ts';
import { loadSupergraph } from '../../gateway/supergraph/load-supergraph.ts';
import { printSubgraph } from '../conformance/federated-graph.ts';
import { randomGraph } from '../conformance/random-graph.ts';

const printed = (schema: GraphQLSchema): string => printSchema(lexicographicSortSchema(schema));

function apollosApiSchema(supergraphSdl: string): GraphQLSchema {
  const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;
  const { definitions } = Supergraph.build(supergraphSdl, { supportedFeatures }).apiSchema().toAST();
  // What the gateway answers itself is in no supergraph.
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: withIncrementalDirectives(definitions) });
}

function composed(subgraphs: readonly SubgraphSource[]): string {
  const composition = composeSupergraph(subgraphs);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
  return composition.supergraphSdl;
}

function expectSame(supergraphSdl: string): string {
  const ours = printed(loadSupergraph(supergraphSdl).schema);
  expect(ours).toBe(printed(apollosApiSchema(supergraphSdl)));
  expect(checkSupergraph({ sdl: supergraphSdl, file: 'supergraph.graphql' })).toHaveProperty('subgraphs');
  return ours;
}

const link = (imports: string, more = ''): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: [${imports}]) ${more}\n`;

const HIDING = `${link('"@key", "@inaccessible", "@shareable", "@tag"')}
"""What one asks."""
type Query {
  "A user." user(id: ID!, by: By = { name: "x" }, hidden: Int @inaccessible): User
  hidden: Hidden @inaccessible
  node: Node
  any: [Any!]! @deprecated(reason: "Use node.")
  plain(color: Color! = RED @deprecated(reason: "Any."), on: DateTime): String @tag(name: "public")
}
type Mutation @inaccessible { change: Int }
type User implements Node & Secret @key(fields: "id") @tag(name: "public") { id: ID! name: String secret: Int @inaccessible }
type Hidden @inaccessible { a: Int }
interface Node { id: ID! }
interface Secret @inaccessible { secret: Int }
union Any = User | Hidden | Other
type Other { a: Int @deprecated b: [[Int!]] }
enum Color { RED "Deep." BLUE @deprecated(reason: "No more.") INFRARED @inaccessible }
input By { name: String = "none" "Any." color: Color = BLUE hidden: Int @inaccessible }
input Unseen @inaccessible { a: Int }
scalar DateTime @specifiedBy(url: "https://example.com/time")
scalar Bare @inaccessible
directive @live(every: Int = 5) repeatable on QUERY | FIELD`;

/** What subgraphs may link beside the basics; each is its own graph. */
const FEATURES: readonly (readonly [string, string])[] = [
  ['everything that can be hidden, with descriptions, deprecations and defaults', HIDING],
  [
    '@authenticated, @requiresScopes, @policy',
    `${link('"@authenticated", "@requiresScopes", "@policy"')} type Query { a: Int @authenticated b: Int @requiresScopes(scopes: [["x"]]) c: Int @policy(policies: [["p"]]) }`,
  ],
  [
    '@cost and @listSize',
    `${link('"@cost", "@listSize"')} type Query { a(n: Int @cost(weight: 3)): [Int] @cost(weight: 2) @listSize(assumedSize: 7) }`,
  ],
  [
    '@context and @fromContext',
    `${link('"@key", "@context", "@fromContext"')} type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! p: Int u: U } type U @key(fields: "id") { id: ID! f(x: Int @fromContext(field: "$c { p }")): Int }`,
  ],
  [
    'a composed directive under a name of its own',
    `${link('"@composeDirective"', '@link(url: "https://example.com/mine/v1.0", import: [{ name: "@mine", as: "@ours" }, "Level"]) @composeDirective(name: "@ours")')} directive @ours(level: Int) on FIELD_DEFINITION | OBJECT type Query @ours { a: Int @ours(level: 1) }`,
  ],
  [
    '@inaccessible and @tag under other names',
    `${link('{ name: "@inaccessible", as: "@gone" }, { name: "@tag", as: "@label" }')} type Query { a: Int @label(name: "x") b: B @gone } type B @gone { c: Int }`,
  ],
  [
    'other root types, and a description of the schema',
    `${link('"@tag"')} schema { query: Root mutation: Changes subscription: Events } type Root { a: Int } type Changes { b: Int } type Events { c: Int }`,
  ],
];

const FEDERATION_1 = `schema @core(feature: "https://specs.apollo.dev/core/v0.2") @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION) { query: Query }
directive @core(as: String, feature: String!, for: core__Purpose) repeatable on SCHEMA
directive @join__field(graph: join__Graph, provides: join__FieldSet, requires: join__FieldSet) on FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
enum core__Purpose { EXECUTION SECURITY }
scalar join__FieldSet
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "") }
"""Who asks."""
type User @join__owner(graph: A) @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") { id: ID! @join__field(graph: A) name: String @join__field(graph: B) }
type Query { me: User @join__field(graph: A) }`;

const DEMO = readFileSync(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8');

describe('the schema that clients see is the one that Apollo makes of a supergraph', () => {
  it.each<readonly [string, () => string]>([
    ['the demo', () => DEMO],
    ['the benchmark', () => cannedSupergraph(() => 'http://127.0.0.1')],
    ['ten subgraphs', tenSubgraphs],
    [
      'a graph with all kinds of types',
      () => composed(largeGraph({ subgraphs: 5, types: 150, urlOf: () => 'http://127.0.0.1' })),
    ],
    ['Federation 1', () => FEDERATION_1],
    ...FEATURES.map(([title, sdl]) => [title, () => composed([{ name: 'a', sdl }, OTHER])] as const),
  ])('%s', (_, sdlOf) => void expectSame(sdlOf()));

  it('in which nothing is left of what is hidden', () => {
    const visible = expectSame(composed([{ name: 'a', sdl: HIDING }, OTHER]));
    expect(visible).toContain('by: By = {color: BLUE, name: "x"}');
    expect(visible).not.toMatch(/hidden|secret|INFRARED|Unseen|Bare|Mutation|inaccessible|join__|link__/i);
  });

  it('random graphs', () => {
    let compared = 0;
    for (let seed = 1; compared < 60; seed++) {
      const sources = randomGraph(seed).subgraphs.map((subgraph) => ({
        name: subgraph.name,
        sdl: printSubgraph(subgraph),
      }));
      const composition = composeSupergraph(sources);
      if ('problems' in composition) continue;
      expectSame(composition.supergraphSdl);
      compared++;
    }
  });
});

/** Beside each of them, so that nothing is only in one subgraph. */
const OTHER: SubgraphSource = {
  name: 'other',
  sdl: `${link('"@key", "@tag"')} type Else @key(fields: "id") { id: ID! }`,
};
