import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type Deferral, type Deferrals, withDeferral } from './incremental.ts';

/** A client's variable of this name would collide with the one that every entity fetch has. */
export const RESERVED_VARIABLE = 'representations';
export const RENAMED_VARIABLE = 'representations__client';

/** An operation as the planner sees it, and how the client's fields are found in its data. */
export interface CanonicalOperation {
  readonly operation: OperationDefinitionNode;
  readonly document: DocumentNode;
  /** The canonical response key of each field node of the client's own document. */
  readonly keys: ReadonlyMap<FieldNode, string>;
}

/**
 * Renames response keys so that a key says what is in it: a field without arguments has its own name,
 * a field with arguments gets one alias per distinct set of arguments. So a client's alias can never
 * collide with a key or a required field that the planner adds, and a field that is asked for under two
 * aliases is fetched once. Constant `@skip`/`@include` are resolved on the way. `__schema` and `__type` are left out:
 * the executor answers them, and planners know the introspection of an older specification only.
 *
 * @param deferrals what comes later; every other `@defer` and `@stream` is left out. A list that is streamed has
 * a key of its own: its other aliases are not.
 */
export function canonicalize(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  deferrals: Deferrals = NOTHING_DEFERRED,
): CanonicalOperation {
  const keys = new Map<FieldNode, string>();
  const aliases = new Map<string, string>();
  /** As they were written first, so that fields of one alias are equal to the letter. */
  const argumentsOf = new Map<string, readonly ArgumentNode[]>();
  const typeInfo = new TypeInfo(schema);
  const mutationType = schema.getMutationType();
  const roots = new Set<unknown>([schema.getQueryType(), mutationType, schema.getSubscriptionType()]);
  const rewritten = visit(
    reachable(operation, document),
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        let included = resolveConstantConditions(node);
        if (included === undefined) return null;
        if (isIntrospection(node)) {
          keys.set(node, node.name.value);
          return null;
        }
        const parent = typeInfo.getParentType();
        const stream = deferrals.get(node);
        const hasArguments = (typeInfo.getFieldDef()?.args.length ?? 0) > 0;
        let key = node.name.value;
        if (mutationType && parent === mutationType && !key.startsWith('__')) {
          // Each response key of a mutation is an effect of its own: never folded.
          key = aliasFor(aliases, key, `mutation ${node.alias?.value ?? key}`);
        } else if ((hasArguments || stream) && !key.startsWith('__')) {
          const distinction = stream ? `@stream ${node.alias?.value ?? key} ` : '';
          key = aliasFor(aliases, key, distinction + printArguments(node.arguments ?? []));
          const written = argumentsOf.get(key);
          if (written) included = { ...included, arguments: written };
          else argumentsOf.set(key, node.arguments ?? []);
        }
        keys.set(node, key);
        const { alias: _, ...bare } = withDeferral(included, stream, key);
        return key === node.name.value ? bare : { ...bare, alias: { kind: Kind.NAME, value: key } };
      },
      InlineFragment: (node) => resolveFragment(node, deferrals.get(node)) ?? null,
      FragmentSpread: (node) => resolveFragment(node, deferrals.get(node)) ?? null,
      Variable: (node) =>
        node.name.value === RESERVED_VARIABLE
          ? { ...node, name: { ...node.name, value: RENAMED_VARIABLE } }
          : undefined,
      SelectionSet: {
        leave(node) {
          if (node.selections.length === 0) return onlyTypename(node);
          // Planners take conditions that all selections share for conditions of the field itself.
          const parent = typeInfo.getParentType();
          if (!parent || roots.has(parent) || !node.selections.every(isConditional)) return undefined;
          return { ...node, selections: [TYPENAME, ...node.selections] };
        },
      },
    }),
  );
  const found = rewritten.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!found) throw new Error('the canonical document has lost its operation');
  if (found.operation !== OperationTypeNode.MUTATION) return { operation: found, document: rewritten, keys };
  const flat = { ...found, selectionSet: flattened(found.selectionSet, rewritten) };
  const definitions = rewritten.definitions.map((definition) => (definition === found ? flat : definition));
  return { operation: flat, document: { ...rewritten, definitions }, keys };
}

