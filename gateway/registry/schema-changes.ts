import { CriticalityLevel, diff } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';
import { EMPTY_GRAPH_FIELD } from '../supergraph/empty-graph.ts';

/** One difference between two API schemas, as its clients see it. */
export interface SchemaChange {
  /** `breaking`: operations that were valid may not be; `dangerous`: they stay valid and may behave otherwise. */
  readonly level: 'breaking' | 'dangerous' | 'safe';
  /** What kind of change, upper snake case: `FIELD_REMOVED`. */
  readonly kind: string;
  readonly message: string;
  /** The schema coordinate: `User.email`, `Query.user.id`; absent for changes of the schema as a whole. */
  readonly path?: string;
}

const LEVELS = {
  [CriticalityLevel.Breaking]: 'breaking',
  [CriticalityLevel.Dangerous]: 'dangerous',
  [CriticalityLevel.NonBreaking]: 'safe',
} as const;

const ORDER = ['breaking', 'dangerous', 'safe'];

/** What has changed, the worst first. */
export async function schemaChanges(
  before: GraphQLSchema,
  after: GraphQLSchema,
): Promise<readonly SchemaChange[]> {
  const changes = await diff(before, after);
  return changes
    .filter(({ path }) => path !== `Query.${EMPTY_GRAPH_FIELD}`)
    .map(({ criticality, type, message, path }) => ({
      level: LEVELS[criticality.level],
      kind: String(type),
      message,
      ...(path !== undefined && { path }),
    }))
    .toSorted((left, right) => ORDER.indexOf(left.level) - ORDER.indexOf(right.level));
}
