import { printSchema } from 'graphql';
import { draw } from './blueprint.ts';
import type { Config, VariantConfig } from './config/schema.ts';
import type { Explanation, ExplainRequest } from './explain.ts';
import { explainOperation } from './explain.ts';
import { createLog } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import type { Problem } from './problem.ts';
import { ProblemsError } from './problem.ts';
import { provision } from './provision.ts';
import { EMPTY_GRAPH_SUBGRAPHS, EMPTY_SUPERGRAPH } from './supergraph/empty-graph.ts';
import { loadSupergraph } from './supergraph/load-supergraph.ts';
import { buildSnapshot } from './supergraph/snapshot.ts';

export interface Composed {
  readonly supergraphSdl: string;
  readonly apiSdl: string;
  /** What the clients of each variant see, by its name. */
  readonly variants: ReadonlyMap<string, string>;
  /** Warnings and hints. */
  readonly problems: readonly Problem[];
}

/** Composes and checks what the configuration names, without the network. */
export async function composeFromConfig(
  config: Config,
  onProgress?: (what: string) => void,
): Promise<Composed | { problems: readonly Problem[] }> {
  const result = await draw(config, onProgress && { onProgress });
  if (!('blueprint' in result)) return result;
  const { supergraphSdl, oneOfInputs, problems } = result.blueprint;
  const contracts = contractsOf(supergraphSdl, config);
  try {
    const loaded = loadSupergraph(supergraphSdl, { oneOfInputs, contracts });
    return {
      supergraphSdl,
      apiSdl: `${printSchema(loaded.schema)}\n`,
      variants: new Map(Array.from(loaded.contractSchemas, ([name, its]) => [name, `${printSchema(its)}\n`])),
      problems: [...problems, ...loaded.problems],
    };
  } catch (error) {
    if (error instanceof ProblemsError) return { problems: [...problems, ...error.problems] };
    throw error;
  }
}

/** What an operation would do, without the network. */
export async function explain(
  config: Config,
  request: ExplainRequest,
  { validate = false }: { readonly validate?: boolean } = {},
): Promise<Explanation | { problems: readonly Problem[] }> {
  const result = await draw(config);
  if (!('blueprint' in result)) return result;
  const observe = { log: createLog({ level: 'silent' }), metrics: createMetrics({ processMetrics: false }) };
  // Upstreams open connections with their first call, and nothing is called here.
  const backends = provision(config, result.blueprint, observe);
  try {
    const { supergraphSdl, oneOfInputs } = result.blueprint;
    const snapshot = buildSnapshot({
      generation: 0,
      supergraphSdl,
      oneOfInputs,
      subgraphs: supergraphSdl === EMPTY_SUPERGRAPH ? EMPTY_GRAPH_SUBGRAPHS : backends.subgraphs,
      subgraphsOfVariants: backends.subgraphsOfVariants,
      contracts: contractsOf(supergraphSdl, config),
    });
    return explainOperation(snapshot, request, { assumedListSize: config.assumedListSize, validate });
  } finally {
    await backends.close();
  }
}

/** Nothing is left of nothing: variants come with the first subgraph. */
function contractsOf(supergraphSdl: string, { variants }: Config): ReadonlyMap<string, VariantConfig> {
  return new Map(supergraphSdl === EMPTY_SUPERGRAPH ? [] : Object.entries(variants));
}
