import { type DefinitionNode, Kind, parse } from 'graphql';

/** As the incremental delivery proposal defines them; graphql-js has them from version 17 on. */
const DIRECTIVES = parse(
  `
"The fragment may come after the initial result."
directive @defer(
  "Whether it may: with false the fragment is as if it was not deferred."
  if: Boolean! = true
  "Names what comes later. Unique in the document."
  label: String
) on FRAGMENT_SPREAD | INLINE_FRAGMENT

"Items of the list may come after the initial result."
directive @stream(
  "Whether they may: with false the list is as if it was not streamed."
  if: Boolean! = true
  "Names what comes later. Unique in the document."
  label: String
  "How many items come with the list."
  initialCount: Int! = 0
) on FIELD
`,
  { noLocation: true },
);

/** The schema with `@defer` and `@stream`, which the gateway itself answers; a subgraph's own of these names are left out. */
export function withIncrementalDirectives(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const own = definitions.filter(
    (definition) =>
      definition.kind !== Kind.DIRECTIVE_DEFINITION ||
      (definition.name.value !== 'defer' && definition.name.value !== 'stream'),
  );
  return [...own, ...DIRECTIVES.definitions];
}
