import { parse } from 'graphql';
import type { Planner } from '../../gateway/compile/planner.ts';
import { createRemoteSubgraph } from '../../gateway/execute/remote.ts';
import { buildSnapshot } from '../../gateway/supergraph/snapshot.ts';
import { requestContext } from '../../test/execute/subgraph-server.ts';
import { createQueryCompiler } from '../canned/compile-query.ts';
import { CANNED_SUBGRAPHS } from '../canned/subgraphs.ts';

/** Requests that our executor sends to the canned subgraphs for an operation on a planner's plan: what is known is not asked again. */
export async function sentRequests(supergraphSdl: string, planner: Planner, text: string): Promise<number> {
  let sent = 0;
  const runtimes = CANNED_SUBGRAPHS.map((subgraph) => {
    const compile = createQueryCompiler(subgraph);
    return createRemoteSubgraph({
      name: subgraph.name,
      call: ({ input }) => {
        sent += 1;
        const { query, variables } = JSON.parse(input.body) as {
          query: string;
          variables?: Record<string, unknown>;
        };
        return Promise.resolve({
          data: { data: compile(query)(variables ?? {}) },
          status: 200,
          headers: {},
        });
      },
    });
  });
  const snapshot = buildSnapshot({
    generation: 1,
    supergraphSdl,
    planner,
    subgraphs: new Map(runtimes.map((runtime) => [runtime.name, runtime])),
  });
  const { errors } = await snapshot.executable(parse(text), undefined).run({}, requestContext());
  if (errors?.[0]) throw new Error(errors[0].message);
  return sent;
}
