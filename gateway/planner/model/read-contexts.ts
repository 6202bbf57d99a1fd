import { type DocumentNode, Kind } from 'graphql';
import { itemsOf, textArgument, textField, usesOf } from './directive-arguments.ts';
import type { CompositeType } from './supergraph-model.ts';

/**
 * The types that carry each context (https://specs.apollo.dev/context/): an object type that is marked, the
 * implementing types of a marked interface, the members of a marked union; and the marked type itself.
 */
export function readContexts(
  document: DocumentNode,
  types: ReadonlyMap<string, CompositeType>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const directive = directiveName(document);
  const contexts = new Map<string, Set<string>>();
  for (const node of document.definitions) {
    if (!('directives' in node) || !('name' in node) || !node.name) continue;
    const type = types.get(node.name.value);
    if (!type || node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    for (const use of usesOf(
      { directives: node.directives ?? [] } as Parameters<typeof usesOf>[0],
      directive,
    )) {
      const name = textArgument(use, 'name') ?? '';
      const carriers = contexts.get(name) ?? new Set<string>();
      contexts.set(name, carriers.add(type.name));
      for (const object of type.objects) carriers.add(object);
    }
  }
  return contexts;
}

/** A link may give the feature, or the directive that it imports, another name (https://specs.apollo.dev/link/v1.0). */
function directiveName(document: DocumentNode): string {
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const link of usesOf(node, 'link')) {
      if (!/\/context\/v/.test(textArgument(link, 'url') ?? '')) continue;
      const imported = itemsOf(link, 'import').find((item) => textField(item, 'name') === '@context');
      const name = imported && textField(imported, 'as');
      return name?.slice(1) ?? textArgument(link, 'as') ?? 'context';
    }
  }
  return 'context';
}
