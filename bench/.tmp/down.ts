import { parse } from 'graphql';
import { buildSnapshot } from '../../gateway/supergraph/snapshot.ts';
import { createRemoteSubgraph } from '../../gateway/execute/remote.ts';
import { composed } from '../../test/planner/composed.ts';
import { requestContext } from '../../test/execute/subgraph-server.ts';
const sdl = composed(
  `type Query { one: E @shareable } type E @key(fields: "id") { id: ID! a: Int }`,
  `type Query { one: E @shareable } type E @key(fields: "id") { id: ID! b: Int n: Int! }`,
);
for (const answers of [
  { s0: { data: { one: { __typename: 'E', a: 1 } } }, s1: { errors: [{ message: 'down' }] } },
  {
    s0: { data: { one: { __typename: 'E', a: 1 } } },
    s1: { data: { one: null }, errors: [{ message: 'x', path: ['one'] }] },
  },
  {
    s0: { data: { one: null }, errors: [{ message: 'x', path: ['one'] }] },
    s1: { data: { one: { __typename: 'E', b: 1, n: 2 } } },
  },
  { s0: { data: { one: { __typename: 'E', a: 1 } } }, s1: { data: { one: null } } },
  { s0: { data: { one: null } }, s1: { data: { one: { __typename: 'E', b: 1, n: 2 } } } },
] as Record<string, unknown>[]) {
  const snapshot = buildSnapshot({
    generation: 1,
    supergraphSdl: sdl,
    subgraphs: new Map(
      ['s0', 's1'].map((name) => [
        name,
        createRemoteSubgraph({
          name,
          call: () => Promise.resolve({ data: answers[name], status: 200, headers: {} }),
        }),
      ]),
    ),
  });
  for (const q of ['{ one { a b } }', '{ one { b a } }', '{ one { a n } }'])
    console.log(q, JSON.stringify(await snapshot.executable(parse(q), undefined).run({}, requestContext())));
}
