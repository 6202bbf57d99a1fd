import { type DocumentNode, visit } from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import { type Guard, guardsOf } from '../compile/field-tree.ts';
import { MAX_ENUMERATED_VARIABLES, MAX_VALIDATION_STEPS } from './limits.ts';

/** Condition variables that are true; all others are false. */
export type Assignment = ReadonlySet<string>;

/** Whether the conditions are met. */
export function hold(guards: readonly Guard[], assignment: Assignment): boolean {
  return guards.every(({ variable, value }) => assignment.has(variable) === value);
}

/** The variables that decide about a step, or about a field of it or of the operation. */
export function conditionVariables(steps: readonly Step[], operation: DocumentNode | undefined): string[] {
  const found = new Set<string>();
  for (const { guards } of steps) for (const { variable } of guards) found.add(variable);
  const documents = steps.map(({ document }) => document);
  for (const document of operation ? [...documents, operation] : documents) {
    const add = (node: Parameters<typeof guardsOf>[0]): void => {
      for (const { variable } of guardsOf(node)) found.add(variable);
    };
    visit(document, { Field: add, InlineFragment: add, FragmentSpread: add });
  }
  return [...found].sort();
}

/**
 * Every assignment of up to `MAX_ENUMERATED_VARIABLES` variables; of more of them as many: those where all or none are
 * true, then those where one is true or one is false.
 */
export function assignmentsOf(variables: readonly string[]): Assignment[] {
  if (variables.length <= MAX_ENUMERATED_VARIABLES)
    return Array.from(
      { length: 2 ** variables.length },
      (_, bits) => new Set(variables.filter((__, index) => (bits >> index) % 2 === 1)),
    );
  const singled = variables.slice(0, 2 ** (MAX_ENUMERATED_VARIABLES - 1) - 1);
  return [
    new Set<string>(),
    new Set(variables),
    ...singled.map((one) => new Set([one])),
    ...singled.map((one) => new Set(variables.filter((other) => other !== one))),
  ];
}

/** What the assignments have in common: ` where $a is true and $b is false`; of all assignments, nothing. */
export function whereOf(assignments: readonly Assignment[], variables: readonly string[]): string {
  const common = variables.flatMap((variable) => {
    const count = assignments.filter((each) => each.has(variable)).length;
    if (count !== 0 && count !== assignments.length) return [];
    return [`$${variable} is ${count > 0}`];
  });
  return common.length === 0 ? '' : ` where ${common.join(' and ')}`;
}

/** How much work one plan is worth. */
export class Budget {
  #left = MAX_VALIDATION_STEPS;

  /** @throws BudgetSpent */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new BudgetSpent();
  }
}

/** Ends a check in its middle: what it has found until then is found. */
export class BudgetSpent extends Error {}
