import {
  operationFromDocument,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  type Schema,
  Supergraph,
} from '@apollo/federation-internals';
import {
  type FetchDataRewrite,
  type FetchNode,
  type PlanNode as ApolloPlanNode,
  QueryPlanner,
  type QueryPlanSelectionNode,
  type ResponsePath,
  type SubscriptionNode as ApolloSubscriptionNode,
} from '@apollo/query-planner';
import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';
import { SluiceError } from '../../gateway/errors.ts';
import type {
  ContextInput,
  ContextSource,
  FetchStep,
  PathSegment,
  Plan,
  PlanNode,
  RequiredSelection,
  Rewrite,
  RewriteSegment,
} from '../../gateway/compile/plan.ts';
import type { Planner } from '../../gateway/compile/planner.ts';

/**
 * Apollo's default of 10,000 lets one operation block the process for seconds; on the test graph 200
 * gives plans with the same number of fetches.
 */
const MAX_EVALUATED_PLANS = 200;

const FRAGMENT_PREFIX = '... on ';

/** `@apollo/query-planner` behind our own interface: its plans, translated. For comparison with ours. */
export function createApolloPlanner(supergraphSdl: string, labels: ReadonlySet<string> = new Set()): Planner {
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  // Named fragments are not sent on: finding where they fit costs planning time and gains nothing here.
  const apiSchema = supergraph.apiSchema();
  const overrideConditions = new Map(Array.from(labels, (label) => [label, true]));
  let planner: QueryPlanner;
  try {
    planner = new QueryPlanner(supergraph, {
      reuseQueryFragments: false,
      debug: { maxEvaluatedPlans: MAX_EVALUATED_PLANS },
    });
  } catch (cause) {
    return { plan: () => refuse(GRAPH_REFUSED, cause) };
  }
  return {
    plan: (operation, document) =>
      planOperation(planner, apiSchema, { overrideConditions }, operation, document),
  };
}

/** What is said of every operation on a supergraph for which no planner can be made. */
export const GRAPH_REFUSED = 'The supergraph is refused';

function refuse(what: string, cause: unknown): never {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  throw new SluiceError('OPERATION_NOT_PLANNABLE', `${what}${reason}`, { cause });
}

function planOperation(
  planner: QueryPlanner,
  apiSchema: Schema,
  options: { readonly overrideConditions: Map<string, boolean> },
  operation: OperationDefinitionNode,
  document: DocumentNode,
): Plan {
  let root: ApolloPlanNode | ApolloSubscriptionNode | undefined;
  try {
    const alone: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: document.definitions.filter(
        (definition) => definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION,
      ),
    };
    root = planner.buildQueryPlan(operationFromDocument(apiSchema, alone, { validate: false }), options).node;
  } catch (cause) {
    refuse('The operation cannot be planned', cause);
  }
  const translated = root && translate(root, []);
  return { kind: operation.operation, ...(translated ? { root: translated } : {}) };
}

function translate(node: ApolloPlanNode | ApolloSubscriptionNode, at: readonly PathSegment[]): PlanNode {
  switch (node.kind) {
    case 'Fetch':
      return translateFetch(node, at);
    case 'Sequence':
      return { node: 'sequence', nodes: node.nodes.map((child) => translate(child, at)) };
    case 'Parallel':
      return { node: 'parallel', nodes: node.nodes.map((child) => translate(child, at)) };
    case 'Flatten':
      return translate(node.node, [...at, ...translatePath(node.path)]);
    case 'Condition':
      return {
        node: 'condition',
        variable: node.condition,
        ...(node.ifClause ? { then: translate(node.ifClause, at) } : {}),
        ...(node.elseClause ? { otherwise: translate(node.elseClause, at) } : {}),
      };
    case 'Subscription': {
      const primary = translateFetch(node.primary, at);
      if (primary.node !== 'fetch') throw unplannable('its source of events is not a root field');
      return {
        node: 'subscription',
        primary,
        ...(node.rest ? { rest: translate(node.rest, at) } : {}),
      };
    }
    case 'Defer':
      throw unplannable('@defer is not supported');
  }
}

