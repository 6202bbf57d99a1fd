import { type GraphQLSchema, type SelectionSetNode } from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import type { Executable, ExecutionResult } from '../compile/executable.ts';
import type { FieldTree } from '../compile/field-tree.ts';
import type { CompiledOperation } from '../compile/operation.ts';
import type { TypeTable } from '../compile/type-table.ts';
import type { Variables } from '../compile/variables.ts';
import type { RequestContext } from '../context.ts';
import { SluiceError } from '../errors.ts';
import type { SubgraphRuntime } from '../supergraph/subgraph.ts';
import { conditionVariables } from './collect-fields.ts';
import { ErrorLog, type OnInternalError } from './error-log.ts';
import { compileAsked } from './asked.ts';
import { compileRootAnswer, describeFetch, named, type StepScope } from './fetch-step.ts';
import { compileIntrospection, type Introspect } from './introspection.ts';
import { joinableSteps, junctionsOf } from './junction.ts';
import type { DataObject } from './merge.ts';
import { ownedTreeOf } from './owned-tree.ts';
import { compileRootProjection, INTROSPECTION } from './projection.ts';
import type { Project, ProjectionScope } from './projection-place.ts';
import type { RunState } from './run-state.ts';
import { compileSchedule } from './schedule.ts';

/** What all executables of a snapshot share. */
export interface ExecutorScope {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema;
  readonly types: TypeTable;
  readonly subgraphs: ReadonlyMap<string, SubgraphRuntime>;
  /** Errors in one answer at most; one more entry says how many there were. */
  readonly maxErrors: number;
  readonly onInternalError: OnInternalError;
}

/** Compiles an operation into closures: nothing about it is looked up again when it runs. */
export function createExecutable(compiled: CompiledOperation, scope: ExecutorScope): Executable {
  const { operation, plan, steps } = compiled;
  const { types } = scope;
  const joined = joinableSteps(steps, types);
  const stepScope: StepScope = {
    types,
    owned: ownedTreeOf(steps, joined),
    junctions: junctionsOf(steps, joined),
    isAsked: compileAsked(steps),
  };
  const isSubscription = plan.root?.node === 'subscription';
  const runSteps = compileSchedule(compiled, joined, stepScope, (step) => runtimeOf(scope, step));
  const introspect = compileIntrospection(scope.schema, operation, compiled.fragments);
  const projectionFor = compileProjections(compiled, scope, stepScope);

  const execute = async (
    variables: Variables,
    context: RequestContext,
    prepare?: (state: RunState) => void,
  ): Promise<ExecutionResult> => {
    const errors = new ErrorLog(scope.maxErrors, scope.onInternalError);
    const root: DataObject = {};
    const state: RunState = {
      variables,
      context,
      root,
      errors,
      joins: [],
      tables: [],
      cohorts: [],
      displaced: new Set(),
      done: new Set(),
      startedAtMs: performance.now(),
    };
    try {
      prepare?.(state);
      await runSteps(state);
      return answer(state, projectionFor(variables), introspect);
    } catch (error) {
      errors.add(SluiceError.from(error));
      return { data: null, errors: errors.entries() ?? [] };
    }
  };

  const run: Executable['run'] = (raw, context) => {
    if (isSubscription) return Promise.resolve(NOT_A_STREAM);
    const variables = compiled.coerceVariables(raw);
    if ('problems' in variables) return Promise.resolve(refusal(variables.problems));
    return execute(variables.values, context);
  };

  const source = isSubscription ? compileSource(compiled.steps[0]!, scope, stepScope) : undefined;

  async function* subscribe(
    raw: Variables | null | undefined,
    context: RequestContext,
  ): AsyncGenerator<ExecutionResult, void, undefined> {
    if (!source) {
      yield await run(raw, context);
      return;
    }
    const variables = compiled.coerceVariables(raw);
    if ('problems' in variables) {
      yield refusal(variables.problems);
      return;
    }
    const { values } = variables;
    try {
      for await (const applyEvent of source(values, context)) {
        // Each event is an operation of its own: what loaders knew for the last one is out of date.
        yield await execute(values, { ...context, loaders: new Map() }, applyEvent);
      }
    } catch (error) {
      const errors = new ErrorLog(scope.maxErrors, scope.onInternalError);
      errors.add(SluiceError.from(error));
      yield { data: null, errors: errors.entries() ?? [] };
    }
  }

  return { kind: operation.operation, plan, run, subscribe };
}

