import type { Config } from './config/schema.ts';
import { type Problem, ProblemsError } from './problem.ts';
import { judgeChanges, type RecordedUsage } from './registry/judge-changes.ts';
import { judgeVariants } from './registry/judge-variants.ts';
import { schemaChanges } from './registry/schema-changes.ts';
import { type LoadedSupergraph, loadSupergraph } from './supergraph/load-supergraph.ts';

/**
 * What clients of one supergraph would lose with another, also those of its variants. Throws if one of the two cannot
 * be served.
 */
export async function compareSupergraphs(
  before: string,
  after: string,
  usage: RecordedUsage,
  variants: Config['variants'] = {},
): Promise<readonly Problem[]> {
  const [old, fresh] = [load(before, variants), load(after, variants)];
  const changes = await schemaChanges(old.schema, fresh.schema);
  return [
    ...(await judgeChanges(changes, old.schema, fresh.schema, usage)),
    ...(await judgeVariants(changes, old, fresh, usage)),
  ];
}

type Loaded = Pick<LoadedSupergraph, 'schema'> & Parameters<typeof judgeVariants>[1];

/** A variant that leaves nothing of one of them is not compared: it may be new. */
function load(supergraphSdl: string, variants: Config['variants']): Loaded {
  const contracts = Object.entries(variants);
  const withContracts = (some: typeof contracts): Loaded => {
    const { schema, contractSchemas } = loadSupergraph(supergraphSdl, { contracts: new Map(some) });
    return {
      schema,
      variants: new Map(Array.from(contractSchemas, ([name, its]) => [name, { schema: its }])),
    };
  };
  try {
    return withContracts(contracts);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
  }
  const each = contracts.flatMap((contract) => {
    try {
      return [...withContracts([contract]).variants];
    } catch {
      return [];
    }
  });
  return { ...withContracts([]), variants: new Map(each) };
}
