import { type DocumentNode, Kind } from 'graphql';

/*
 * `@oneOf` is GraphQL (September 2025), but federation's composition does not know it: it is taken out of the
 * subgraphs before they are composed, and put back into the schema that clients see.
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

export function withOneOf(document: DocumentNode, names: ReadonlySet<string>): DocumentNode {
  const oneOf = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'oneOf' } } as const;
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && names.has(definition.name.value)
      ? { ...definition, directives: [...(definition.directives ?? []), oneOf] }
      : definition,
  );
  return { ...document, definitions };
}
