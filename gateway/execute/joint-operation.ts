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
  /** The variables that any of them uses. */
  readonly variableNames: readonly string[];
  /** Per fetch. */
  readonly parts: readonly JointPart[];
}

interface JointPart {
  /** The alias of its `_entities`. */
  readonly alias: string;
  /** The variable with its representations. */
  readonly variable: string;
  /** By the names of the fetch's own variables, those that they have here. */
  readonly contextVariables: ReadonlyMap<string, string>;
}

const REPRESENTATIONS = 'representations';

/** Made once per combination of fetches. */
export function joinOperations(fetches: readonly FetchDescription[]): JointOperation {
  const taken = new Set(fetches.flatMap((fetch) => fetch.variableNames));
  const prefix = freePrefix(`${REPRESENTATIONS}_`, taken);
  const contextPrefix = freePrefix('context_', taken);
  const parts = fetches.map(({ contextVariables = [] }, index): JointPart => ({
    alias: `_e${index}`,
    variable: `${prefix}${index}`,
    contextVariables: new Map(
      contextVariables.map((name, number) => [name, `${contextPrefix}${index}_${number}`]),
    ),
  }));
  const variableNames = [
    ...new Set(
      fetches.flatMap((fetch, index) =>
        fetch.variableNames.map((name) => parts[index]!.contextVariables.get(name) ?? name),
      ),
    ),
  ];
  const variables = new Map<string, VariableDefinitionNode>();
  const definitions: DefinitionNode[] = [];
  const fields: FieldNode[] = [];
  for (const [index, { document }] of fetches.entries()) {
    const { alias } = parts[index]!;
    for (const definition of renamed(document, parts[index]!, `_${index}`).definitions) {
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

function freePrefix(wanted: string, taken: ReadonlySet<string>): string {
  let prefix = wanted;
  while ([...taken].some((name) => name.startsWith(prefix))) prefix += '_';
  return prefix;
}

/** The document with variables of its own for its representations and what else is only its own, and fragments that no other fetch has. */
function renamed(
  document: DocumentNode,
  { variable, contextVariables }: JointPart,
  suffix: string,
): DocumentNode {
  const withSuffix = (name: NameNode): NameNode => ({ ...name, value: `${name.value}${suffix}` });
  return visit(document, {
    Variable: ({ name: { value }, ...node }) => {
      const name = value === REPRESENTATIONS ? variable : contextVariables.get(value);
      return name === undefined ? undefined : { ...node, name: nameNode(name) };
    },
    FragmentSpread: (node) => ({ ...node, name: withSuffix(node.name) }),
    FragmentDefinition: (node) => ({ ...node, name: withSuffix(node.name) }),
  });
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
