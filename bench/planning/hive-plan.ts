import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type {
  PathSegment,
  Plan,
  PlanNode,
  RequiredSelection,
  Rewrite,
  RewriteSegment,
} from '../../gateway/compile/plan.ts';
import type { Planner } from '../../gateway/compile/planner.ts';
import { SluiceError } from '../../gateway/errors.ts';
import { type HivePlanner, loadHivePlanner } from './hive-planner.ts';
import type { ForeignNode } from './shape.ts';

/**
 * The Rust planner behind our own interface: its plans, translated, so that they can be run and judged.
 * @param onPlan told each plan as the planner made it
 */
export async function loadTranslatedHive(
  onPlan: (node: ForeignNode | undefined) => void,
): Promise<(supergraphSdl: string, labels: ReadonlySet<string>) => Planner> {
  const create = await loadHivePlanner();
  return (supergraphSdl, labels) => {
    const planner: HivePlanner = create(supergraphSdl);
    // Labels such as `percent(30)` apply below that percentage.
    const percentage = labels.size > 0 ? 0 : 100;
    return {
      plan: (operation, document) => {
        const text = print({
          kind: Kind.DOCUMENT,
          definitions: document.definitions.filter(
            (definition) => definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION,
          ),
        });
        let node: HiveNode | undefined;
        try {
          node = planner.plan(text, null, labels, percentage).node as HiveNode | undefined;
        } catch (cause) {
          const reason = cause instanceof Error ? cause.message : String(cause);
          throw new SluiceError('OPERATION_NOT_PLANNABLE', `The operation cannot be planned: ${reason}`, {
            cause,
          });
        }
        onPlan(node);
        return translatePlan(operation, node);
      },
    };
  };
}

type HivePath = readonly ('@' | { readonly Field: string } | { readonly TypeCondition: readonly string[] })[];

interface HiveRewriteBody {
  readonly path: readonly ({ readonly Key: string } | { readonly TypenameEquals: readonly string[] })[];
  readonly renameKeyTo?: string;
  readonly setValueTo?: string;
}
type HiveRewrite =
  | { readonly ValueSetter: HiveRewriteBody }
  | { readonly KeyRenamer: HiveRewriteBody }
  | (HiveRewriteBody & { readonly kind: 'ValueSetter' });

interface HiveRequired {
  readonly kind: 'InlineFragment' | 'Field' | 'FragmentSpread';
  readonly typeCondition?: string;
  readonly name?: string;
  readonly alias?: string;
  readonly selections?: readonly HiveRequired[];
}

interface HiveInputs {
  readonly requires?: readonly HiveRequired[];
  readonly inputRewrites?: readonly HiveRewrite[];
  readonly outputRewrites?: readonly HiveRewrite[];
}

interface HiveNode extends HiveInputs {
  readonly kind: string;
  readonly serviceName?: string;
  readonly variableUsages?: readonly string[];
  readonly operationKind?: OperationTypeNode;
  readonly operation?: string;
  readonly entityBatch?: { readonly aliases: readonly (HiveInputs & HiveAlias)[] };
  readonly nodes?: readonly HiveNode[];
  readonly node?: HiveNode;
  readonly primary?: HiveNode;
  readonly path?: HivePath;
  readonly condition?: string;
  readonly ifClause?: HiveNode;
  readonly elseClause?: HiveNode;
}

interface HiveAlias {
  readonly alias: string;
  readonly representationsVariableName: string;
  readonly paths: readonly HivePath[];
}

function translatePlan({ operation }: OperationDefinitionNode, node: HiveNode | undefined): Plan {
  return node ? { kind: operation, root: translate(node, []) } : { kind: operation };
}

function translate(node: HiveNode, at: readonly PathSegment[]): PlanNode {
  const nodes = node.nodes ?? [];
  switch (node.kind) {
    case 'Fetch':
      return translateFetch(node, at);
    case 'BatchFetch':
      return translateBatch(node);
    case 'Sequence':
      if (nodes[0]?.kind === 'Subscription') return translateSubscription(nodes[0], nodes.slice(1));
      return { node: 'sequence', nodes: nodes.map((child) => translate(child, at)) };
    case 'Parallel':
      return { node: 'parallel', nodes: nodes.map((child) => translate(child, at)) };
    case 'Flatten':
      return translate(node.node!, [...at, ...translatePath(node.path ?? [])]);
    case 'Condition':
      return {
        node: 'condition',
        variable: node.condition ?? '',
        ...(node.ifClause ? { then: translate(node.ifClause, at) } : {}),
        ...(node.elseClause ? { otherwise: translate(node.elseClause, at) } : {}),
      };
    case 'Subscription':
      return translateSubscription(node, []);
    default:
      throw new Error(`a plan has a node of the unknown kind "${node.kind}"`);
  }
}

