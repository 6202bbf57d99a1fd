import type { Plan } from '../compile/plan.ts';
import { SluiceError } from '../errors.ts';
import type { SupergraphModel } from '../planner/model/supergraph-model.ts';
import type { PlannedOperation } from '../planner/validate-conditions.ts';
import { createPlanValidator, type ValidatePlan } from '../planner/validate-plan.ts';

/** What becomes of the plan validator's findings. */
export interface PlanCheck {
  /** Whether an operation whose plan has faults is refused. */
  readonly refuse: boolean;
  /** Told of each plan that was checked. */
  readonly onChecked: (checked: CheckedPlan) => void;
}

export interface CheckedPlan {
  readonly outcome: 'ok' | 'findings' | 'refused';
  /** Fields, types and variables by name, never the value of one. */
  readonly findings: readonly string[];
  readonly operationName: string | undefined;
  /** Absent for a document that nobody keeps. */
  readonly documentHash: string | undefined;
}

type FindingsOf = (plan: Plan, asked: PlannedOperation) => readonly string[];

/** The validator of a supergraph, made when the first plan is checked. */
export function lazyPlanValidator(model: SupergraphModel): FindingsOf {
  let validate: ValidatePlan | undefined;
  return (plan, asked) => {
    try {
      return (validate ??= createPlanValidator(model))(plan, asked);
    } catch (error) {
      // Such a plan is broken as a whole; without a check it would fail when it is compiled.
      return [`the plan cannot be read: ${error instanceof Error ? error.message : String(error)}`];
    }
  };
}

/** @throws SluiceError `OPERATION_NOT_PLANNABLE` if there are findings and such operations are refused */
export function applyPlanCheck(
  { refuse, onChecked }: PlanCheck,
  findings: readonly string[],
  operation: Pick<CheckedPlan, 'operationName' | 'documentHash'>,
): void {
  const outcome = findings.length === 0 ? 'ok' : refuse ? 'refused' : 'findings';
  onChecked({ ...operation, outcome, findings });
  if (outcome === 'refused')
    throw new SluiceError(
      'OPERATION_NOT_PLANNABLE',
      'The operation cannot be planned: its plan has faults, which the gateway has written to its log.',
    );
}
