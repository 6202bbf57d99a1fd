import { createTwoFilesPatch } from 'diff';
import { loadSupergraph } from '../supergraph/load-supergraph.ts';
import type { State } from './store.ts';
import { schemaChanges, type SchemaChange } from './schema-changes.ts';

/** A state of the graph with its supergraph. */
export interface KeptState extends State {
  readonly supergraphSdl: string;
}

export interface SubgraphDiff {
  readonly name: string;
  /** Absent = it was not registered. */
  readonly from?: number;
  readonly to?: number;
  /** Of the schemas, unified format; empty if only addresses have changed. */
  readonly patch: string;
}

export interface RevisionDiff {
  readonly from: number;
  readonly to: number;
  /** What clients notice. */
  readonly changes: readonly SchemaChange[];
  readonly subgraphs: readonly SubgraphDiff[];
}

/** What lies between two states. */
export async function revisionDiff(before: KeptState, after: KeptState): Promise<RevisionDiff> {
  const [old, fresh] = [before, after].map(({ supergraphSdl }) => loadSupergraph(supergraphSdl).schema);
  return {
    from: before.revision?.number ?? 0,
    to: after.revision?.number ?? 0,
    changes: await schemaChanges(old!, fresh!),
    subgraphs: subgraphDiffs(before, after),
  };
}

function subgraphDiffs(before: State, after: State): SubgraphDiff[] {
  const versionsBefore = before.revision?.subgraphs ?? {};
  const versionsAfter = after.revision?.subgraphs ?? {};
  const names = new Set([...Object.keys(versionsBefore), ...Object.keys(versionsAfter)]);
  const sdlIn = ({ records }: State, name: string): string =>
    records.find((record) => record.name === name)?.sdl ?? '';
  return [...names]
    .filter((name) => versionsBefore[name] !== versionsAfter[name])
    .toSorted()
    .map((name) => {
      const [from, to] = [versionsBefore[name], versionsAfter[name]];
      const [old, fresh] = [sdlIn(before, name), sdlIn(after, name)];
      const label = (version: number | undefined): string =>
        version === undefined ? '/dev/null' : `${name} v${version}`;
      return {
        name,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        patch: old === fresh ? '' : createTwoFilesPatch(label(from), label(to), old, fresh),
      };
    });
}