function translateFetch(node: FetchNode, at: readonly PathSegment[]): FetchStep {
  const contextInputs = translateContexts(node, at);
  const isOwn = (name: string): boolean =>
    name === 'representations' || contextInputs.some(({ variable }) => variable === name);
  const shared = {
    subgraph: node.serviceName,
    operation: node.operation,
    ...(node.operationName === undefined ? {} : { operationName: node.operationName }),
    variableNames: (node.variableUsages ?? []).filter((name) => !isOwn(name)),
    at,
    outputRewrites: (node.outputRewrites ?? []).map(translateRewrite),
  };
  if (!node.requires) return { ...shared, node: 'fetch', kind: node.operationKind };
  return {
    ...shared,
    node: 'entityFetch',
    requires: node.requires.map(translateRequired),
    inputRewrites: (node.inputRewrites ?? []).map(translateRewrite),
    ...(contextInputs.length === 0 ? {} : { contextInputs }),
  };
}

/** Apollo's way to a value: `..` for each field up, perhaps `... on Type`, then the fields down. */
function translateContexts(node: FetchNode, at: readonly PathSegment[]): ContextInput[] {
  const inputs = new Map<string, ContextInput & { readonly sources: ContextSource[] }>();
  for (const rewrite of node.contextRewrites ?? []) {
    if (rewrite.kind !== 'KeyRenamer') throw unplannable('it sets a value of a context');
    const variable = rewrite.renameKeyTo;
    const type = new RegExp(`\\$${variable}:([\\w[\\]!]+)`).exec(node.operation)?.[1] ?? '';
    const input = inputs.get(variable) ?? { variable, type, context: variable, sources: [] };
    inputs.set(variable, input);
    const up = rewrite.path.filter((segment) => segment === '..').length;
    const down = rewrite.path.slice(up);
    const types = down
      .filter((segment) => segment.startsWith(FRAGMENT_PREFIX))
      .map((segment) => segment.slice(FRAGMENT_PREFIX.length));
    const path = down.filter((segment) => !segment.startsWith(FRAGMENT_PREFIX));
    input.sources.push({ level: at.length - up, ...(types.length > 0 ? { types } : {}), path });
  }
  return [...inputs.values()];
}

/** Apollo's path: field names, each perhaps with `|[TypeA,TypeB]`, and `@` for each list. */
function translatePath(path: ResponsePath): PathSegment[] {
  const segments: PathSegment[] = [];
  for (const element of path) {
    const [field = '', condition] = String(element).split('|[', 2);
    const types = condition?.slice(0, -1).split(',');
    const last = segments.at(-1);
    if ((field === '' || field === '@') && types && last) {
      segments[segments.length - 1] = { ...last, types };
    } else if (field !== '' && field !== '@') {
      segments.push(types ? { field, types } : { field });
    }
  }
  return segments;
}

function translateRequired(selection: QueryPlanSelectionNode): RequiredSelection {
  if (selection.kind === 'Field') {
    const selections = selection.selections?.map(translateRequired);
    return {
      from: selection.alias ?? selection.name,
      name: selection.name,
      ...(selections ? { selections } : {}),
    };
  }
  return {
    ...(selection.typeCondition === undefined ? {} : { onType: selection.typeCondition }),
    selections: selection.selections.map(translateRequired),
  };
}

function translateRewrite(rewrite: FetchDataRewrite): Rewrite {
  const path = rewrite.path.map((element): RewriteSegment =>
    element.startsWith(FRAGMENT_PREFIX) ? { onType: element.slice(FRAGMENT_PREFIX.length) } : element,
  );
  return rewrite.kind === 'KeyRenamer'
    ? { rewrite: 'rename', path, to: rewrite.renameKeyTo }
    : { rewrite: 'set', path, value: rewrite.setValueTo };
}

function unplannable(reason: string): SluiceError {
  return new SluiceError('OPERATION_NOT_PLANNABLE', `The operation cannot be planned: ${reason}.`);
}
