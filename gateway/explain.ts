import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import {
  getArgumentValues,
  getNamedType,
  GraphQLError,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  validate,
} from 'graphql';
import { canonicalize } from './compile/canonical.ts';
import type { FetchStep } from './compile/plan.ts';
import { fetchSteps } from './compile/plan.ts';
import { printPlan } from './compile/print-plan.ts';
import { unknownVariant } from './config/unknown-variant.ts';
import { SIZE_ARGUMENTS } from './connectors/step.ts';
import { SluiceError } from './errors.ts';
import { planToDiagram } from './plan-output/diagram.ts';
import { planToJson, type PlanJson } from './plan-output/json.ts';
import { planToMermaid } from './plan-output/mermaid.ts';
import { outlineOf } from './plan-output/outline.ts';
import type { Problem } from './problem.ts';
import type { Snapshot } from './supergraph/snapshot.ts';
import type { CallEstimate, FetchDescription } from './supergraph/subgraph.ts';
import { listDepth } from './connectors/list-depth.ts';

export interface Explanation {
  readonly planText: string;
  readonly plan: PlanJson;
  /** Source of a Mermaid flowchart. */
  readonly mermaid: string;
  /** HTML, for the page. */
  readonly diagram: string;
  /** Backend calls by place; worst case. */
  readonly calls: readonly (CallEstimate & { readonly subgraph: string })[];
  readonly totalCalls: number;
  /** What the plan validator finds wrong; absent = it was not asked. */
  readonly findings?: readonly string[];
}

/** What is to be explained. */
export interface ExplainRequest {
  readonly operation: string;
  /** Which one, where the document has several. */
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whose clients send it; absent = those of the main graph. */
  readonly variant?: string | undefined;
}

export interface ExplainOptions {
  /** Elements that a list without a known bound is taken to have. */
  readonly assumedListSize: number;
  /** Whether the plan validator has its say. */
  readonly validate?: boolean;
}

/** What an operation would do, told without doing it. */
export function explainOperation(
  graph: Snapshot,
  { operation: text, operationName, variables, variant }: ExplainRequest,
  { assumedListSize, validate: isChecked = false }: ExplainOptions,
): Explanation | { problems: readonly Problem[] } {
  const snapshot = variant === undefined ? graph : graph.variants.get(variant);
  if (!snapshot) return { problems: [unknownVariant(`${variant}`, graph.variants.keys())!] };
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { problems: [problemOf(error, 'GRAPHQL_PARSE_FAILED')] };
  }
  const invalid = validate(snapshot.schema, document);
  if (invalid.length > 0) return { problems: invalidProblems(invalid, document, graph, variant) };
  try {
    const { plan, operation, findings } = snapshot.inspect(document, operationName, variables);
    const counts = countObjects(snapshot.schema, operation, document, variables, assumedListSize);
    const calls = fetchSteps(plan.root).flatMap((step) => {
      const subgraph = snapshot.subgraphs.get(step.subgraph)!;
      const entities =
        step.node === 'entityFetch'
          ? (counts.get(step.at.map((s) => s.field).join('.')) ?? assumedListSize)
          : 1;
      return subgraph
        .estimateCalls(describe(step), entities, assumedListSize, variables)
        .map((e) => ({ subgraph: step.subgraph, ...e }));
    });
    const outline = outlineOf(plan);
    return {
      planText: printPlan(plan),
      plan: planToJson(outline),
      mermaid: planToMermaid(outline),
      diagram: planToDiagram(outline),
      calls,
      totalCalls: calls.reduce((sum, c) => sum + c.calls, 0),
      ...(isChecked && { findings: findings() }),
    };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return { problems: [{ severity: 'error', code: error.code, message: error.message }] };
  }
}

/** Of what the variant hides, it is said: the main graph has it. */
function invalidProblems(
  errors: readonly GraphQLError[],
  document: DocumentNode,
  { schema }: Snapshot,
  variant: string | undefined,
): readonly Problem[] {
  const problems = errors.map((error) => problemOf(error, 'GRAPHQL_VALIDATION_FAILED'));
  if (variant === undefined) return problems;
  const wrongEverywhere = new Set(validate(schema, document).map(mistakeOf));
  return problems.map((problem, index) =>
    wrongEverywhere.has(mistakeOf(errors[index]!))
      ? problem
      : {
          ...problem,
          message: `${withoutSuggestion(problem.message)} The variant "${variant}" hides it; the main graph has it.`,
          fix: 'docs/variants.md tells what hides an element: its own tags, or those of what it needs.',
        },
  );
}

/** What is wrong where: the same in both schemas, but for what each suggests instead. */
function mistakeOf({ message, locations }: GraphQLError): string {
  return `${JSON.stringify(locations)}${withoutSuggestion(message)}`;
}

function withoutSuggestion(message: string): string {
  return message.replace(/ Did you mean .*$/s, '');
}

function describe(step: FetchStep): FetchDescription {
  return {
    subgraph: step.subgraph,
    kind: step.node === 'fetch' ? step.kind : ('query' as FetchDescription['kind']),
    operation: step.operation,
    document: parse(step.operation),
    operationName: step.operationName,
    variableNames: step.variableNames,
    entities: step.node === 'entityFetch',
  };
}

/** How many objects stand at each place of the answer at most, by the canonical response keys that plans use. */
function countObjects(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  assumedListSize: number,
): Map<string, number> {
  const canonical = canonicalize(schema, operation, document);
  const fragments = new Map(
    canonical.document.definitions
      .filter((d): d is FragmentDefinitionNode => d.kind === Kind.FRAGMENT_DEFINITION)
      .map((f) => [f.name.value, f]),
  );
  const counts = new Map<string, number>();

  const visit = (
    set: SelectionSetNode,
    type: GraphQLNamedType | undefined,
    count: number,
    at: string,
    size: number | undefined,
  ): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        visitField(selection, type, count, at, size);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!;
      visit(
        fragment.selectionSet,
        fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type,
        count,
        at,
        size,
      );
    }
  };
  const visitField = (
    node: FieldNode,
    type: GraphQLNamedType | undefined,
    count: number,
    at: string,
    size: number | undefined,
  ): void => {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (!field || !node.selectionSet) return;
    const own = sizeOf(getArguments(field, node, variables)) ?? size;
    const depth = listDepth(field.type);
    const below = depth > 0 ? count * (own ?? assumedListSize) * assumedListSize ** (depth - 1) : count;
    const key = node.alias?.value ?? node.name.value;
    const place = at === '' ? key : `${at}.${key}`;
    counts.set(place, Math.max(counts.get(place) ?? 0, below));
    // `users(first: 50) { nodes }`: the argument speaks of the next list below it.
    visit(node.selectionSet, getNamedType(field.type), below, place, depth > 0 ? undefined : own);
  };
  visit(
    canonical.operation.selectionSet,
    schema.getRootType(operation.operation) ?? undefined,
    1,
    '',
    undefined,
  );
  return counts;
}

function getArguments(
  field: Parameters<typeof getArgumentValues>[0],
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    // A required variable without a value: the size is not known.
    return {};
  }
}

function sizeOf(args: Readonly<Record<string, unknown>>): number | undefined {
  for (const name of SIZE_ARGUMENTS) if (typeof args[name] === 'number') return Math.max(args[name], 0);
  return undefined;
}

function problemOf(error: GraphQLError, code: string): Problem {
  const at = error.locations?.[0];
  return {
    severity: 'error',
    code,
    message: error.message,
    file: 'operation',
    ...(at && { line: at.line, column: at.column }),
  };
}