function answer(state: RunState, project: Project, introspect: Introspect | undefined): ExecutionResult {
  const { root, errors, joins, displaced, cohorts } = state;
  if (introspect) Object.defineProperty(root, INTROSPECTION, { value: introspect(state.variables) });
  const data = (project(root, { path: [], errors, joins, displaced, cohorts }) ??
    null) as ExecutionResult['data'] & {};
  for (const error of displaced) if (!errors.has(error)) errors.add(error);
  const entries = errors.entries();
  return entries ? { errors: entries, data } : { data };
}

/** How many sets of `@skip`/`@include` values an operation keeps compiled projections for. */
const MAX_PROJECTIONS = 64;

/** One projection per set of values of the variables that `@skip` and `@include` look at. */
function compileProjections(
  compiled: CompiledOperation,
  scope: ExecutorScope,
  { junctions }: StepScope,
): (variables: Variables) => Project {
  const { operation, fragments, keys } = compiled;
  const rootType = scope.schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`the schema has no ${operation.operation} type`);
  const sets: SelectionSetNode[] = [operation.selectionSet];
  for (const fragment of fragments.values()) sets.push(fragment.selectionSet);
  const names = conditionVariables(sets);
  const { schema, types } = scope;
  const shared = { schema, types, fragments, keys, blame: compileBlame(compiled.steps) };
  const compile = (conditions: Variables): Project => {
    const projection: ProjectionScope = { ...shared, conditions };
    return compileRootProjection(projection, rootType, operation.selectionSet, junctions);
  };
  if (names.length === 0) {
    const only = compile({});
    return () => only;
  }
  const projections = new Map<string, Project>();
  return (variables) => {
    let key = '';
    for (const name of names) key += variables[name] === true ? '1' : '0';
    let project = projections.get(key);
    if (!project) {
      project = compile(Object.fromEntries(names.map((name, index) => [name, key[index] === '1'])));
      if (projections.size >= MAX_PROJECTIONS) projections.clear();
      projections.set(key, project);
    }
    return project;
  };
}

/** Names the subgraph that a response key was asked from, if there is only one. */
function compileBlame(steps: readonly Step[]): (fieldKey: string) => string | undefined {
  const asked = new Map<string, string | undefined>();
  const add = (tree: FieldTree, subgraph: string): void => {
    for (const [key, branch] of tree.fields) {
      asked.set(key, asked.has(key) && asked.get(key) !== subgraph ? undefined : subgraph);
      add(branch, subgraph);
    }
  };
  for (const { fields, fetch } of steps) add(fields, fetch.subgraph);
  return (fieldKey) => asked.get(fieldKey);
}

/** The events of a subscription, each as a function that puts it into a fresh state. */
function compileSource(
  step: Step,
  scope: ExecutorScope,
  stepScope: StepScope,
): (variables: Variables, context: RequestContext) => AsyncIterable<(state: RunState) => void> {
  const events = runtimeOf(scope, step).compileSubscription(describeFetch(step));
  const apply = compileRootAnswer(step, stepScope);
  return async function* (variables, context) {
    try {
      for await (const event of events({ variables }, context))
        yield (state) => apply(event, [state.root], state);
    } catch (error) {
      throw named(SluiceError.from(error), step.fetch.subgraph);
    }
  };
}

function runtimeOf(scope: ExecutorScope, step: Step): SubgraphRuntime {
  const runtime = scope.subgraphs.get(step.fetch.subgraph);
  if (runtime) return runtime;
  throw new Error(`The supergraph names a subgraph "${step.fetch.subgraph}" that the gateway does not have.`);
}

function refusal(problems: readonly string[]): ExecutionResult {
  return { errors: problems.map((message) => ({ message, extensions: { code: 'BAD_USER_INPUT' } })) };
}

const NOT_A_STREAM: ExecutionResult = {
  errors: [
    {
      message:
        'A subscription needs a transport that streams: ask with "Accept: text/event-stream" or over a WebSocket.',
      extensions: { code: 'BAD_REQUEST' },
    },
  ],
};
