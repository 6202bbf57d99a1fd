import type { BoundSubscription, Executable, ExecutionResult } from '../compile/executable.ts';
import type { CompiledOperation } from '../compile/operation.ts';
import type { Variables } from '../compile/variables.ts';
import type { RequestContext } from '../context.ts';
import { SluiceError } from '../errors.ts';
import { type ExecutorScope, refusal, runtimeOf } from './compiled-steps.ts';
import { ErrorLog } from './error-log.ts';
import { compileRootAnswer, describeFetch, named, type StepScope } from './fetch-step.ts';
import type { RunState } from './run-state.ts';

type Execute = (
  variables: Variables,
  context: RequestContext,
  prepare: (state: RunState) => void,
) => Promise<ExecutionResult>;

/**
 * A subscription in two halves: where its events come from, and what each of them is answered with. So the next graph
 * can answer the events of a source that it has as well.
 */
export function compileBind(
  { steps, coerceVariables }: CompiledOperation,
  scope: ExecutorScope,
  stepScope: StepScope,
  execute: Execute,
): Executable['bind'] & {} {
  // The first step of a subscription is its source.
  const step = steps[0]!;
  const openSource = runtimeOf(scope, step).compileSubscription(describeFetch(step));
  const apply = compileRootAnswer(step, stepScope);

  const failed = (error: unknown): ExecutionResult => {
    const errors = new ErrorLog(scope.maxErrors, scope.onInternalError);
    errors.add(named(SluiceError.from(error), step.fetch.subgraph));
    return { data: null, errors: errors.entries() ?? [] };
  };

  return (raw, context) => {
    const variables = coerceVariables(raw);
    if ('problems' in variables) return { refused: refusal(variables.problems) };
    const { values } = variables;
    try {
      const source = openSource({ variables: values }, context);
      const bound: BoundSubscription = {
        source: () => source.identity(),
        open: (signal) => source.open(signal),
        async answer(event) {
          const data = await source.read(event);
          // Each event is an operation of its own: what loaders knew for the last one is out of date.
          const own = { ...context, loaders: new Map() };
          return execute(values, own, (state) => apply(data, [state.root], state));
        },
        failed,
      };
      return bound;
    } catch (error) {
      return { refused: failed(error) };
    }
  };
}
