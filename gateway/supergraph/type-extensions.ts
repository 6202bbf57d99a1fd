import {
  type DefinitionNode,
  Kind,
  type SchemaExtensionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';

const DEFINED_BY = {
  [Kind.SCHEMA_EXTENSION]: Kind.SCHEMA_DEFINITION,
  [Kind.SCALAR_TYPE_EXTENSION]: Kind.SCALAR_TYPE_DEFINITION,
  [Kind.OBJECT_TYPE_EXTENSION]: Kind.OBJECT_TYPE_DEFINITION,
  [Kind.INTERFACE_TYPE_EXTENSION]: Kind.INTERFACE_TYPE_DEFINITION,
  [Kind.UNION_TYPE_EXTENSION]: Kind.UNION_TYPE_DEFINITION,
  [Kind.ENUM_TYPE_EXTENSION]: Kind.ENUM_TYPE_DEFINITION,
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: Kind.INPUT_OBJECT_TYPE_DEFINITION,
} as const;

/**
 * A schema as if all of each type had been said in one place; composition prints it so, people need not. An extension of a
 * type that nothing defines defines it; an extension of a schema without a definition stays.
 */
export function withoutExtensions(definitions: readonly DefinitionNode[]): readonly DefinitionNode[] {
  const extensions = new Map<string, Extension[]>();
  for (const node of definitions) {
    if (!isExtension(node)) continue;
    const key = keyOf(node);
    const known = extensions.get(key);
    if (known) known.push(node);
    else extensions.set(key, [node]);
  }
  if (extensions.size === 0) return definitions;
  const merged: DefinitionNode[] = [];
  for (const node of definitions) {
    if (isExtension(node)) continue;
    const key = keyOf(node);
    merged.push((extensions.get(key) ?? []).reduce(extend, node));
    extensions.delete(key);
  }
  for (const [first, ...others] of extensions.values()) {
    if (first!.kind === Kind.SCHEMA_EXTENSION) merged.push(first!, ...others);
    else {
      const definition = { ...first!, kind: DEFINED_BY[first!.kind] } as TypeDefinitionNode;
      merged.push(others.reduce<DefinitionNode>(extend, definition));
    }
  }
  return merged;
}

type Extension = TypeExtensionNode | SchemaExtensionNode;

const PARTS = ['directives', 'interfaces', 'fields', 'types', 'values', 'operationTypes'] as const;

function extend(node: DefinitionNode, extension: Extension): DefinitionNode {
  const lists = node as Partial<Record<(typeof PARTS)[number], readonly unknown[]>>;
  const more = extension as typeof lists;
  const parts = PARTS.flatMap((part) =>
    more[part] === undefined ? [] : [[part, [...(lists[part] ?? []), ...more[part]]] as const],
  );
  return { ...node, ...Object.fromEntries(parts) };
}

/** Equal for a definition and its extensions. */
function keyOf(node: DefinitionNode): string {
  const kind = isExtension(node) ? DEFINED_BY[node.kind] : node.kind;
  return 'name' in node && node.name ? `${kind} ${node.name.value}` : kind;
}

function isExtension(node: DefinitionNode): node is Extension {
  return node.kind in DEFINED_BY;
}
