import { SluiceError } from '../errors.ts';

/** The one error of the planner. */
export function notPlannable(reason: string): SluiceError {
  return new SluiceError('OPERATION_NOT_PLANNABLE', `The operation cannot be planned: ${reason}`);
}

/** A documented limit (limits.ts) that the operation is beyond. */
export function beyondLimit(what: string, limit: number, wayOut: string): SluiceError {
  return notPlannable(`${what} (limit: ${limit}). ${wayOut}`);
}
