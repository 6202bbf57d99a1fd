import { compose } from '@apollo/composition';
import { buildSubgraph, Subgraphs } from '@apollo/federation-internals';
import { type NamedTypeNode, parse } from 'graphql';
import type { Problem } from '../problem.ts';
import { withoutOneOf } from './one-of.ts';
import { problemOfHint, problemsOfErrors, problemsOfThrown } from './problems/composition-problems.ts';
import { placeIn, Places } from './problems/places.ts';
import { unknownTypeUses } from './unknown-types.ts';

/**
 * Ways through the subgraphs that the proof of satisfiability may have open at one time: about 7 kB each. Its own limit
 * is ten times as high, and would end the process before. 100 subgraphs with 5,000 types have fewer than 300.
 */
const MAX_OPEN_PATHS = 100_000;

/** One subgraph as it enters composition. */
export interface SubgraphSource {
  readonly name: string;
  readonly sdl: string;
  /** Where the SDL was read from, for problems. */
  readonly file?: string;
  /** Written into the supergraph; nothing is fetched from it here. */
  readonly url?: string;
}

export type Composition =
  | {
      readonly supergraphSdl: string;
      readonly hints: readonly Problem[];
      /** Input types marked `@oneOf` (see `one-of.ts`). */
      readonly oneOfInputs: ReadonlySet<string>;
    }
  | { readonly problems: readonly Problem[] };

/**
 * Composes subgraphs into a supergraph after the Apollo Federation specification. All problems are
 * told at once; nothing is logged and nothing goes to the network.
 */
export function composeSupergraph(subgraphs: readonly SubgraphSource[]): Composition {
  const places = new Places();
  const problems: Problem[] = [];
  const built = new Subgraphs();
  const oneOfInputs = new Set<string>();
  for (const subgraph of subgraphs) {
    if (places.has(subgraph.name)) {
      problems.push({
        severity: 'error',
        code: 'DUPLICATE_SUBGRAPH',
        message: `Two subgraphs are called "${subgraph.name}".`,
        ...placeIn(subgraph),
        fix: 'Give each subgraph a name of its own.',
      });
      continue;
    }
    try {
      const document = withoutOneOf(parse(places.open(subgraph)), oneOfInputs);
      places.parsed(subgraph.name, document);
      const unknown = unknownTypeUses(document);
      if (unknown.length > 0) problems.push(...unknown.map((node) => unknownType(node, places)));
      else built.add(buildSubgraph(subgraph.name, subgraph.url ?? '', document));
    } catch (error) {
      problems.push(...problemsOfThrown(error, places, subgraph));
    }
  }
  if (problems.length > 0) return { problems };
  try {
    const result = compose(built, { maxValidationSubgraphPaths: MAX_OPEN_PATHS });
    if (result.errors) return { problems: problemsOfErrors(result.errors, places) };
    const hints = result.hints.map((hint) => problemOfHint(hint, places));
    return { supergraphSdl: result.supergraphSdl, hints, oneOfInputs };
  } catch (error) {
    return { problems: problemsOfThrown(error, places) };
  }
}

function unknownType(node: NamedTypeNode, places: Places): Problem {
  return {
    severity: 'error',
    code: 'INVALID_GRAPHQL',
    message: `Unknown type "${node.name.value}".`,
    ...places.find([node]),
    fix: 'Define the type in this subgraph, or correct its name.',
  };
}
