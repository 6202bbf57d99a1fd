import type { SubgraphSource } from '../../gateway/supergraph/compose.ts';

/** A graph as large companies have it; every subgraph is served by one address that speaks for all of them. */
export interface LargeGraphOptions {
  readonly subgraphs: number;
  /** Object, input, enum, interface and union types of all subgraphs together. */
  readonly types: number;
  readonly urlOf: (subgraph: string) => string;
  /** Adds a field to the first subgraph: a graph that differs a little. */
  readonly revision?: number;
}

/** Of ten types: entities and what they are made of, as schemas of services have them. */
const KINDS = [
  'entity',
  'object',
  'object',
  'input',
  'object',
  'enum',
  'entity',
  'object',
  'input',
  'union',
] as const;

/**
 * Subgraphs with types of their own, entities that refer to the next subgraph's and add a field to the one before's,
 * and a few types that all share.
 */
export function largeGraph(options: LargeGraphOptions): readonly SubgraphSource[] {
  const { subgraphs, types, urlOf, revision = 0 } = options;
  const each = Math.floor(types / subgraphs);
  return Array.from({ length: subgraphs }, (_, index) => {
    const name = `s${index}`;
    const sdl = subgraphSdl(index, subgraphs, each, index === 0 ? revision : 0);
    return { name, sdl, url: urlOf(name) };
  });
}

function subgraphSdl(index: number, subgraphs: number, types: number, revision: number): string {
  const next = (index + 1) % subgraphs;
  const lines = [
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@tag"])',
    'scalar DateTime',
    'type PageInfo @shareable { hasNextPage: Boolean! endCursor: String }',
    `type Query { s${index}_0(id: ID!): S${index}_0 s${index}_all(first: Int = 10, after: String): [S${index}_0!]! }`,
    // The next subgraph's first entity gets a field here: entities that cross subgraphs.
    `type S${next}_0 @key(fields: "id") { id: ID! from_s${index}: String }`,
  ];
  for (let number = 0; number < types; number++) lines.push(typeSdl(index, number, types, revision));
  return lines.join('\n');
}

function typeSdl(index: number, number: number, types: number, revision: number): string {
  const name = `S${index}_${number}`;
  const below = (step: number, kind: string): string | undefined => {
    for (let other = number + step; other < types; other++)
      if (KINDS[other % KINDS.length] === kind) return `S${index}_${other}`;
    return undefined;
  };
  const object = below(1, 'object') ?? below(-number, 'object')!;
  const values = below(1, 'enum') ?? 'String';
  const scalars = `"""When it was made."""
  createdAt: DateTime! name: String! title: String note: String @deprecated(reason: "Use title.") amount: Float count: Int! tags: [String!]! active: Boolean!`;
  switch (KINDS[number % KINDS.length]!) {
    case 'entity': {
      const added =
        number === 0 ? Array.from({ length: revision }, (_, at) => ` added${at}: Int`).join('') : '';
      return `"""An entity of the subgraph s${index}."""
type ${name} @key(fields: "id") { id: ID! ${scalars} part(input: String, first: Int = 10): ${object} parts: [${object}!]! state: ${values}${added} }`;
    }
    case 'object':
      return `type ${name} { id: ID! ${scalars} next: ${object} state: ${values} }`;
    case 'input':
      return `input ${name} { id: ID name: String = "none" limit: Int! = 10 tags: [String!] state: ${values} }`;
    case 'enum':
      return `enum ${name} { OPEN CLOSED WAITING @deprecated(reason: "No longer.") GONE }`;
    case 'union':
      return `union ${name} = ${object} | S${index}_0`;
  }
}

/** What the project promises to cope with. */
export const LARGE = { subgraphs: 100, types: 5000 } as const;
