import type { RequestContext } from '../context.ts';
import type { HttpRequest } from '../http/message.ts';
import type { InboundContext, OperationInput, OperationPolicy } from '../policies/kinds.ts';
import { composePolicies } from '../policies/policy.ts';
import type { Step } from '../policies/policy.ts';
import type { ExecutionResult } from '../compile/executable.ts';
import type { ServedSnapshot } from './snapshot.ts';

/** An operation with the operation policies around it. */
export type RunOperation = Step<OperationInput, RequestContext, ExecutionResult>;

/** How operations of a snapshot are run. */
export type RunFor = (snapshot: ServedSnapshot) => RunOperation;

/** The operation policies, first listed = outermost; or those of each snapshot, if they depend on it. */
export type OperationPolicies =
  | readonly OperationPolicy[]
  | ((snapshot: ServedSnapshot) => readonly OperationPolicy[]);

/** Puts the policies around the operations, once per snapshot. */
export function composeOperationPolicies(policies: OperationPolicies): RunFor {
  if (typeof policies !== 'function') {
    const run = composePolicies(policies, runExecutable);
    return () => run;
  }
  const runs = new WeakMap<ServedSnapshot, RunOperation>();
  return (snapshot) => {
    let run = runs.get(snapshot);
    if (run === undefined) runs.set(snapshot, (run = composePolicies(policies(snapshot), runExecutable)));
    return run;
  };
}

/** The innermost step of the operation policies. */
const runExecutable: RunOperation = ({ executable, variables, inParts }, context) => {
  const { incremental } = executable;
  if (!inParts || !incremental) return executable.run(variables, context);
  return incremental.run(variables, context, inParts).then((result) => {
    if (!('subsequent' in result)) return result;
    inParts.begin(result);
    return result.initial;
  });
};

/** What one operation carries from here to every backend call. Made after the inbound policies have had their say. */
export function createRequestContext(request: HttpRequest, inbound: InboundContext): RequestContext {
  return {
    requestId: inbound.requestId,
    signal: inbound.signal,
    deadlineAt: inbound.deadlineAt,
    headers: request.headers,
    identity: inbound.identity,
    loaders: new Map(),
    tally: inbound.tally,
  };
}
