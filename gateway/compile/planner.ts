import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { Plan } from './plan.ts';

/** Turns an operation into a plan. One per supergraph; pure: the same operation gives the same plan. */
export interface Planner {
  /**
   * @param operation a valid, canonical operation
   * @param document holds `operation` and the fragments it spreads
   * @throws SluiceError `OPERATION_NOT_PLANNABLE`
   */
  plan(operation: OperationDefinitionNode, document: DocumentNode): Plan;
}
