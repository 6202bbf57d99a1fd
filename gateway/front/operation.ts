import type { RequestContext } from '../context.ts';
import type { HttpRequest } from '../http/message.ts';
import type { InboundContext, OperationInput } from '../policies/kinds.ts';
import type { Step } from '../policies/policy.ts';
import type { ExecutionResult } from '../compile/executable.ts';

/** An operation with the operation policies around it. */
export type RunOperation = Step<OperationInput, RequestContext, ExecutionResult>;

/** The innermost step of the operation policies. */
export const runExecutable: RunOperation = (input, context) => input.executable.run(input.variables, context);

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
