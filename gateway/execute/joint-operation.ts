import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { FetchDescription } from '../supergraph/subgraph.ts';

/** Several entity fetches in one operation: each has its `_entities` under an alias, and its own representations. */
export interface JointOperation {
  readonly document: DocumentNode;
  /** Minified. */
  readonly operation: string;
  readonly operationName: string | undefined;
  /** The client's variables that any of them uses. */
  readonly variableNames: readonly string[];
  /** Per fetch. */
  readonly parts: readonly JointPart[];
}

interface JointPart {
  /** The alias of its `_entities`. */
  readonly alias: string;
  /** The variable with its representations. */
  readonly variable: string;
}

const REPRESENTATIONS = 'representations';

/** Made once per combination of fetches. */
export function joinOperations(fetches: readonly FetchDescription[]): JointOperation {
  const variableNames = [...new Set(fetches.flatMap((fetch) => fetch.variableNames))];
  let prefix = `${REPRESENTATIONS}_`;
  while (variableNames.some((name) => name.startsWith(prefix))) prefix += '_';
  const parts = fetches.map((_, index) => ({ alias: `_e${index}`, variable: `${prefix}${index}` }));
  const variables = new Map<string, VariableDefinitionNode>();
  const definitions: DefinitionNode[] = [];
  const fields: FieldNode[] = [];
  for (const [index, { document }] of fetches.entries()) {
    const { alias, variable } = parts[index]!;
    for (const definition of renamed(document, variable, `_${index}`).definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) {
        definitions.push(definition);
        continue;
      }
      for (const each of definition.variableDefinitions ?? []) variables.set(each.variable.name.value, each);
      for (const field of definition.selectionSet.selections)
        if (field.kind === Kind.FIELD) fields.push({ ...field, alias: nameNode(alias) });
    }
  }
  const operationName = fetches[0]?.operationName;
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    ...(operationName === undefined ? {} : { name: nameNode(operationName) }),
    variableDefinitions: [...variables.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
  };
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...definitions] };
  return {
    document,
    operation: stripIgnoredCharacters(print(document)),
    operationName,
    variableNames,
    parts,
  };
}

/** The document with a variable of its own for its representations, and fragments that no other fetch has. */
function renamed(document: DocumentNode, representations: string, suffix: string): DocumentNode {
  const withSuffix = (name: NameNode): NameNode => ({ ...name, value: `${name.value}${suffix}` });
  return visit(document, {
    Variable: (node) =>
      node.name.value === REPRESENTATIONS ? { ...node, name: nameNode(representations) } : undefined,
    FragmentSpread: (node) => ({ ...node, name: withSuffix(node.name) }),
    FragmentDefinition: (node) => ({ ...node, name: withSuffix(node.name) }),
  });
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
