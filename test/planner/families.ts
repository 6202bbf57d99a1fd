/*
 * Graphs and operations that grow in one direction, each of which makes some planner or other take seconds,
 * gigabytes or the process.
 */

export interface Family {
  readonly name: string;
  readonly supergraphSdl: string;
  readonly operation: string;
}

/** A supergraph's SDL from its types; subgraphs are `s0`, `s1` and so on. */
export function supergraphOf(subgraphs: number, types: string): string {
  const values = range(subgraphs).map((index) => `S${index} @join__graph(name: "s${index}", url: "")`);
  return `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) { query: Query }
enum join__Graph { ${values.join(' ')} }
${types}`;
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const everywhere = (subgraphs: number, more = ''): string =>
  range(subgraphs)
    .map((index) => `@join__type(graph: S${index}${more})`)
    .join(' ');

const nested = (field: string, depth: number, leaves: string): string =>
  depth === 0 ? leaves : `${leaves} ${field} { ${nested(field, depth - 1, leaves)} }`;

/** Every subgraph has every type and every field. */
export function sharedEverything(subgraphs: number, fields: number, depth: number): Family {
  const names = range(fields).map((index) => `f${index}`);
  return {
    name: `${subgraphs} subgraphs that share every type`,
    supergraphSdl: supergraphOf(
      subgraphs,
      `type Query ${everywhere(subgraphs)} { a: A }
       type A ${everywhere(subgraphs, ', key: "id"')} { id: ID! a: A v: V ${names.map((name) => `${name}: Int`).join(' ')} }
       type V ${everywhere(subgraphs)} { v: V ${names.map((name) => `${name}: Int`).join(' ')} }`,
    ),
    operation: `{ a { ${nested('a', depth, `id ${names.join(' ')} v { v { ${names.join(' ')} } }`)} } }`,
  };
}

/** Each field of an entity is in three of the subgraphs: which of them are asked is a set cover. */
export function scatteredFields(subgraphs: number, fields: number, depth: number): Family {
  const declared = range(fields).map(
    (index) =>
      `f${index}: Int ${[...new Set([index, index * 7 + 1, index * 11 + 3].map((each) => each % subgraphs))]
        .map((each) => `@join__field(graph: S${each})`)
        .join(' ')}`,
  );
  return {
    name: `${fields} fields, each in 3 of ${subgraphs} subgraphs`,
    supergraphSdl: supergraphOf(
      subgraphs,
      `type Query ${everywhere(subgraphs)} { a: A @join__field(graph: S0) }
       type A ${everywhere(subgraphs, ', key: "id"')} { id: ID! a: A ${declared.join('\n')} }`,
    ),
    operation: `{ a { ${nested(
      'a',
      depth,
      range(fields)
        .map((index) => `f${index}`)
        .join(' '),
    )} } }`,
  };
}

/** Half of the implementations' fields are in another subgraph. */
export function manyImplementations(implementations: number, depth: number): Family {
  const types = range(implementations).map(
    (
      index,
    ) => `type T${index} implements I @join__implements(graph: S0, interface: "I") @join__type(graph: S0, key: "id") @join__type(graph: S1, key: "id") {
      id: ID! i: I @join__field(graph: S0) a: Int ${index % 2 === 0 ? '@join__field(graph: S0)' : '@join__field(graph: S1)'} own${index}: Int @join__field(graph: S1) }`,
  );
  const own = range(implementations).map((index) => `... on T${index} { own${index} }`);
  return {
    name: `an interface with ${implementations} implementations, ${depth} deep`,
    supergraphSdl: supergraphOf(
      2,
      `type Query @join__type(graph: S0) @join__type(graph: S1) { i: I @join__field(graph: S0) }
       interface I @join__type(graph: S0) { id: ID! i: I a: Int } ${types.join('\n')}`,
    ),
    operation: `{ i { ${nested('i', depth, `id a ${own.join(' ')}`)} } }`,
  };
}

/** To get to the last subgraph one has to go through all of the others. */
export function keyChain(subgraphs: number): Family {
  const keys = range(subgraphs).map(
    (index) =>
      `@join__type(graph: S${index}, key: "k${index}") ${index > 0 ? `@join__type(graph: S${index}, key: "k${index - 1}")` : ''}`,
  );
  const fields = range(subgraphs).map(
    (index) =>
      `k${index}: ID! @join__field(graph: S${index}) ${index + 1 < subgraphs ? `@join__field(graph: S${index + 1})` : ''} f${index}: Int @join__field(graph: S${index})`,
  );
  return {
    name: `a chain of ${subgraphs} keys`,
    supergraphSdl: supergraphOf(
      subgraphs,
      `type Query ${everywhere(subgraphs)} { a: A @join__field(graph: S0) } type A ${keys.join(' ')} { ${fields.join('\n')} }`,
    ),
    operation: `{ a { f${subgraphs - 1} } }`,
  };
}

/** Each field requires the one before it, from the other subgraph. */
export function requirementChain(length: number): Family {
  const fields = range(length).map((index) =>
    index === 0
      ? 'r0: Int @join__field(graph: S0)'
      : `r${index}: Int @join__field(graph: S${index % 2}, requires: "r${index - 1}") @join__field(graph: S${(index + 1) % 2}, external: true)`,
  );
  return {
    name: `a chain of ${length} required fields`,
    supergraphSdl: supergraphOf(
      2,
      `type Query ${everywhere(2)} { a: A @join__field(graph: S0) } type A ${everywhere(2, ', key: "id"')} { id: ID! ${fields.join('\n')} }`,
    ),
    operation: `{ a { r${length - 1} } }`,
  };
}

const TWO_SUBGRAPHS = supergraphOf(
  2,
  `type Query ${everywhere(2)} { a(n: Int): A @join__field(graph: S0) }
   type A ${everywhere(2, ', key: "id"')} { id: ID! a: A @join__field(graph: S0) b(n: Int): A @join__field(graph: S1) f(n: Int): Int @join__field(graph: S0) g(n: Int): Int @join__field(graph: S1) }`,
);

export function deepNesting(depth: number): Family {
  return {
    name: `${depth} levels, in turn from two subgraphs`,
    supergraphSdl: TWO_SUBGRAPHS,
    operation: `{ a { ${range(depth).reduce((inner, index) => `id ${index % 2 === 0 ? 'a' : 'b'} { ${inner} }`, 'f g')} } }`,
  };
}

export function manyFields(fields: number): Family {
  const aliased = range(fields).map((index) => `x${index}: f(n: ${index}) y${index}: g(n: ${index})`);
  return {
    name: `${fields * 2} fields`,
    supergraphSdl: TWO_SUBGRAPHS,
    operation: `{ a { ${aliased.join(' ')} } }`,
  };
}

/** Every field is under a condition of its own. */
export function manyConditions(count: number): Family {
  const aliased = range(count).map(
    (index) =>
      `x${index}: f(n: ${index}) @include(if: $v${index}) y${index}: g(n: ${index}) @skip(if: $v${index})`,
  );
  return {
    name: `${count * 2} fields under ${count} variables`,
    supergraphSdl: TWO_SUBGRAPHS,
    operation: `query (${range(count)
      .map((index) => `$v${index}: Boolean!`)
      .join(' ')}) { a { ${aliased.join(' ')} } }`,
  };
}

/** Fragments that spread each other twice: without care, two to the power of their number. */
export function fragmentBomb(fragments: number): Family {
  const spreads = range(fragments).map(
    (index) => `fragment F${index} on A { a { id } ...F${index + 1} ... on A { ...F${index + 1} } }`,
  );
  return {
    name: `${fragments} fragments that spread each other twice`,
    supergraphSdl: TWO_SUBGRAPHS,
    operation: `{ a { ...F0 } } ${spreads.join(' ')} fragment F${fragments} on A { f g }`,
  };
}
