import {
  type ASTNode,
  type DocumentNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql';
import { type GraphUnderTest, type Mismatch, putUnderTest } from './differential.ts';
import type { FederatedGraph, SubgraphModel, TypeModel } from './federated-graph.ts';
import type { Faults } from './graph-data.ts';
import type { RandomOperation } from './random-operation.ts';

export interface FailingCase {
  readonly test: GraphUnderTest;
  readonly operation: RandomOperation;
  readonly faults?: Faults | undefined;
}

/** The case without what it fails without: selections and directives first, then definitions, until nothing can go. */
export async function minimise(
  failing: FailingCase,
  kind: Mismatch['kind'],
  maxMs: number,
): Promise<FailingCase> {
  const until = performance.now() + maxMs;
  let best = failing;
  const stillFails = async (candidate: FailingCase | undefined): Promise<boolean> => {
    if (!candidate) return false;
    const { test, operation, faults } = candidate;
    if (validate(test.schema, operation.document).length > 0) return false;
    try {
      return (await test.run(operation, faults)).mismatch?.kind === kind;
    } catch {
      return false;
    }
  };
  for (let smaller = true; smaller && performance.now() < until;) {
    smaller = false;
    for (const operation of smallerOperations(best.operation)) {
      const candidate = { ...best, operation };
      if (!(await stillFails(candidate))) continue;
      best = candidate;
      smaller = true;
      break;
    }
  }
  for (let smaller = true; smaller;) {
    smaller = false;
    for (const graph of smallerGraphs(best.test.graph)) {
      if (performance.now() > until) break;
      const test = tryCompose(graph, best.test);
      const candidate = test && { ...best, test };
      if (!(await stillFails(candidate))) continue;
      best = candidate!;
      smaller = true;
      break;
    }
  }
  return best;
}

function tryCompose(graph: FederatedGraph, { planner, labels }: GraphUnderTest): GraphUnderTest | undefined {
  try {
    return putUnderTest(graph, planner, labels);
  } catch {
    return undefined;
  }
}

function* smallerOperations(operation: RandomOperation): Generator<RandomOperation> {
  const { document } = operation;
  const removable: ASTNode[] = [];
  const hoistable: ASTNode[] = [];
  visit(document, {
    SelectionSet(node) {
      if (node.selections.length > 1) removable.push(...node.selections);
    },
    InlineFragment: (node) => void hoistable.push(node),
    Directive: (node) => void removable.push(node),
  });
  for (const node of removable) yield* rewritten(operation, without(document, node));
  for (const node of hoistable) yield* rewritten(operation, hoisted(document, node));
}

function* rewritten(operation: RandomOperation, document: DocumentNode): Generator<RandomOperation> {
  const tidy = withoutUnused(document);
  const names = new Set<string>();
  let operations = 0;
  visit(tidy, { VariableDefinition: (node) => void names.add(node.variable.name.value) });
  for (const definition of tidy.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) operations += 1;
  const variables = Object.fromEntries(
    Object.entries(operation.variables).filter(([name]) => names.has(name)),
  );
  const { operationName: _, ...rest } = operation;
  yield { ...rest, document: tidy, variables, ...(operations > 1 ? { operationName: 'Main' } : {}) };
}

function without(document: DocumentNode, node: ASTNode): DocumentNode {
  return visit(document, { enter: (each) => (each === node ? null : undefined) });
}

/** The inline fragment's selections in its place. */
function hoisted(document: DocumentNode, node: ASTNode): DocumentNode {
  return visit(document, {
    SelectionSet(set): SelectionSetNode | undefined {
      if (!set.selections.includes(node as SelectionNode)) return undefined;
      return {
        ...set,
        selections: set.selections.flatMap((each): readonly SelectionNode[] =>
          each === node && each.kind === Kind.INLINE_FRAGMENT ? each.selectionSet.selections : [each],
        ),
      };
    },
  });
}

function withoutUnused(document: DocumentNode): DocumentNode {
  let current = document;
  for (;;) {
    const used = new Set<string>();
    const variables = new Set<string>();
    visit(current, {
      FragmentSpread: (node) => void used.add(node.name.value),
      VariableDefinition: () => false,
      Variable: (node) => void variables.add(node.name.value),
    });
    const next: DocumentNode = visit(current, {
      FragmentDefinition: (node) => (used.has(node.name.value) ? undefined : null),
      VariableDefinition: (node) => (variables.has(node.variable.name.value) ? undefined : null),
      OperationDefinition: (node) => (node.name?.value === 'Other' ? null : undefined),
    });
    if (next === current) return current;
    current = next;
  }
}

function* smallerGraphs(graph: FederatedGraph): Generator<FederatedGraph> {
  const { subgraphs } = graph;
  for (const subgraph of subgraphs)
    if (subgraphs.length > 1) yield { ...graph, subgraphs: subgraphs.filter((each) => each !== subgraph) };
  const replaceType = (
    subgraph: SubgraphModel,
    type: TypeModel,
    by: TypeModel | undefined,
  ): FederatedGraph => ({
    ...graph,
    subgraphs: subgraphs.map((each) =>
      each === subgraph
        ? { ...each, types: each.types.flatMap((other) => (other === type ? (by ? [by] : []) : [other])) }
        : each,
    ),
  });
  for (const subgraph of subgraphs) {
    for (const type of subgraph.types) {
      yield replaceType(subgraph, type, undefined);
      for (const name of type.implements)
        yield replaceType(subgraph, type, {
          ...type,
          implements: type.implements.filter((each) => each !== name),
        });
    }
  }
  // A field goes in every subgraph at once first: one that is shared or required cannot go alone.
  const names = new Set(
    subgraphs.flatMap(({ types }) =>
      types.flatMap((type) => type.fields.map(({ name }) => `${type.name}.${name}`)),
    ),
  );
  for (const coordinate of names)
    yield {
      ...graph,
      subgraphs: subgraphs.map((subgraph) => ({
        ...subgraph,
        types: subgraph.types.map((type) => ({
          ...type,
          fields: type.fields.filter(({ name }) => `${type.name}.${name}` !== coordinate),
        })),
      })),
    };
  for (const subgraph of subgraphs) {
    for (const type of subgraph.types) {
      for (const key of type.keys)
        yield replaceType(subgraph, type, { ...type, keys: type.keys.filter((each) => each !== key) });
      for (const field of type.fields)
        yield replaceType(subgraph, type, { ...type, fields: type.fields.filter((each) => each !== field) });
      for (const member of type.members)
        yield replaceType(subgraph, type, {
          ...type,
          members: type.members.filter((each) => each !== member),
        });
    }
  }
}
