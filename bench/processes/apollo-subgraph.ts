import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { Kind, parse, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';
import { sayReady } from './serve.ts';

type Resolvers = NonNullable<
  Parameters<typeof buildSubgraphSchema>[0] extends infer Input
    ? Extract<Extract<Input, readonly unknown[]>[number], { resolvers?: unknown }>['resolvers']
    : never
>;

/** Serves a federated subgraph with Apollo Server, as its documentation shows; `context` is made per request. */
export async function serveSubgraph(
  schemaFile: string,
  resolvers: Resolvers,
  context: () => object,
): Promise<void> {
  const text = readFileSync(join(import.meta.dirname, '../schema', schemaFile), 'utf8');
  const server = new ApolloServer<object>({
    schema: buildSubgraphSchema([{ typeDefs: parse(text), resolvers }]),
    nodeEnv: 'production',
    csrfPrevention: true,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: () => Promise.resolve(context()),
  });
  sayReady({ http: Number(new URL(url).port) });
}

/** Names of the fields that the query wants of this field's value, below `path`. */
export function wantedFields(info: GraphQLResolveInfo, ...path: readonly string[]): Set<string> {
  let level = info.fieldNodes.map(({ selectionSet }) => selectionSet);
  for (const name of path)
    level = level.flatMap((set) =>
      below(set, info)
        .filter((f) => f.name.value === name)
        .map((f) => f.selectionSet),
    );
  return new Set(level.flatMap((set) => below(set, info).map((f) => f.name.value)));
}

function below(set: SelectionSetNode | undefined, info: GraphQLResolveInfo): readonly Field[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value];
    return below(fragment?.selectionSet, info);
  });
}

type Field = GraphQLResolveInfo['fieldNodes'][number];
