import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { RequestContext } from '../context.ts';
import type { Plan } from './plan.ts';
import type { Variables } from './variables.ts';

/** An answer after section 7 of the GraphQL specification, as plain data. */
export interface ExecutionResult {
  data?: Record<string, unknown> | null;
  errors?: GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

/** An operation that is ready to run, any number of times at once. Holds no request data. */
export interface Executable {
  readonly kind: OperationTypeNode;
  readonly plan: Plan;
  /** Never rejects: whatever fails is an entry of `errors`. */
  run(rawVariables: Variables | null | undefined, context: RequestContext): Promise<ExecutionResult>;
  /** One result per event of a subscription; a query or mutation gives one result. */
  subscribe(
    rawVariables: Variables | null | undefined,
    context: RequestContext,
  ): AsyncIterable<ExecutionResult>;
}
