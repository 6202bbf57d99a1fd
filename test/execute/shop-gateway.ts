import { parse, validate } from 'graphql';
import type { ExecutionResult } from '../../gateway/compile/executable.ts';
import type { RequestContext } from '../../gateway/context.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { buildSnapshot, type Snapshot, type SnapshotOptions } from '../../gateway/supergraph/snapshot.ts';
import type { SubgraphRuntime } from '../../gateway/supergraph/subgraph.ts';
import { SHOP } from './shop.ts';
import { remoteRuntime, requestContext, type RunningSubgraph, startSubgraph } from './subgraph-server.ts';

export interface ShopGateway {
  readonly subgraphs: ReadonlyMap<string, RunningSubgraph>;
  readonly snapshot: Snapshot;
  run(query: string, variables?: Record<string, unknown>, operationName?: string): Promise<ExecutionResult>;
  /** Requests that the subgraphs got since the last call, by name. */
  takeRequests(): Record<string, number>;
  close(): Promise<void>;
}

/** The shop behind real HTTP servers. */
export async function startShop(): Promise<ShopGateway> {
  const running = await Promise.all(SHOP.map(startSubgraph));
  const snapshot = snapshotOf(
    running,
    new Map(running.map((subgraph) => [subgraph.name, remoteRuntime(subgraph)])),
  );
  return {
    subgraphs: new Map(running.map((subgraph) => [subgraph.name, subgraph])),
    snapshot,
    run: (query, variables, operationName) =>
      runOn(snapshot, query, variables, requestContext(), operationName),
    takeRequests: () => {
      const counts: Record<string, number> = {};
      for (const { name, requests } of running)
        if (requests.length > 0) counts[name] = requests.splice(0).length;
      return counts;
    },
    close: async () => {
      await Promise.all(running.map((subgraph) => subgraph.close()));
    },
  };
}

export function snapshotOf(
  sources: readonly { name: string; sdl: string }[],
  subgraphs: ReadonlyMap<string, SubgraphRuntime>,
  options: Partial<SnapshotOptions> = {},
): Snapshot {
  const composed = composeSupergraph(sources);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  return buildSnapshot({ generation: 1, supergraphSdl: composed.supergraphSdl, subgraphs, ...options });
}

export async function runOn(
  snapshot: Snapshot,
  query: string,
  variables?: Record<string, unknown>,
  context: RequestContext = requestContext(),
  operationName?: string,
): Promise<ExecutionResult> {
  const document = parse(query);
  const invalid = validate(snapshot.schema, document);
  if (invalid.length > 0) throw new Error(invalid.map(({ message }) => message).join('\n'));
  return snapshot.executable(document, operationName).run(variables, context);
}