function translateSubscription(node: HiveNode, rest: readonly HiveNode[]): PlanNode {
  const primary = translateFetch(node.primary!, []);
  if (primary.node !== 'fetch') throw new Error('events come from a root field');
  const nodes = rest.map((child) => translate(child, []));
  return {
    node: 'subscription',
    primary,
    ...(nodes.length > 0 ? { rest: { node: 'sequence', nodes } } : {}),
  };
}

function translateFetch(node: HiveNode, at: readonly PathSegment[]) {
  const shared = {
    subgraph: node.serviceName!,
    operation: stripIgnoredCharacters(print(withoutFragments(parse(node.operation!)))),
    variableNames: (node.variableUsages ?? []).filter((name) => name !== 'representations'),
    at,
    outputRewrites: (node.outputRewrites ?? []).flatMap(translateRewrite),
  };
  if (!node.requires)
    return { ...shared, node: 'fetch' as const, kind: node.operationKind ?? OperationTypeNode.QUERY };
  return {
    ...shared,
    node: 'entityFetch' as const,
    requires: node.requires.map(translateRequired),
    inputRewrites: (node.inputRewrites ?? []).flatMap(translateRewrite),
  };
}

/** Its aliases are entity fetches of their own here: those of one subgraph that are ready together are one request anyway. */
function translateBatch(node: HiveNode): PlanNode {
  const document = withoutFragments(parse(node.operation!));
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a document without an operation');
  const used = new Set(node.variableUsages);
  const nodes = node.entityBatch!.aliases.flatMap(
    ({ alias, paths, requires, inputRewrites, outputRewrites }) => {
      const field = operation.selectionSet.selections.find(
        (selection): selection is FieldNode =>
          selection.kind === Kind.FIELD && selection.alias?.value === alias,
      );
      if (!field?.selectionSet) throw new Error(`a batch without its alias ${alias}`);
      const body = print(field.selectionSet);
      const definitions = (operation.variableDefinitions ?? []).filter(
        ({ variable }) => used.has(variable.name.value) && body.includes(`$${variable.name.value}`),
      );
      const head = ['$representations: [_Any!]!', ...definitions.map((definition) => print(definition))];
      return paths.map((path): PlanNode => ({
        node: 'entityFetch',
        subgraph: node.serviceName!,
        operation: stripIgnoredCharacters(
          `query (${head.join(', ')}) { _entities(representations: $representations) ${body} }`,
        ),
        variableNames: definitions.map(({ variable }) => variable.name.value),
        at: translatePath(path),
        requires: (requires ?? []).map(translateRequired),
        inputRewrites: (inputRewrites ?? []).flatMap(translateRewrite),
        outputRewrites: (outputRewrites ?? []).flatMap(translateRewrite),
      }));
    },
  );
  return { node: 'parallel', nodes };
}

function withoutFragments(document: DocumentNode): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return visit(document, {
    FragmentDefinition: () => null,
    FragmentSpread: {
      enter: ({ name, directives }) => {
        const definition = fragments.get(name.value);
        if (!definition) return undefined;
        const { typeCondition, selectionSet } = definition;
        return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives };
      },
    },
  });
}

function translatePath(path: HivePath): PathSegment[] {
  const segments: PathSegment[] = [];
  for (const segment of path) {
    if (segment === '@') continue;
    const last = segments.at(-1);
    if ('Field' in segment) segments.push({ field: segment.Field });
    else if (last) segments[segments.length - 1] = { ...last, types: segment.TypeCondition };
  }
  return segments;
}

function translateRequired(selection: HiveRequired): RequiredSelection {
  const selections = (selection.selections ?? []).map(translateRequired);
  if (selection.kind === 'Field') {
    const name = selection.name ?? '';
    return { from: selection.alias ?? name, name, ...(selections.length > 0 ? { selections } : {}) };
  }
  return {
    ...(selection.typeCondition === undefined ? {} : { onType: selection.typeCondition }),
    selections,
  };
}

/** One for each combination of types that its path goes through. */
function translateRewrite(rewrite: HiveRewrite): Rewrite[] {
  const body =
    'ValueSetter' in rewrite ? rewrite.ValueSetter : 'KeyRenamer' in rewrite ? rewrite.KeyRenamer : rewrite;
  const paths = body.path.reduce<readonly (readonly RewriteSegment[])[]>(
    (all, each) =>
      all.flatMap((path) =>
        'Key' in each
          ? [[...path, each.Key]]
          : each.TypenameEquals.map((onType): readonly RewriteSegment[] => [...path, { onType }]),
      ),
    [[]],
  );
  return paths.map((path) =>
    body.renameKeyTo === undefined
      ? { rewrite: 'set', path, value: body.setValueTo }
      : { rewrite: 'rename', path, to: body.renameKeyTo },
  );
}
