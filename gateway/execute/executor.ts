import type { Step } from '../compile/dataflow.ts';
import type { Executable, ExecutionResult } from '../compile/executable.ts';
import type { CompiledRequest } from '../compile/operation.ts';
import type { Variables } from '../compile/variables.ts';
import type { RequestContext } from '../context.ts';
import { SluiceError } from '../errors.ts';
import { compileSteps, type ExecutorScope, newState, refusal, runtimeOf } from './compiled-steps.ts';
import { ErrorLog } from './error-log.ts';
import { compileRootAnswer, describeFetch, named, type StepScope } from './fetch-step.ts';
import { compileInParts } from './in-parts.ts';
import { compileIntrospection, type Introspect } from './introspection.ts';
import { INTROSPECTION } from './projection.ts';
import type { Project } from './projection-place.ts';
import { compileProjections } from './projections.ts';
import type { RunState } from './run-state.ts';
import { untilDone } from './schedule.ts';

export type { ExecutorScope } from './compiled-steps.ts';

/** Compiles an operation into closures: nothing about it is looked up again when it runs. */
export function createExecutable(compiled: CompiledRequest, scope: ExecutorScope): Executable {
  const { operation, plan } = compiled;
  const isSubscription = plan.root?.node === 'subscription';
  const { stepScope, start } = compileSteps(compiled, scope);
  const introspect = compileIntrospection(scope.schema, operation, compiled.fragments);
  const projectionFor = compileProjections(compiled, scope, stepScope);

  const execute = async (
    variables: Variables,
    context: RequestContext,
    prepare?: (state: RunState) => void,
  ): Promise<ExecutionResult> => {
    const errors = new ErrorLog(scope.maxErrors, scope.onInternalError);
    const state = newState(variables, context, errors);
    try {
      prepare?.(state);
      await untilDone(start(state));
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

  const incremental = compiled.inParts && compileInParts(compiled, compiled.inParts, scope, run);
  return { kind: operation.operation, plan, run, subscribe, ...(incremental ? { incremental } : {}) };
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

const NOT_A_STREAM: ExecutionResult = {
  errors: [
    {
      message:
        'A subscription needs a transport that streams: ask with "Accept: text/event-stream" or over a WebSocket.',
      extensions: { code: 'BAD_REQUEST' },
    },
  ],
};
