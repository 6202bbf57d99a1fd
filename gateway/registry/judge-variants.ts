import type { GraphQLSchema } from 'graphql';
import type { Problem } from '../problem.ts';
import { usageOfVariant } from '../usage/usage.ts';
import { judgeChanges, type RecordedUsage } from './judge-changes.ts';
import { type SchemaChange, schemaChanges } from './schema-changes.ts';

interface WithVariants {
  readonly variants: ReadonlyMap<string, { readonly schema: GraphQLSchema }>;
}

/**
 * What the clients of variants would lose and those of the main graph would not: a tag that comes or goes changes
 * what a variant shows.
 * @param ofMain what changes in the main graph; it has been told
 */
export async function judgeVariants(
  ofMain: readonly SchemaChange[],
  before: WithVariants,
  after: WithVariants,
  usage: RecordedUsage,
): Promise<readonly Problem[]> {
  const told = new Set(ofMain.map(({ message }) => message));
  const problems: Problem[] = [];
  for (const [name, { schema }] of before.variants) {
    const next = after.variants.get(name)?.schema;
    if (!next) continue;
    const changes = (await schemaChanges(schema, next)).filter(({ message }) => !told.has(message));
    const operations = usageOfVariant(usage.operations, name);
    for (const problem of await judgeChanges(changes, schema, next, { ...usage, operations }))
      problems.push({ ...problem, message: `In the variant "${name}": ${problem.message}` });
  }
  return problems;
}
