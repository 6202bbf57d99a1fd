import { type DocumentNode, Kind } from 'graphql';

/*
 * `@oneOf` is GraphQL (September 2025), but federation's composition does not know it: it is taken out of the
 * subgraphs before they are composed, and what clients see has it again (`build-schema.ts`).
 */

/** The schema without `@oneOf`; where it stood is added to `found`. */
export function withoutOneOf(document: DocumentNode, found: Set<string>): DocumentNode {
  const definitions = document.definitions.map((definition) => {
    if (
      definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INPUT_OBJECT_TYPE_EXTENSION
    )
      return definition;
    const directives = definition.directives?.filter((directive) => directive.name.value !== 'oneOf') ?? [];
    if (directives.length === (definition.directives?.length ?? 0)) return definition;
    found.add(definition.name.value);
    return { ...definition, directives };
  });
  return { ...document, definitions };
}
