import type { Executable, ExecutionResult } from '../compile/executable.ts';
import type { CompiledRequest } from '../compile/operation.ts';
import type { Variables } from '../compile/variables.ts';
import type { RequestContext } from '../context.ts';
import { SluiceError } from '../errors.ts';
import { compileSteps, type ExecutorScope, newState, refusal } from './compiled-steps.ts';
import { ErrorLog } from './error-log.ts';
import { compileInParts } from './in-parts.ts';
import { compileIntrospection, type Introspect } from './introspection.ts';
import { INTROSPECTION } from './projection.ts';
import type { Project } from './projection-place.ts';
import { compileProjections } from './projections.ts';
import type { RunState } from './run-state.ts';
import { untilDone } from './schedule.ts';
import { compileBind } from './subscription.ts';

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

  const bind = isSubscription ? compileBind(compiled, scope, stepScope, execute) : undefined;

  const incremental = compiled.inParts && compileInParts(compiled, compiled.inParts, scope, run);
  return {
    kind: operation.operation,
    plan,
    run,
    ...(bind && { bind }),
    ...(incremental ? { incremental } : {}),
  };
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

const NOT_A_STREAM: ExecutionResult = {
  errors: [
    {
      message:
        'A subscription needs a transport that streams: ask with "Accept: text/event-stream" or over a WebSocket.',
      extensions: { code: 'BAD_REQUEST' },
    },
  ],
};
