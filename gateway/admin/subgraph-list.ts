import type { BackendHealth } from '../observe/backend-health.ts';
import type { Revision } from '../registry/record.ts';
import type { Registry } from '../registry/registry.ts';

/** A subgraph of the configuration: listed, and not changed by the registry. */
export interface ConfiguredSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly url?: string;
}

/** One subgraph of the graph, without its schema. */
export interface ListedSubgraph {
  readonly name: string;
  readonly source: 'registry' | 'configuration';
  /** Of a registered one: its version, where its data is, and the revision that brought this version. */
  readonly version?: number;
  readonly url?: string;
  readonly upstreams?: readonly string[];
  readonly since?: Pick<Revision, 'number' | 'at' | 'action' | 'actor' | 'author' | 'reason'>;
  /** What this gateway has seen of its backends. */
  readonly backends: readonly BackendHealth[];
}

/** Revisions that are read at once to find those that brought the subgraphs; older ones are looked up by name. */
const RECENT_REVISIONS = 100;

/** All subgraphs, by name. */
export async function listSubgraphs(
  registry: Registry,
  configured: readonly ConfiguredSubgraph[],
  healthOf: (subgraph: string) => readonly BackendHealth[],
): Promise<readonly ListedSubgraph[]> {
  const state = await registry.state();
  const recent = await registry.history({ limit: RECENT_REVISIONS });
  const registered = (state?.records ?? []).map(async ({ name, url, upstreams }): Promise<ListedSubgraph> => {
    const version = state?.revision?.subgraphs[name];
    const brought =
      recent.find(({ subjects }) => subjects.includes(name)) ??
      (await registry.history({ limit: 1, subgraph: name }))[0];
    return {
      name,
      source: 'registry',
      ...(version !== undefined && { version }),
      ...(url !== undefined && { url }),
      upstreams: Object.keys(upstreams),
      ...(brought && { since: brief(brought) }),
      backends: healthOf(name),
    };
  });
  const fixed = configured.map(({ name, url }): ListedSubgraph => ({
    name,
    source: 'configuration',
    ...(url !== undefined && { url }),
    backends: healthOf(name),
  }));
  return [...(await Promise.all(registered)), ...fixed].toSorted((left, right) =>
    left.name < right.name ? -1 : 1,
  );
}

function brief({
  number,
  at,
  action,
  actor,
  author,
  reason,
}: Revision): NonNullable<ListedSubgraph['since']> {
  return {
    number,
    at,
    action,
    actor,
    ...(author !== undefined && { author }),
    ...(reason !== undefined && { reason }),
  };
}
