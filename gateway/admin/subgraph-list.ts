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
  /** Absent = what the files of the configuration say here is not what the history has. */
  readonly version?: number;
  /** Configured, and served as it was before, because of a rollback. */
  readonly rolledBack?: true;
  readonly url?: string;
  readonly upstreams?: readonly string[];
  /** The revision that brought this version. */
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
  /** Its version, and who brought it. */
  const kept = async (name: string): Promise<Pick<ListedSubgraph, 'version' | 'since'>> => {
    const version = state?.revision?.subgraphs[name];
    const brought =
      recent.find(({ subjects }) => subjects.includes(name)) ??
      (await registry.history({ limit: 1, subgraph: name }))[0];
    return { ...(version !== undefined && { version }), ...(brought && { since: brief(brought) }) };
  };
  const all = state?.records ?? [];
  const registered = all
    .filter(({ configured: is }) => is !== true)
    .map(async ({ name, url, upstreams }): Promise<ListedSubgraph> => ({
      name,
      source: 'registry',
      ...(await kept(name)),
      ...(url !== undefined && { url }),
      upstreams: Object.keys(upstreams),
      backends: healthOf(name),
    }));
  const fixed = configured.map(async ({ name, sdl, url: own }): Promise<ListedSubgraph> => {
    const record = all.find((one) => one.configured === true && one.name === name);
    const rolledBack = record !== undefined && state?.revision?.pinned?.[name] !== undefined;
    const url = rolledBack ? record.url : own;
    return {
      name,
      source: 'configuration',
      ...((rolledBack || record?.sdl === sdl) && (await kept(name))),
      ...(rolledBack && { rolledBack }),
      ...(url !== undefined && { url }),
      backends: healthOf(name),
    };
  });
  return (await Promise.all([...registered, ...fixed])).toSorted((left, right) =>
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
