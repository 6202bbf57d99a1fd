import type { SubgraphRuntime } from './subgraph.ts';

/** The one field of a graph without subgraphs: GraphQL has no schema without any. */
export const EMPTY_GRAPH_FIELD = 'nothingIsRegisteredYet';

const NAME = 'none';

/** The graph of a gateway at which nothing is registered yet. */
export const EMPTY_SUPERGRAPH = `schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{
  query: Query
}

directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA

scalar join__FieldSet
scalar link__Import

enum join__Graph {
  NONE @join__graph(name: "${NAME}", url: "")
}

enum link__Purpose {
  SECURITY
  EXECUTION
}

type Query @join__type(graph: NONE) {
  "This graph has no subgraph. The first one that is registered takes the place of this field."
  ${EMPTY_GRAPH_FIELD}: Boolean
}
`;

const runtime: SubgraphRuntime = {
  name: NAME,
  kind: 'connector',
  compileFetch: () => () => Promise.resolve({ data: {} }),
  compileSubscription: () => {
    throw new Error('an empty graph has no subscriptions');
  },
  estimateCalls: () => [],
};

export const EMPTY_GRAPH_SUBGRAPHS: ReadonlyMap<string, SubgraphRuntime> = new Map([[NAME, runtime]]);
