import {
  type DocumentNode,
  executeSync,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Variables } from '../compile/variables.ts';
import type { DataObject } from './merge.ts';

/** Answers the `__schema` and `__type` fields of an operation, by the client's own response keys. */
export type Introspect = (variables: Variables) => DataObject;

/** `undefined` if the operation has none. Without variables the answer is made once. */
export function compileIntrospection(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Introspect | undefined {
  const selectionSet = onlyIntrospection(operation.selectionSet, fragments);
  if (selectionSet.selections.length === 0) return undefined;
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, directives: [], selectionSet }, ...fragments.values()],
  };
  if (!usesVariables(document)) {
    // Variables of the other fields may be required, and have no values here.
    const alone: DocumentNode = {
      ...document,
      definitions: document.definitions.map((definition) =>
        definition.kind === Kind.OPERATION_DEFINITION
          ? { ...definition, variableDefinitions: [] }
          : definition,
      ),
    };
    let answer: DataObject | undefined;
    return () => (answer ??= introspectWith(schema, alone, {}));
  }
  return (variables) => introspectWith(schema, document, variables);
}

function introspectWith(schema: GraphQLSchema, document: DocumentNode, variables: Variables): DataObject {
  const result = executeSync({ schema, document, rootValue: {}, variableValues: variables });
  if (result.errors?.[0]) throw result.errors[0];
  return { ...result.data };
}

function onlyIntrospection(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionSetNode {
  const selections: SelectionNode[] = [];
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value === '__schema' || selection.name.value === '__type')
        selections.push(selection);
      continue;
    }
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet;
    const below = inner && onlyIntrospection(inner, fragments);
    if (below && below.selections.length > 0) {
      selections.push({
        kind: Kind.INLINE_FRAGMENT,
        ...(selection.directives ? { directives: selection.directives } : {}),
        selectionSet: below,
      });
    }
  }
  return { kind: Kind.SELECTION_SET, selections };
}

function usesVariables(document: DocumentNode): boolean {
  let found = false;
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition)) continue;
    visit(definition.selectionSet, {
      Variable: () => {
        found = true;
      },
    });
  }
  return found;
}
