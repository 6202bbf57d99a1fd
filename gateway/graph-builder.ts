import type { DrawOptions } from './blueprint.ts';
import { draw } from './blueprint.ts';
import { contentHash, graphFiles } from './config/graph-files.ts';
import { graphPart, type LoadedModules } from './config/restart.ts';
import type { Config } from './config/schema.ts';
import type { Changes } from './context.ts';
import type { SluiceError } from './errors.ts';
import type { BackendHealthRecorder } from './observe/backend-health.ts';
import type { Log } from './observe/log.ts';
import type { Metrics } from './observe/metrics.ts';
import type { Problem } from './problem.ts';
import { ProblemsError } from './problem.ts';
import type { Provision } from './provision.ts';
import { provision } from './provision.ts';
import type { GraphSource } from './registration.ts';
import { configuredRecords } from './registry/configured-records.ts';
import type { Overlay } from './registry/overlay.ts';
import type { SubgraphRecord } from './registry/record.ts';
import { EMPTY_GRAPH_SUBGRAPHS, EMPTY_SUPERGRAPH } from './supergraph/empty-graph.ts';
import type { PlanCheck } from './supergraph/plan-check.ts';
import type { BuiltGraph } from './supergraph/reloader.ts';
import type { Snapshot } from './supergraph/snapshot.ts';
import { prepareSnapshot } from './supergraph/snapshot.ts';
import { compilePlaces, type FindVariant } from './variant-places.ts';

/** A graph that can be served, with its backends. */
export interface ServedGraph extends BuiltGraph<Snapshot> {
  readonly answerHeaders: Provision['answerHeaders'];
  readonly findVariant: FindVariant;
  /** What its variants were made of. */
  readonly variants: Config['variants'];
  /** The configured subgraphs, as their files were. */
  readonly configured: readonly SubgraphRecord[];
}

/** Makes graphs of what is configured and registered. */
export interface GraphBuilder {
  /** Reads, checks, composes and opens everything that the graph needs; what cannot be served leaves nothing open. */
  build(
    source: GraphSource,
    options: DrawOptions,
  ): Promise<ServedGraph | { readonly problems: readonly Problem[] }>;
  /** A text that changes when the graph would. */
  fingerprint(source: GraphSource): string;
}

export interface GraphBuilderParts {
  /** Puts registered subgraphs into the configuration; absent = there are none. */
  readonly overlay: Overlay | undefined;
  readonly modules: LoadedModules;
  readonly changes: Changes;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: BackendHealthRecorder;
}

export function createGraphBuilder(parts: GraphBuilderParts): GraphBuilder {
  const { overlay, modules, log, metrics, health, changes } = parts;
  let generation = 0;
  const overlaid = ({ config, records }: GraphSource) => overlay?.add(config, records) ?? { config };

  return {
    async build(source, options) {
      const whole = overlaid(source);
      if ('problems' in whole) return whole;
      const from = whole.config;
      modules.load(from);
      const configured = overlay ? configuredRecords(source.config) : [];
      const drawn = await draw(from, options);
      const ownPlaces = (found: readonly Problem[]) => overlay?.withOwnPlaces(found) ?? found;
      if (!('blueprint' in drawn)) return { problems: ownPlaces(drawn.problems) };
      const { supergraphSdl, oneOfInputs } = drawn.blueprint;
      const problems = ownPlaces(drawn.blueprint.problems);
      const backends = provision(from, drawn.blueprint, { log, metrics, health, changes });
      const { subgraphsOfVariants, answerHeaders } = backends;
      const isEmpty = supergraphSdl === EMPTY_SUPERGRAPH;
      // Nothing is left of nothing: variants come with the first subgraph.
      const variants = isEmpty ? {} : from.variants;
      const close = () => backends.close();
      try {
        const snapshotParts = {
          generation: ++generation,
          supergraphSdl,
          oneOfInputs,
          subgraphs: isEmpty ? EMPTY_GRAPH_SUBGRAPHS : backends.subgraphs,
          subgraphsOfVariants,
          contracts: new Map(Object.entries(variants)),
          maxExecutables: from.limits.compiledOperations,
          maxErrors: from.limits.responseErrors,
          maxDeferredParts: from.limits.deferredParts,
          onInternalError: (error: SluiceError, id: string) => log.error({ error, id }, 'internal error'),
          ...planCheckOf(from, log, metrics),
        };
        options.onProgress?.('Preparing the schema');
        const snapshot = await prepareSnapshot(snapshotParts, options.signal);
        const told = [...problems, ...snapshot.problems];
        return {
          snapshot,
          problems: told,
          answerHeaders,
          findVariant: compilePlaces(variants),
          variants,
          configured,
          close,
        };
      } catch (error) {
        await close();
        if (error instanceof ProblemsError) return { problems: [...problems, ...error.problems] };
        throw error;
      }
    },
    fingerprint(source) {
      const whole = overlaid(source);
      if ('problems' in whole) return JSON.stringify(whole.problems);
      return graphPart(whole.config) + contentHash(graphFiles(whole.config));
    },
  };
}

const MAX_LOGGED_FINDINGS = 20;

/** What is wrong with plans goes to the log and is counted. */
function planCheckOf(
  { planner: { validate } }: Config,
  log: Log,
  metrics: Pick<Metrics, 'recordCheckedPlan'>,
): { readonly planCheck?: PlanCheck } {
  if (validate === false) return {};
  return {
    planCheck: {
      refuse: validate === 'refuse',
      onChecked({ outcome, findings, operationName, documentHash }) {
        metrics.recordCheckedPlan(outcome);
        if (outcome === 'ok') return;
        const facts = { operationName, documentHash, outcome, count: findings.length };
        log.error({ ...facts, findings: findings.slice(0, MAX_LOGGED_FINDINGS) }, 'a plan has faults');
      },
    },
  };
}
