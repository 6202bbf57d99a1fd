import {
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Variables } from './variables.ts';

/** What is deferred or streamed for one set of variables, by the client's own selections. */
export type Deferrals = ReadonlyMap<SelectionNode, Deferral>;

/** An `@defer` or `@stream` that is in force. */
export type Deferral = DeferredFragment | StreamedList;

export interface DeferredFragment {
  readonly kind: 'defer';
  /** Unique in the operation. */
  readonly id: string;
  readonly label?: string;
}

export interface StreamedList {
  readonly kind: 'stream';
  readonly label?: string;
  readonly initialCount: InitialCount;
}

/** How many items come with the list itself: a number, or the variable that has it. */
export type InitialCount = number | { readonly variable: string };

/** The `@defer` and `@stream` of an operation, before anything is known about variables. */
export interface IncrementalDirectives {
  /** The boolean variables that decide which of them are in force, sorted. */
  readonly variables: readonly string[];
  /** What is in force, given the values of these variables. */
  inForce(values: Variables): Deferrals;
  /** What is wrong with the numbers that variables give to `initialCount`. */
  problems(values: Variables): readonly string[];
}

interface Found {
  readonly node: SelectionNode;
  readonly deferral: Deferral;
  /** Absent = always. */
  readonly variable?: string;
}

/** Directives of incremental delivery, as `@defer(if: Boolean! = true, label: String)` and `@stream(..., initialCount: Int! = 0)`. */
export function incrementalDirectivesOf(
  operation: OperationDefinitionNode,
  document: DocumentNode,
): IncrementalDirectives | undefined {
  const found: Found[] = [];
  const walk = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      for (const directive of node.directives ?? []) {
        const each = read(node, directive, found.length);
        if (each) found.push(each);
      }
      if (node.kind !== Kind.FRAGMENT_SPREAD && node.selectionSet) walk(node.selectionSet);
    }
  };
  walk(operation.selectionSet);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) walk(definition.selectionSet);
  if (found.length === 0) return undefined;
  const variables = [...new Set(found.flatMap(({ variable }) => variable ?? []))].sort();
  return {
    variables,
    inForce: (values) =>
      new Map(
        found
          .filter(({ variable }) => variable === undefined || values[variable] === true)
          .map(({ node, deferral }) => [node, deferral]),
      ),
    problems: (values) =>
      found.flatMap(({ deferral }) => {
        if (deferral.kind !== 'stream' || typeof deferral.initialCount === 'number') return [];
        const { variable } = deferral.initialCount;
        return Number(values[variable]) >= 0
          ? []
          : [`Variable "$${variable}" is the initialCount of a @stream and must not be negative or null.`];
      }),
  };
}

function read(node: SelectionNode, directive: DirectiveNode, number: number): Found | undefined {
  const kind = directive.name.value;
  if (kind !== 'defer' && kind !== 'stream') return undefined;
  const given = new Map<string, ValueNode>(
    directive.arguments?.map(({ name, value }) => [name.value, value]) ?? [],
  );
  const condition = given.get('if');
  if (condition?.kind === Kind.BOOLEAN && !condition.value) return undefined;
  const text = given.get('label');
  const label = text?.kind === Kind.STRING ? { label: text.value } : {};
  const variable = condition?.kind === Kind.VARIABLE ? { variable: condition.name.value } : {};
  if (kind === 'defer') return { node, deferral: { kind, id: `#${number}`, ...label }, ...variable };
  return {
    node,
    deferral: { kind, ...label, initialCount: initialCountOf(given.get('initialCount')) },
    ...variable,
  };
}

function initialCountOf(node: ValueNode | undefined): InitialCount {
  if (node?.kind === Kind.VARIABLE) return { variable: node.name.value };
  return node?.kind === Kind.INT ? Number(node.value) : 0;
}

/** Directives as the planner reads them: always in force, the label an id. */
export function canonicalDeferral(deferral: Deferral, key: string): DirectiveNode {
  const id = deferral.kind === 'defer' ? deferral.id : key;
  const label = argument('label', { kind: Kind.STRING, value: id });
  if (deferral.kind === 'defer') return directive('defer', [label]);
  const { initialCount } = deferral;
  const count: ValueNode =
    typeof initialCount === 'number'
      ? { kind: Kind.INT, value: String(initialCount) }
      : { kind: Kind.VARIABLE, name: name(initialCount.variable) };
  return directive('stream', [label, argument('initialCount', count)]);
}

function name(value: string) {
  return { kind: Kind.NAME, value } as const;
}

function argument(key: string, value: ValueNode) {
  return { kind: Kind.ARGUMENT, name: name(key), value } as const;
}

function directive(key: string, given: NonNullable<DirectiveNode['arguments']>): DirectiveNode {
  return { kind: Kind.DIRECTIVE, name: name(key), arguments: given };
}

/** The node without `@defer` and `@stream`, or with what stands for them. */
export function withDeferral<Node extends SelectionNode>(
  node: Node,
  deferral: Deferral | undefined,
  key = '',
): Node {
  const { directives = [] } = node;
  const others = directives.filter(({ name: { value } }) => value !== 'defer' && value !== 'stream');
  if (others.length === directives.length) return node;
  return { ...node, directives: deferral ? [...others, canonicalDeferral(deferral, key)] : others };
}
