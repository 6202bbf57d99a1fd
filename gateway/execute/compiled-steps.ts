import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import type { CompiledOperation } from '../compile/operation.ts';
import type { TypeTable } from '../compile/type-table.ts';
import type { Variables } from '../compile/variables.ts';
import type { RequestContext } from '../context.ts';
import type { SubgraphRuntime } from '../supergraph/subgraph.ts';
import { compileAsked } from './asked.ts';
import type { ErrorLog, OnInternalError } from './error-log.ts';
import type { StepScope } from './fetch-step.ts';
import { joinableSteps, junctionsOf } from './junction.ts';
import { ownedTreeOf } from './owned-tree.ts';
import type { RunState } from './run-state.ts';
import { compileSchedule, type StartSteps } from './schedule.ts';

/** What all executables of a snapshot share. */
export interface ExecutorScope {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema;
  readonly types: TypeTable;
  readonly subgraphs: ReadonlyMap<string, SubgraphRuntime>;
  /** Errors in one answer at most; one more entry says how many there were. */
  readonly maxErrors: number;
  /** Parts that come after the initial result of one answer at most; default 5000. */
  readonly maxDeferredParts?: number;
  readonly onInternalError: OnInternalError;
}

/** The steps of an operation, ready to be started any number of times. */
export function compileSteps(
  compiled: CompiledOperation,
  scope: ExecutorScope,
): { readonly stepScope: StepScope; readonly start: StartSteps } {
  const { steps } = compiled;
  const { types } = scope;
  const joined = joinableSteps(steps, types);
  const stepScope: StepScope = {
    types,
    owned: ownedTreeOf(steps, joined),
    junctions: junctionsOf(steps, joined),
    isAsked: compileAsked(steps),
  };
  return { stepScope, start: compileSchedule(compiled, joined, stepScope, (step) => runtimeOf(scope, step)) };
}

export function runtimeOf(scope: ExecutorScope, step: Step): SubgraphRuntime {
  const runtime = scope.subgraphs.get(step.fetch.subgraph);
  if (runtime) return runtime;
  throw new Error(`The supergraph names a subgraph "${step.fetch.subgraph}" that the gateway does not have.`);
}

/** What a run begins with. */
export function newState(variables: Variables, context: RequestContext, errors: ErrorLog): RunState {
  return {
    variables,
    context,
    root: {},
    errors,
    joins: [],
    tables: [],
    cohorts: [],
    displaced: new Set(),
    done: new Set(),
    startedAtMs: performance.now(),
  };
}

/** The answer to variables that are not valid. */
export function refusal(problems: readonly string[]): { errors: GraphQLFormattedError[] } {
  return { errors: problems.map((message) => ({ message, extensions: { code: 'BAD_USER_INPUT' } })) };
}
