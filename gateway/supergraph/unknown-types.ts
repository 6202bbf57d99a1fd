import { type DocumentNode, Kind, type NamedTypeNode, specifiedScalarTypes, visit } from 'graphql';

/**
 * The uses of types that a subgraph does not define. Composition stops at the first; a person wants to
 * see them all. Directive definitions are left out: the specifications' own types need no definition.
 */
export function unknownTypeUses(document: DocumentNode): NamedTypeNode[] {
  const known = new Set(specifiedScalarTypes.map(({ name }) => name));
  for (const definition of document.definitions) {
    if ('name' in definition && definition.name && definition.kind !== Kind.DIRECTIVE_DEFINITION)
      known.add(definition.name.value);
  }
  const unknown: NamedTypeNode[] = [];
  visit(document, {
    DirectiveDefinition: () => false,
    NamedType(node) {
      const name = node.name.value;
      if (!known.has(name) && !name.includes('__') && !name.startsWith('_')) unknown.push(node);
    },
  });
  return unknown;
}
