/** What a policy wraps: a step that turns an input into an output, knowing the context of the request. */
export type Step<Input, Context, Output> = (input: Input, context: Context) => Promise<Output>;

/** A duty around a step. `name` is what logs, docs and `sluice explain` call it. */
export interface Policy<Input, Context, Output> {
  readonly name: string;
  wrap(next: Step<Input, Context, Output>): Step<Input, Context, Output>;
}

/** The step with the policies around it: first listed = outermost. Called once per snapshot, never per request. */
export function composePolicies<Input, Context, Output>(
  policies: readonly Policy<Input, Context, Output>[],
  step: Step<Input, Context, Output>,
): Step<Input, Context, Output> {
  return policies.reduceRight((next, policy) => policy.wrap(next), step);
}
