import { compose, type CompositionResult } from '@apollo/composition';
import { buildSubgraph, errorCauses, Subgraphs } from '@apollo/federation-internals';
import { type ASTNode, getLocation, GraphQLError, type NamedTypeNode, parse, Source } from 'graphql';
import type { Problem } from '../problem.ts';
import { withoutOneOf } from './one-of.ts';
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
      const unknown = unknownTypeUses(document);
      if (unknown.length > 0) problems.push(...unknown.map((node) => unknownType(node, places)));
      else built.add(buildSubgraph(subgraph.name, subgraph.url ?? '', document));
    } catch (error) {
      problems.push(...problemsOf(error, places, subgraph));
    }
  }
  if (problems.length > 0) return { problems };
  try {
    const result = compose(built, { maxValidationSubgraphPaths: MAX_OPEN_PATHS });
    if (result.errors) return { problems: result.errors.flatMap((error) => problemsOf(error, places)) };
    const hints = result.hints.map((hint) => hintOf(hint, places));
    return { supergraphSdl: result.supergraphSdl, hints, oneOfInputs };
  } catch (error) {
    return { problems: problemsOf(error, places) };
  }
}

type Place = Pick<Problem, 'subgraph' | 'file' | 'line' | 'column'>;

/** Finds the subgraph of a node by the source text that it was parsed from: composition marks only some nodes. */
class Places {
  readonly #byName = new Map<string, SubgraphSource>();
  readonly #bySource = new Map<Source, SubgraphSource>();

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  open(subgraph: SubgraphSource): Source {
    const source = new Source(subgraph.sdl, subgraph.file ?? subgraph.name);
    this.#byName.set(subgraph.name, subgraph);
    this.#bySource.set(source, subgraph);
    return source;
  }

  find(nodes: readonly ASTNode[]): Place | undefined {
    for (const { loc } of nodes) {
      const subgraph = loc && this.#bySource.get(loc.source);
      if (loc && subgraph) return { ...placeIn(subgraph), ...getLocation(loc.source, loc.start) };
    }
    return undefined;
  }

  byName(name: string | undefined): SubgraphSource | undefined {
    return name === undefined ? undefined : this.#byName.get(name);
  }
}

function placeIn(subgraph: SubgraphSource | undefined): Place {
  if (!subgraph) return {};
  return { subgraph: subgraph.name, ...(subgraph.file === undefined ? {} : { file: subgraph.file }) };
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

function problemsOf(error: unknown, places: Places, subgraph?: SubgraphSource): Problem[] {
  if (!(error instanceof Error)) throw error;
  const causes = errorCauses(error) ?? (error instanceof GraphQLError ? [error] : undefined);
  if (causes) return causes.map((cause) => problemOf(cause, places, subgraph));
  // Not an error about the schemas but a fault of the composer: told, not thrown, so that the others stay.
  return [{ severity: 'error', code: 'COMPOSITION_FAILED', message: error.message, ...placeIn(subgraph) }];
}

function problemOf(error: GraphQLError, places: Places, subgraph: SubgraphSource | undefined): Problem {
  const code = error.extensions['code'];
  const [prefix, named] = /^\[([^\]]+)\] /.exec(error.message) ?? [];
  const owner = places.byName(named) ?? subgraph;
  const location = owner && error.locations?.[0];
  return {
    severity: 'error',
    code: typeof code === 'string' ? code : 'INVALID_GRAPHQL',
    message: owner && prefix !== undefined ? error.message.slice(prefix.length) : error.message,
    ...(places.find(error.nodes ?? []) ?? {
      ...placeIn(owner),
      ...(location ? { line: location.line, column: location.column } : {}),
    }),
  };
}

type CompositionHint = NonNullable<CompositionResult['hints']>[number];

/** Composition hints of this level and above are warnings (`HintLevel.WARN`). */
const WARN_LEVEL = 60;

function hintOf(hint: CompositionHint, places: Places): Problem {
  return {
    severity: hint.definition.level.value >= WARN_LEVEL ? 'warning' : 'hint',
    code: hint.definition.code,
    message: hint.message,
    ...places.find(hint.nodes ?? []),
  };
}
