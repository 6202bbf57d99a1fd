import { printSchema } from 'graphql';
import { draw } from './blueprint.ts';
import type { Config } from './config/schema.ts';
import type { Explanation, ExplainRequest } from './explain.ts';
import { explainOperation } from './explain.ts';
import { createLog } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import type { Problem } from './problem.ts';
import { ProblemsError } from './problem.ts';
import { provision } from './provision.ts';
import { loadSupergraph } from './supergraph/load-supergraph.ts';
import { buildSnapshot } from './supergraph/snapshot.ts';

export interface Composed {
  readonly supergraphSdl: string;
  readonly apiSdl: string;
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
  const contracts = new Map(Object.entries(config.variants));
  try {
    const loaded = loadSupergraph(supergraphSdl, { oneOfInputs, contracts });
    return {
      supergraphSdl,
      apiSdl: `${printSchema(loaded.schema)}\n`,
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
    const snapshot = buildSnapshot({
      generation: 0,
      supergraphSdl: result.blueprint.supergraphSdl,
      oneOfInputs: result.blueprint.oneOfInputs,
      subgraphs: backends.subgraphs,
    });
    return explainOperation(snapshot, request, { assumedListSize: config.assumedListSize, validate });
  } finally {
    await backends.close();
  }
}
