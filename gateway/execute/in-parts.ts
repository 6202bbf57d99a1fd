import type { Executable, IncrementalExecutable } from '../compile/executable.ts';
import type { CompiledOperation, OperationInParts } from '../compile/operation.ts';
import type { Variables } from '../compile/variables.ts';
import { SluiceError } from '../errors.ts';
import type { DeliveryScope } from './collect-later.ts';
import { compileSteps, type ExecutorScope, newState, refusal } from './compiled-steps.ts';
import { Groups } from './delivery-group.ts';
import { ErrorLog } from './error-log.ts';
import { type IncrementalRun, runInParts } from './incremental.ts';
import { compileIntrospection } from './introspection.ts';
import { compileWaits } from './part-steps.ts';
import { INTROSPECTION } from './projection.ts';
import type { Project } from './projection-place.ts';
import { compileProjections } from './projections.ts';

const DEFAULT_MAX_PARTS = 5000;

/** One set of deferred fragments, compiled. */
interface Form {
  readonly start: IncrementalRun['start'];
  project(variables: Variables, repeats: boolean): Project;
}

/**
 * How an operation with `@defer` or `@stream` is answered in parts. What is deferred depends on variables: each set
 * is compiled when it is first asked for.
 */
export function compileInParts(
  whole: CompiledOperation,
  inParts: OperationInParts,
  scope: ExecutorScope,
  run: Executable['run'],
): IncrementalExecutable {
  const forms = new WeakMap<CompiledOperation, Form>();
  const formOf = (compiled: CompiledOperation): Form => {
    let form = forms.get(compiled);
    if (!form) forms.set(compiled, (form = compileForm(compiled, scope)));
    return form;
  };
  const introspect = compileIntrospection(scope.schema, whole.operation, whole.fragments);
  const newErrors = (): ErrorLog => new ErrorLog(scope.maxErrors, scope.onInternalError);

  return {
    plan(raw) {
      const variables = whole.coerceVariables(raw);
      return 'problems' in variables ? undefined : inParts.with(variables.values)?.plan;
    },
    async run(raw, context, { repeats = false } = {}) {
      const variables = whole.coerceVariables(raw);
      if ('problems' in variables) return refusal(variables.problems);
      const { values } = variables;
      const problems = inParts.problems(values);
      if (problems.length > 0) return refusal(problems);
      let compiled: CompiledOperation | undefined;
      let form: Form | undefined;
      try {
        compiled = inParts.with(values);
        form = compiled && formOf(compiled);
      } catch (error) {
        const errors = newErrors();
        errors.add(SluiceError.from(error));
        return { errors: errors.entries() ?? [] };
      }
      if (!compiled || !form) return run(raw, context);
      const ended = new AbortController();
      const signal = AbortSignal.any([context.signal, ended.signal]);
      const state = newState(values, { ...context, signal }, newErrors());
      if (introspect) Object.defineProperty(state.root, INTROSPECTION, { value: introspect(values) });
      return runInParts({
        state,
        steps: compiled.steps,
        start: form.start,
        project: form.project(values, repeats),
        newErrors,
        maxParts: scope.maxDeferredParts ?? DEFAULT_MAX_PARTS,
        stop: (reason) => ended.abort(reason),
      });
    },
  };
}

function compileForm(compiled: CompiledOperation, scope: ExecutorScope): Form {
  const { stepScope, start } = compileSteps(compiled, scope);
  const { deferrals } = compiled;
  const waits = compileWaits(compiled.steps);
  const projections = (repeats: boolean): ((variables: Variables) => Project) =>
    compileProjections(compiled, scope, stepScope, (): DeliveryScope => ({
      ...waits,
      deferrals,
      repeats,
      groups: new Groups(),
    }));
  const each = { once: projections(false), repeated: projections(true) };
  return {
    start,
    project: (variables, repeats) => (repeats ? each.repeated : each.once)(variables),
  };
}
