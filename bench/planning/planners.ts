import { getOperationAST, type GraphQLSchema, parse } from 'graphql';
import type { Planner } from '../../gateway/compile/planner.ts';
import { isHiveInstalled, loadHivePlanner } from './hive-planner.ts';
import { type ForeignNode, type PlanShape, shapeOf, shapeOfForeign } from './shape.ts';

/** A planner of one graph, in the two stages that are timed. */
export interface TimedPlanner<Parsed, Planned> {
  /** Text to what the planner takes. A planner that takes text does all of it in `plan`. */
  parse(text: string): Parsed;
  plan(parsed: Parsed): Planned;
  shape(planned: Planned): PlanShape;
}

/** Hides what is between the stages: only one planner knows it. */
type AnyPlanner = TimedPlanner<unknown, unknown>;

export interface PlannerEntry {
  readonly name: string;
  readonly isSluice?: true;
  readonly isInstalled: () => boolean;
  /** The work of a schema change; modules are loaded by then. */
  readonly load: () => Promise<(supergraphSdl: string) => AnyPlanner>;
}

/** The first is what the others are compared with. Another planner of our own is one more line. */
export const PLANNERS: readonly PlannerEntry[] = [
  ours('Sluice', async () => {
    const { loadSupergraph } = await import('../../gateway/supergraph/load-supergraph.ts');
    return (supergraphSdl) => loadSupergraph(supergraphSdl);
  }),
  { name: '@apollo/query-planner', isInstalled: () => true, load: loadApollo },
  { name: 'Hive router-query-planner (Rust)', isInstalled: isHiveInstalled, load: loadHive },
];

interface Loaded {
  readonly planner: Planner;
  /** The API schema. */
  readonly schema: GraphQLSchema;
}

/** A planner behind our own interface, with the canonical operation that it gets. */
function ours(name: string, load: () => Promise<(supergraphSdl: string) => Loaded>): PlannerEntry {
  return {
    name,
    isSluice: true,
    isInstalled: () => true,
    async load() {
      const { canonicalize } = await import('../../gateway/compile/canonical.ts');
      const build = await load();
      return (supergraphSdl) => {
        const { schema, planner } = build(supergraphSdl);
        return erased({
          parse(text) {
            const document = parse(text);
            return canonicalize(schema, getOperationAST(document)!, document);
          },
          plan: ({ operation, document }) => planner.plan(operation, document),
          shape: ({ root }) => shapeOf(root),
        });
      };
    },
  };
}

/** With the options that `@apollo/gateway` gives it. */
async function loadApollo(): Promise<(supergraphSdl: string) => AnyPlanner> {
  const [{ QueryPlanner }, { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph }] =
    await Promise.all([import('@apollo/query-planner'), import('@apollo/federation-internals')]);
  return (supergraphSdl) => {
    const supergraph = Supergraph.build(supergraphSdl, {
      supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    });
    const schema = supergraph.apiSchema();
    const planner = new QueryPlanner(supergraph);
    return erased({
      parse: (text) => operationFromDocument(schema, parse(text), { validate: false }),
      plan: (operation) => planner.buildQueryPlan(operation),
      shape: ({ node }) => shapeOfForeign(node as ForeignNode | undefined),
    });
  };
}

async function loadHive(): Promise<(supergraphSdl: string) => AnyPlanner> {
  const create = await loadHivePlanner();
  return (supergraphSdl) => {
    const planner = create(supergraphSdl);
    const labels = new Set<string>();
    return erased({
      parse: (text) => text,
      plan: (text) => planner.plan(text, null, labels, 0),
      shape: ({ node }) => shapeOfForeign(node as ForeignNode | undefined),
    });
  };
}

function erased<Parsed, Planned>(planner: TimedPlanner<Parsed, Planned>): AnyPlanner {
  return planner;
}
