import {
  buildASTSchema,
  type DocumentNode,
  getOperationAST,
  type GraphQLSchema,
  Kind,
  parse,
  validate,
} from 'graphql';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import { incrementalDirectivesOf } from '../../gateway/compile/incremental.ts';
import type { Plan } from '../../gateway/compile/plan.ts';
import { printPlan } from '../../gateway/compile/print-plan.ts';
import {
  planOperation,
  createFederationPlanner,
  type PlannerOptions,
} from '../../gateway/planner/planner.ts';
import { readSupergraph } from '../../gateway/planner/model/read-supergraph.ts';
import { Resolutions } from '../../gateway/planner/model/resolution.ts';
import { createPlanValidator } from '../../gateway/planner/validate-plan.ts';
import { withIncrementalDirectives } from '../../gateway/supergraph/incremental-directives.ts';

/** The plan of an operation, which the validator has found nothing wrong with. */
export function planned(supergraphSdl: string, text: string, options: PlannerOptions = {}): Plan {
  const { operation, document } = canonical(supergraphSdl, text);
  const plan = createFederationPlanner(supergraphSdl, options).plan(operation, document);
  const problems = createPlanValidator(supergraphSdl, options)(plan, { operation, document });
  if (problems.length > 0) throw new Error(`${problems.join('\n')}\n${printPlan(plan)}`);
  return plan;
}

/** Steps that the search for the plan took. */
export function searchSteps(supergraphSdl: string, text: string): { plan: Plan; steps: number } {
  const { operation, document } = canonical(supergraphSdl, text);
  let steps = 0;
  const resolutions = new Resolutions(readSupergraph(supergraphSdl));
  const plan = planOperation(resolutions, operation, document, (searched) => {
    steps = searched;
  });
  return { plan, steps };
}

/** The plan as text, each document on one line. */
export function planText(supergraphSdl: string, text: string, options: PlannerOptions = {}): string {
  return `\n${printPlan(planned(supergraphSdl, text, options))}`;
}

function canonical(supergraphSdl: string, text: string) {
  const sdl = {
    kind: Kind.DOCUMENT,
    definitions: withIncrementalDirectives(parse(supergraphSdl).definitions),
  } as const;
  const schema: GraphQLSchema = buildASTSchema(sdl, { assumeValidSDL: true });
  const document: DocumentNode = parse(text);
  const [invalid] = validate(schema, document);
  if (invalid) throw invalid;
  const operation = getOperationAST(document);
  if (!operation) throw new Error('one operation is expected');
  return canonicalize(schema, operation, document, incrementalDirectivesOf(operation, document)?.inForce({}));
}
