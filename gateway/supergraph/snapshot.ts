import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Executable } from '../compile/executable.ts';
import { compileOperation, type OnPlanned } from '../compile/operation.ts';
import type { Plan } from '../compile/plan.ts';
import type { Planner } from '../compile/planner.ts';
import type { Variables } from '../compile/variables.ts';
import { createExecutable, type ExecutorScope } from '../execute/executor.ts';
import type { OnInternalError } from '../execute/error-log.ts';
import type { Problem } from '../problem.ts';
import type { Contract } from './contract/left-out.ts';
import { type Compile, createExecutables, type KnownOperation } from './executables.ts';
import { loadSupergraph, loadSupergraphSliced, type LoadedSupergraph } from './load-supergraph.ts';
import { applyPlanCheck, lazyPlanValidator, type PlanCheck } from './plan-check.ts';
import { inSlices } from './slices.ts';
import type { SubgraphRuntime } from './subgraph.ts';

/** One generation of the running graph. Immutable; a change builds the next one beside it. */
export interface Snapshot {
  readonly generation: number;
  readonly supergraphSdl: string;
  /** The API schema, inaccessible elements removed: for validation and introspection. */
  readonly schema: GraphQLSchema;
  readonly subgraphs: ReadonlyMap<string, SubgraphRuntime>;
  /**
   * The compiled operation of a document that is valid against `schema`. Kept in a bounded LRU under
   * `documentHash` and `operationName`; without a hash under the document's identity.
   * @throws SluiceError `OPERATION_NOT_PLANNABLE`, `OPERATION_RESOLUTION_FAILURE`
   */
  executable(document: DocumentNode, operationName: string | undefined, documentHash?: string): Executable;
  /**
   * The plan of an operation as `executable` would make it, however it is: nothing of it is kept or refused for its faults.
   * @param variables decide what is deferred; without them, or with wrong ones, it is the plan for an answer in one piece
   * @throws SluiceError as `executable`
   */
  inspect(document: DocumentNode, operationName: string | undefined, variables?: Variables): InspectedPlan;
  /** The operations with a hash that were run most, hottest first. */
  hottest(count: number): readonly KnownOperation[];
  /**
   * Other schemas of the same graph, by name: each a part of `schema`, with documents, executables and figures of its
   * own. They have no variants in turn.
   */
  readonly variants: ReadonlyMap<string, Snapshot>;
  /** Warnings about the variants. */
  readonly problems: readonly Problem[];
}

export interface InspectedPlan {
  readonly plan: Plan;
  readonly operation: OperationDefinitionNode;
  /** What the plan validator finds wrong with it; empty = nothing. */
  readonly findings: () => readonly string[];
}

export interface SnapshotOptions {
  readonly generation: number;
  readonly supergraphSdl: string;
  readonly subgraphs: ReadonlyMap<string, SubgraphRuntime>;
  /** Input types that take exactly one of their fields. */
  readonly oneOfInputs?: ReadonlySet<string>;
  /** Whether clients may ask for an answer in parts (`@defer`, `@stream`); default true. */
  readonly inParts?: boolean;
  /** What the variants leave out. */
  readonly contracts?: ReadonlyMap<string, Contract>;
  /** Subgraphs that a variant asks elsewhere. */
  readonly subgraphsOfVariants?: ReadonlyMap<string, ReadonlyMap<string, SubgraphRuntime>>;
  /** Compiled operations kept, by each variant; default 1000. */
  readonly maxExecutables?: number;
  /** Errors in one answer at most, before the entry that says how many more; default 100. */
  readonly maxErrors?: number;
  /** Parts that come after the initial result of one answer at most; default 5000. */
  readonly maxDeferredParts?: number;
  /** Told about each masked error and the id that the client got. */
  readonly onInternalError?: OnInternalError;
  /** Checks the plan of each operation that is compiled; absent = none. */
  readonly planCheck?: PlanCheck;
  /** Instead of the supergraph's own. */
  readonly planner?: Planner;
}

