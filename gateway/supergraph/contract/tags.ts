import { type ConstDirectiveNode, type DefinitionNode, isTypeDefinitionNode, Kind } from 'graphql';
import { type Feature, featureNamed } from '../features.ts';
import type { Sliced } from '../slices.ts';

/** Names of an element's own tags (https://specs.apollo.dev/tag/), by schema coordinate: `User`, `User.name`, `Query.user(id:)`. */
export type Tags = ReadonlyMap<string, ReadonlySet<string>>;

/** Definitions between two yields. */
const BATCH = 50;

type Named = { readonly name: { readonly value: string } };
type Marked = { readonly directives?: readonly ConstDirectiveNode[] | undefined };

/** Out of a supergraph: a schema for clients has none. */
export function* readTags(
  definitions: readonly DefinitionNode[],
  features: readonly Feature[],
): Sliced<Tags> {
  const directive = featureNamed(features, 'tag')?.directiveName('tag');
  const tags = new Map<string, Set<string>>();
  if (directive === undefined) return tags;
  const add = (coordinate: string, { directives = [] }: Marked): void => {
    for (const { name, arguments: given } of directives) {
      if (name.value !== directive) continue;
      const value = given?.find((each) => each.name.value === 'name')?.value;
      if (value?.kind !== Kind.STRING) continue;
      const known = tags.get(coordinate);
      if (known) known.add(value.value);
      else tags.set(coordinate, new Set([value.value]));
    }
  };
  let count = 0;
  for (const node of definitions) {
    if (count++ % BATCH === 0) yield;
    if (!isTypeDefinitionNode(node)) continue;
    const type = node.name.value;
    add(type, node);
    const parts: readonly (Named & Marked)[] =
      'fields' in node ? (node.fields ?? []) : 'values' in node ? (node.values ?? []) : [];
    for (const part of parts) {
      const coordinate = `${type}.${part.name.value}`;
      add(coordinate, part);
      if ('arguments' in part)
        for (const argument of part.arguments as readonly (Named & Marked)[])
          add(`${coordinate}(${argument.name.value}:)`, argument);
    }
  }
  return tags;
}
