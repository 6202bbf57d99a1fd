import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** What is needed to find the client's fields by their canonical response keys. */
interface FieldKeys {
  readonly keys: ReadonlyMap<FieldNode, string>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** A subgraph's path in the client's response keys; only on the way of an error, so the AST is walked. */
export function clientPath(
  scope: FieldKeys,
  nodes: readonly FieldNode[],
  path: readonly (string | number)[],
): (string | number)[] {
  let below = nodes;
  return path.map((segment) => {
    if (typeof segment === 'number') return segment;
    const found = childNodes(scope, below).filter((node) => scope.keys.get(node) === segment);
    below = found;
    return found[0]?.alias?.value ?? found[0]?.name.value ?? segment;
  });
}

function childNodes(scope: FieldKeys, nodes: readonly FieldNode[]): FieldNode[] {
  const found: FieldNode[] = [];
  const add = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) found.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) add(selection.selectionSet);
      else add(scope.fragments.get(selection.name.value)?.selectionSet);
    }
  };
  for (const node of nodes) add(node.selectionSet);
  return found;
}