const NOTHING_DEFERRED: Deferrals = new Map();

/** The operation with the fragments that it uses, and no other operation of the document. */
function reachable(operation: OperationDefinitionNode, document: DocumentNode): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const used = new Set<FragmentDefinitionNode>();
  const pending: SelectionSetNode[] = [operation.selectionSet];
  for (let set = pending.pop(); set; set = pending.pop()) {
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        if (selection.selectionSet && !isIntrospection(selection)) pending.push(selection.selectionSet);
        continue;
      }
      const fragment = fragments.get(selection.name.value);
      if (fragment && !used.has(fragment)) {
        used.add(fragment);
        pending.push(fragment.selectionSet);
      }
    }
  }
  return { kind: Kind.DOCUMENT, definitions: [operation, ...used] };
}

function isIntrospection(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && (node.name.value === '__schema' || node.name.value === '__type');
}

/** The node without directives that are decided already; undefined when it is never included. */
function resolveConstantConditions<Node extends SelectionNode>(node: Node): Node | undefined {
  if (!node.directives || node.directives.length === 0) return node;
  const directives: DirectiveNode[] = [];
  for (const directive of node.directives) {
    const constant = constantCondition(directive);
    if (constant === undefined) directives.push(directive);
    else if (constant === (directive.name.value === 'skip')) return undefined;
  }
  return directives.length === node.directives.length ? node : { ...node, directives };
}

function resolveFragment<Node extends InlineFragmentNode | FragmentSpreadNode>(
  node: Node,
  deferral: Deferral | undefined,
): Node | undefined {
  const included = resolveConstantConditions(node);
  return included && withDeferral(included, deferral);
}

function constantCondition(directive: DirectiveNode): boolean | undefined {
  if (directive.name.value !== 'skip' && directive.name.value !== 'include') return undefined;
  const value = directive.arguments?.[0]?.value;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

/** Root fields of a mutation out of their fragments: planners order fragments after fields, but the order of effects is the client's. */
function flattened(set: SelectionSetNode, document: DocumentNode): SelectionSetNode {
  const selections = set.selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.FIELD || (selection.directives?.length ?? 0) > 0) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return flattened(selection.selectionSet, document).selections;
    return document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value
        ? flattened(definition.selectionSet, document).selections
        : [],
    );
  });
  return { ...set, selections };
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function onlyTypename(node: SelectionSetNode): SelectionSetNode {
  return { ...node, selections: [TYPENAME] };
}

/** Whether `@skip` or `@include` with a variable decides about the selection; constants are resolved already. */
function isConditional({ directives }: SelectionNode): boolean {
  return directives?.some(({ name }) => name.value === 'skip' || name.value === 'include') ?? false;
}

function aliasFor(aliases: Map<string, string>, name: string, distinction: string): string {
  const identity = `${name} ${distinction}`;
  let alias = aliases.get(identity);
  if (alias === undefined) {
    alias = `${name}__${aliases.size}`;
    aliases.set(identity, alias);
  }
  return alias;
}

function printArguments(nodes: readonly ArgumentNode[]): string {
  return nodes
    .map((node) => `${node.name.value}:${print(sorted(node.value))}`)
    .sort()
    .join(',');
}

/** Equal input objects print equally, whatever the order of their fields. */
function sorted(value: ValueNode): ValueNode {
  if (value.kind === Kind.LIST) return { ...value, values: value.values.map(sorted) };
  if (value.kind !== Kind.OBJECT) return value;
  return {
    ...value,
    fields: value.fields
      .map((field) => ({ ...field, value: sorted(field.value) }))
      .sort((a, b) => (a.name.value < b.name.value ? -1 : 1)),
  };
}
