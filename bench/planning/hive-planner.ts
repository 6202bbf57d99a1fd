import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const MODULE = join(
  import.meta.dirname,
  '../peers/hive/node_modules/@graphql-hive/router-query-planner/dist/index.js',
);

/** `@graphql-hive/router-query-planner`, native code: a panic in it ends the process. */
export interface HivePlanner {
  /** @param percentage labels `percent(n)` of progressive overrides apply where it is less than `n` */
  plan(
    query: string,
    operationName: null,
    labels: ReadonlySet<string>,
    percentage: number,
  ): { readonly node?: unknown };
}

export function isHiveInstalled(): boolean {
  return existsSync(MODULE);
}

export async function loadHivePlanner(): Promise<(supergraphSdl: string) => HivePlanner> {
  const { QueryPlanner } = (await import(pathToFileURL(MODULE).href)) as {
    readonly QueryPlanner: new (supergraphSdl: string) => HivePlanner;
  };
  return (supergraphSdl) => new QueryPlanner(supergraphSdl);
}