/**
 * Builds it in one go; the SDL is one that composition or `checkSupergraph` found in order.
 * @throws Error if the SDL is not a supergraph, or names a subgraph that is not at hand
 * @throws ProblemsError if a contract leaves nothing to ask for
 */
export function buildSnapshot(options: SnapshotOptions): Snapshot {
  return snapshotOf(options, loadSupergraph(options.supergraphSdl, options));
}

/** Builds the same between the requests of the running graph. Rejects as `buildSnapshot` throws, or with the signal's reason. */
export async function prepareSnapshot(options: SnapshotOptions, signal?: AbortSignal): Promise<Snapshot> {
  const loading = loadSupergraphSliced(options.supergraphSdl, options);
  return snapshotOf(options, await inSlices(loading, { signal }));
}

function snapshotOf(options: SnapshotOptions, loaded: LoadedSupergraph): Snapshot {
  const { subgraphs } = options;
  const absent = loaded.subgraphs.filter(({ name }) => !subgraphs.has(name)).map(({ name }) => `"${name}"`);
  if (absent.length > 0)
    throw new Error(`The supergraph names subgraphs that the gateway does not have: ${absent.join(', ')}.`);
  const findingsOf = lazyPlanValidator(loaded.model);
  const variants = new Map<string, Snapshot>();
  for (const [name, schema] of loaded.contractSchemas) {
    const own = options.subgraphsOfVariants?.get(name);
    const itsOptions = own ? { ...options, subgraphs: new Map([...subgraphs, ...own]) } : options;
    variants.set(name, servedAs(schema, itsOptions, loaded, findingsOf, new Map()));
  }
  return servedAs(loaded.schema, options, loaded, findingsOf, variants);
}

/** The graph as the clients of one schema see it. */
function servedAs(
  schema: GraphQLSchema,
  options: SnapshotOptions,
  loaded: LoadedSupergraph,
  findingsOf: ReturnType<typeof lazyPlanValidator>,
  variants: Snapshot['variants'],
): Snapshot {
  const { generation, supergraphSdl, subgraphs } = options;
  const scope: ExecutorScope = {
    schema,
    types: loaded.types,
    subgraphs,
    maxErrors: options.maxErrors ?? 100,
    ...(options.maxDeferredParts === undefined ? {} : { maxDeferredParts: options.maxDeferredParts }),
    onInternalError: options.onInternalError ?? (() => undefined),
  };
  const planner = options.planner ?? loaded.planner;
  const { planCheck } = options;
  const compile: Compile = (document, operationName, documentHash) => {
    const check: OnPlanned | undefined =
      planCheck &&
      ((plan, asked) => {
        const name = asked.operation.name?.value;
        applyPlanCheck(planCheck, findingsOf(plan, asked), { operationName: name, documentHash });
      });
    return createExecutable(compileOperation(schema, planner, document, operationName, check), scope);
  };

  const byHash = createExecutables(compile, options.maxExecutables ?? 1000);
  const byDocument = new WeakMap<DocumentNode, Map<string | undefined, Executable>>();

  return {
    generation,
    supergraphSdl,
    schema,
    subgraphs,
    variants,
    problems: loaded.problems,
    executable(document, operationName, documentHash) {
      if (documentHash !== undefined) return byHash.get(document, operationName, documentHash);
      let executables = byDocument.get(document);
      if (!executables) byDocument.set(document, (executables = new Map()));
      let executable = executables.get(operationName);
      if (!executable)
        executables.set(operationName, (executable = compile(document, operationName, undefined)));
      return executable;
    },
    inspect(document, operationName, variables) {
      let findings = (): readonly string[] => [];
      const compiled = compileOperation(schema, planner, document, operationName, (planned, asked) => {
        findings = () => findingsOf(planned, asked);
      });
      const { operation, inParts } = compiled;
      const coerced = compiled.coerceVariables(variables);
      const { plan } = ('values' in coerced ? inParts?.with(coerced.values) : undefined) ?? compiled;
      return { plan, operation, findings: () => findings() };
    },
    hottest: (count) => byHash.hottest(count),
  };
}
