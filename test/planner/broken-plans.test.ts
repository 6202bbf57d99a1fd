import { type FieldNode, getOperationAST, Kind, parse, print, visit } from 'graphql';
import { expect, it } from 'vitest';
import { canonicalize } from '../../gateway/compile/canonical.ts';
import type { FetchStep, Plan, PlanNode } from '../../gateway/compile/plan.ts';
import { fetchSteps } from '../../gateway/compile/plan.ts';
import { createFederationPlanner } from '../../gateway/planner/planner.ts';
import { createPlanValidator } from '../../gateway/planner/validate-plan.ts';
import { putUnderTest } from '../conformance/differential.ts';
import { randomGraph } from '../conformance/random-graph.ts';
import { randomOperation } from '../conformance/random-operation.ts';
import { randomFrom } from '../conformance/random-source.ts';

/** Breaks one step of a plan, or drops it. */
type Break = (step: FetchStep) => FetchStep | undefined;

const ONLY_UNDER = parse('{ a @include(if: $other) }').definitions[0]!;
const [{ directives: OTHER_CONDITION }] = (
  ONLY_UNDER as unknown as { selectionSet: { selections: [FieldNode] } }
).selectionSet.selections;

/** The share of the faults that must be found: a field that a document has twice is not missed when one goes. */
const BREAKS: Readonly<Record<string, { readonly share: number; readonly breakStep: Break }>> = {
  'a step is dropped': {
    share: 0.99,
    breakStep: (step) => (step.node === 'entityFetch' ? undefined : step),
  },
  'representations lose their keys': {
    share: 1,
    breakStep(step) {
      if (step.node === 'fetch') return step;
      const requires = step.requires.map((each) =>
        'from' in each ? each : { ...each, selections: each.selections.slice(0, 1) },
      );
      return { ...step, requires };
    },
  },
  'the first field is dropped': {
    share: 0.99,
    breakStep: (step) =>
      withFirstField(step, () => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } })),
  },
  'the first field comes under another condition': {
    share: 0.99,
    breakStep: (step) =>
      withFirstField(step, (node) => ({
        ...node,
        directives: [...(node.directives ?? []), ...(OTHER_CONDITION ?? [])],
      })),
  },
};

function withFirstField(step: FetchStep, edit: (node: FieldNode) => FieldNode): FetchStep {
  let isFirst = true;
  const document = visit(parse(step.operation), {
    Field(node) {
      if (!isFirst || node.name.value.startsWith('_')) return undefined;
      isFirst = false;
      return edit(node);
    },
  });
  return { ...step, operation: print(document) };
}

function broken(node: PlanNode | undefined, target: FetchStep, breakStep: Break): PlanNode | undefined {
  switch (node?.node) {
    case 'sequence':
    case 'parallel':
      return { ...node, nodes: node.nodes.flatMap((child) => broken(child, target, breakStep) ?? []) };
    case 'condition': {
      const then = broken(node.then, target, breakStep);
      const otherwise = broken(node.otherwise, target, breakStep);
      return {
        node: 'condition',
        variable: node.variable,
        ...(then && { then }),
        ...(otherwise && { otherwise }),
      };
    }
    default:
      return node === target ? breakStep(target) : node;
  }
}

it('faults that are put into plans at random are found', () => {
  const counts = new Map(Object.keys(BREAKS).map((name) => [name, { made: 0, found: 0 }]));
  for (let seed = 990_000; seed < 990_006; seed++) {
    let supergraphSdl = '';
    const test = putUnderTest(randomGraph(seed), (sdl) => createFederationPlanner((supergraphSdl = sdl)));
    if (!test) continue;
    const planner = createFederationPlanner(supergraphSdl);
    const validate = createPlanValidator(supergraphSdl);
    for (let number = 0; number < 8; number++) {
      const { document, operationName } = randomOperation(test.schema, randomFrom(seed * 1000 + number));
      const asked = canonicalize(test.schema, getOperationAST(document, operationName)!, document);
      const plan = planner.plan(asked.operation, asked.document);
      for (const step of fetchSteps(plan.root))
        for (const [name, { breakStep }] of Object.entries(BREAKS)) {
          if (breakStep(step) === step) continue;
          const root = broken(plan.root, step, breakStep);
          const wrong: Plan = { kind: plan.kind, ...(root && { root }) };
          const count = counts.get(name)!;
          count.made += 1;
          if (validate(wrong, asked).length > 0) count.found += 1;
        }
    }
  }
  for (const [name, { made, found }] of counts) {
    expect(made, name).toBeGreaterThan(80);
    expect(found / made, name).toBeGreaterThanOrEqual(BREAKS[name]!.share);
  }
});
