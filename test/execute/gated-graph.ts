import { execute, type GraphQLSchema } from 'graphql/index.js';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { buildSnapshot, type Snapshot, type SnapshotOptions } from '../../gateway/supergraph/snapshot.ts';
import { createRemoteSubgraph } from '../../gateway/execute/remote.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@external", "@requires"])\n';

export interface GatedRequest {
  readonly subgraph: string;
  readonly query: string;
  /** The gateway's: aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Subgraphs in this process whose answers wait at a gate, by a word of the query. */
export interface GatedGraph {
  readonly snapshot: Snapshot;
  /** Requests in the order in which they came. */
  readonly requests: GatedRequest[];
  /** From now on queries with this word wait. */
  shut(word: string): void;
  open(word: string): void;
  /** Resolves when a request with this word has come. */
  arrived(word: string): Promise<GatedRequest>;
}

interface Definition {
  readonly sdl: string;
  readonly resolvers: Readonly<Record<string, unknown>>;
}

export function gatedGraph(
  definitions: Readonly<Record<string, Definition>>,
  options: Partial<SnapshotOptions> = {},
): GatedGraph {
  const composed = composeSupergraph(
    Object.entries(definitions).map(([name, { sdl }]) => ({ name, sdl: LINK + sdl })),
  );
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  const requests: GatedRequest[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const waiting: { readonly word: string; readonly resolve: (request: GatedRequest) => void }[] = [];
  const subgraphs = Object.entries(definitions).map(([name, { sdl, resolvers }]) => {
    const schema: GraphQLSchema = buildSubgraphSchema([
      { typeDefs: parse(LINK + sdl), resolvers: resolvers as never },
    ]);
    const runtime = createRemoteSubgraph({
      name,
      async call({ input }, context) {
        const { query, variables } = JSON.parse(input.body) as { query: string; variables?: object };
        const request = { subgraph: name, query, signal: context.signal };
        requests.push(request);
        for (const { word, resolve } of waiting) if (query.includes(word)) resolve(request);
        const shut = [...gates].filter(([word]) => query.includes(word)).map(([, gate]) => gate.promise);
        const aborted = new Promise<never>((_, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason as Error));
        });
        await Promise.race([Promise.all(shut), aborted]);
        const data: unknown = await execute({
          schema,
          document: parse(query),
          variableValues: variables as never,
        });
        return { data: JSON.parse(JSON.stringify(data)) as unknown, status: 200, headers: {} };
      },
    });
    return [name, runtime] as const;
  });
  const snapshot = buildSnapshot({
    generation: 1,
    supergraphSdl: composed.supergraphSdl,
    subgraphs: new Map(subgraphs),
    ...options,
  });
  return {
    snapshot,
    requests,
    shut: (word) => void gates.set(word, Promise.withResolvers<void>()),
    open: (word) => gates.get(word)?.resolve(),
    arrived: (word) =>
      new Promise((resolve) => {
        const there = requests.find(({ query }) => query.includes(word));
        if (there) resolve(there);
        else waiting.push({ word, resolve });
      }),
  };
}
