import { composeSupergraph } from '../../gateway/supergraph/compose.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@inaccessible", "@context", "@fromContext"])\n';

/** The supergraph of subgraphs `s0`, `s1` and so on. */
export function composed(...subgraphs: readonly string[]): string {
  const result = composeSupergraph(
    subgraphs.map((sdl, index) => ({ name: `s${index}`, sdl: `${LINK}${sdl}` })),
  );
  if ('problems' in result) throw new Error(JSON.stringify(result.problems, undefined, 1));
  return result.supergraphSdl;
}
