import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { type Guard, guardsOf } from '../compile/field-tree.ts';

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
}

export interface FragmentSelection {
  readonly kind: 'fragment';
  /** Absent = any. */
  readonly onType?: string;
  /** Only on these object types; what remains of a selection that was answered in part. */
  readonly onTypes?: readonly string[];
  readonly guards: readonly Guard[];
  readonly below: SelectionList;
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
        if (node.kind === Kind.INLINE_FRAGMENT) {
          const onType = node.typeCondition?.name.value;
          const below = convert(node.selectionSet);
          return [{ kind: 'fragment', ...(onType === undefined ? {} : { onType }), guards, below }];
        }
        const name = node.name.value;
        const definition = fragments.get(name);
        if (!definition) return [];
        let below = spread.get(name);
        if (!below) spread.set(name, (below = convert(definition.selectionSet)));
        return [{ kind: 'fragment', onType: definition.typeCondition.name.value, guards, below }];
      }),
    );
  return convert(operation.selectionSet);
}

const NO_GUARDS: readonly Guard[] = [];
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
