import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { type Guard, guardsOf } from '../compile/field-tree.ts';
import type { InitialCount } from '../compile/incremental.ts';

/** Selections as they are written, of an operation or of a field set of the schema. Compared by identity. */
export interface SelectionList {
  readonly id: number;
  readonly selections: readonly Selection[];
}

export type Selection = FieldSelection | FragmentSelection;

export interface FieldSelection {
  readonly kind: 'field';
  /** The response key. */
  readonly key: string;
  readonly name: string;
  /** As they are sent: `(a:1)`; empty = none. Equal keys have equal arguments. */
  readonly argumentText: string;
  /** The client's variables that the arguments use. */
  readonly variables: readonly string[];
  readonly guards: readonly Guard[];
  readonly below?: SelectionList;
  /** How many items of the list come with it, where the others may come later. */
  readonly stream?: InitialCount;
}

export interface FragmentSelection {
  readonly kind: 'fragment';
  /** Absent = any. */
  readonly onType?: string;
  /** Only on these object types; what remains of a selection that was answered in part. */
  readonly onTypes?: readonly string[];
  readonly guards: readonly Guard[];
  readonly below: SelectionList;
  /** The id of its `@defer`. */
  readonly defer?: string;
  /** The deferred fragment that it is in; what remains of a selection that was answered in part. Absent = as what is around it. */
  readonly group?: string;
}

let lists = 0;

export function selectionList(selections: readonly Selection[]): SelectionList {
  lists += 1;
  return { id: lists, selections };
}

/** The operation's selections; a fragment that is spread twice is one list. */
export function selectionsOf(operation: OperationDefinitionNode, document: DocumentNode): SelectionList {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const spread = new Map<string, SelectionList>();
  const convert = (set: SelectionSetNode): SelectionList =>
    selectionList(
      set.selections.flatMap((node): readonly Selection[] => {
        const guards = node.directives?.length ? guardsOf(node) : NO_GUARDS;
        if (node.kind === Kind.FIELD) return [convertField(node, guards, convert)];
        const defer = node.directives?.length ? deferOf(node) : NO_DEFER;
        if (node.kind === Kind.INLINE_FRAGMENT) {
          const onType = node.typeCondition?.name.value;
          const below = convert(node.selectionSet);
          return [{ kind: 'fragment', ...(onType === undefined ? {} : { onType }), guards, below, ...defer }];
        }
        const name = node.name.value;
        const definition = fragments.get(name);
        if (!definition) return [];
        let below = spread.get(name);
        if (!below) spread.set(name, (below = convert(definition.selectionSet)));
        return [{ kind: 'fragment', onType: definition.typeCondition.name.value, guards, below, ...defer }];
      }),
    );
  return convert(operation.selectionSet);
}

const NO_GUARDS: readonly Guard[] = [];
const NO_DEFER = {};

/** The canonical operation has the id in the place of the label. */
function deferOf({ directives }: SelectionNode): { readonly defer?: string } {
  const directive = directives?.find(({ name }) => name.value === 'defer');
  const label = directive?.arguments?.find(({ name }) => name.value === 'label')?.value;
  return label?.kind === Kind.STRING ? { defer: label.value } : NO_DEFER;
}

function streamOf({ directives }: FieldAst): { readonly stream?: InitialCount } {
  const directive = directives?.find(({ name }) => name.value === 'stream');
  const count = directive?.arguments?.find(({ name }) => name.value === 'initialCount')?.value;
  if (count?.kind === Kind.VARIABLE) return { stream: { variable: count.name.value } };
  return count?.kind === Kind.INT ? { stream: Number(count.value) } : {};
}

const NO_VARIABLES: readonly string[] = [];

type FieldAst = Extract<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>;

/** @param convert turns the selection set below */
export function convertField(
  node: FieldAst,
  guards: readonly Guard[],
  convert: (set: SelectionSetNode) => SelectionList,
): FieldSelection {
  const name = node.name.value;
  let argumentText = '';
  let variables = NO_VARIABLES;
  if (node.arguments && node.arguments.length > 0) {
    const used = new Set<string>();
    argumentText = `(${node.arguments.map((each) => `${each.name.value}:${printValue(each.value, used)}`).join(',')})`;
    variables = [...used];
  }
  const field = {
    kind: 'field',
    key: node.alias?.value ?? name,
    name,
    argumentText,
    variables,
    guards,
    ...(node.directives?.length ? streamOf(node) : undefined),
  } as const;
  return node.selectionSet ? { ...field, below: convert(node.selectionSet) } : field;
}

function printValue(node: ValueNode, used: Set<string>): string {
  switch (node.kind) {
    case Kind.VARIABLE:
      used.add(node.name.value);
      return `$${node.name.value}`;
    case Kind.STRING:
      return JSON.stringify(node.value);
    case Kind.NULL:
      return 'null';
    case Kind.LIST:
      return `[${node.values.map((value) => printValue(value, used)).join(',')}]`;
    case Kind.OBJECT:
      return `{${node.fields.map((field) => `${field.name.value}:${printValue(field.value, used)}`).join(',')}}`;
    default:
      return String(node.value);
  }
}

/** The same field without its place, for one that stands for what is left of it. */
export function fieldWith(field: FieldSelection, below: SelectionList): FieldSelection {
  return { ...field, guards: NO_GUARDS, below };
}
