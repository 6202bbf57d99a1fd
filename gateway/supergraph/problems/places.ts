import { type ASTNode, type DocumentNode, getLocation, Source } from 'graphql';
import type { Problem } from '../../problem.ts';
import type { SubgraphSource } from '../compose.ts';
import { Definitions } from './definitions.ts';

export type Place = Pick<Problem, 'subgraph' | 'file' | 'line' | 'column'>;

interface Opened {
  readonly source: SubgraphSource;
  document?: DocumentNode;
  definitions?: Definitions;
}

/** Finds the subgraph of a node by the source text that it was parsed from: composition marks only some nodes. */
export class Places {
  readonly #byName = new Map<string, Opened>();
  readonly #bySource = new Map<Source, SubgraphSource>();

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The text to parse. What is parsed is handed in later, with `parsed`. */
  open(subgraph: SubgraphSource): Source {
    const source = new Source(subgraph.sdl, subgraph.file ?? subgraph.name);
    this.#byName.set(subgraph.name, { source: subgraph });
    this.#bySource.set(source, subgraph);
    return source;
  }

  parsed(name: string, document: DocumentNode): void {
    this.#byName.get(name)!.document = document;
  }

  names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** Indexed at the first question: of a graph that composes, nobody asks. */
  definitions(name: string): Definitions | undefined {
    const opened = this.#byName.get(name);
    if (!opened?.document) return undefined;
    return (opened.definitions ??= new Definitions(opened.document));
  }

  find(nodes: readonly ASTNode[]): Place | undefined {
    for (const node of nodes) {
      const place = this.placeOf(node);
      if (place) return place;
    }
    return undefined;
  }

  placeOf({ loc }: ASTNode): Place | undefined {
    const subgraph = loc && this.#bySource.get(loc.source);
    if (!loc || !subgraph) return undefined;
    return { ...placeIn(subgraph), ...getLocation(loc.source, loc.start) };
  }

  /** Where a subgraph defines `Type`, `Type.field` or `Type.field(argument:)`; of what it lacks, the nearest that there is. */
  definedAt(subgraph: string, coordinate: string): Place {
    const node = this.definitions(subgraph)?.named(coordinate);
    return (node && this.placeOf(node)) ?? placeIn(this.byName(subgraph));
  }

  /** The definitions, in one subgraph or in all, of the first thing that a message names: for messages without places. */
  mentioned(message: string, subgraph: string | undefined): ASTNode[] {
    const names = [...message.matchAll(/"([\w.():]+)"|\btype (\w+)/g)].map(
      ([, inQuotes, bare]) => inQuotes ?? bare!,
    );
    const subgraphs = subgraph === undefined ? this.names() : [subgraph];
    for (const name of names) {
      const nodes = subgraphs.flatMap((one) => this.definitions(one)?.named(name) ?? []);
      if (nodes.length > 0) return nodes;
    }
    return [];
  }

  byName(name: string | undefined): SubgraphSource | undefined {
    return name === undefined ? undefined : this.#byName.get(name)?.source;
  }
}

export function placeIn(subgraph: SubgraphSource | undefined): Place {
  if (!subgraph) return {};
  return { subgraph: subgraph.name, ...(subgraph.file === undefined ? {} : { file: subgraph.file }) };
}

/** `users/schema.graphql:3`, or `subgraph users:3` of a schema without a file. */
export function shownPlace({ subgraph, file, line }: Place): string {
  return `${file ?? `subgraph ${subgraph}`}${line === undefined ? '' : `:${line}`}`;
}

const MAX_NAMED = 6;

/** ` See also b/schema.graphql:3.`: the places that a problem concerns beside its own. */
export function otherPlaces(place: Place, nodes: readonly ASTNode[], places: Places): string {
  const own = shownPlace(place);
  const found = nodes.flatMap((node) => {
    const at = places.placeOf(node);
    return at ? [shownPlace(at)] : [];
  });
  const others = [...new Set(found)].filter((shown) => shown !== own);
  if (others.length === 0) return '';
  const more = others.length - MAX_NAMED;
  return ` See also ${list(more > 0 ? [...others.slice(0, MAX_NAMED), `${more} more`] : others)}.`;
}

/** `a, b and c`. */
export function list(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
