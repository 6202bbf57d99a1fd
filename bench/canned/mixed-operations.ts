/** What operations ask of a user, from one subgraph to all four and three hops. */
const USER_SELECTIONS = [
  'id name username birthday',
  'name reviews { id body }',
  'username reviews { body product { upc name price } }',
  'id reviews { id product { upc inStock } }',
  'name reviews { product { name shippingEstimate } }',
  'name reviews { product { ...Product } } birthday',
  'reviews { id body author { id name username } }',
  'login: username reviews { text: body product { sku: upc title: name reviews { id author { name } } } }',
  'name @include(if: $yes) birthday @skip(if: $no) reviews { id product { ... on Product { name inStock @include(if: $yes) weight @skip(if: $yes) } } }',
  'id name reviews { ...Review product { ...Product reviews { ...Review author { id username name reviews { ...Review product { ...Product } } } } } }',
] as const;

/** What they ask of a list of products; the products subgraph answers it alone, because all lists have the same products. */
const PRODUCT_SELECTIONS = [
  'upc',
  'upc name',
  'name price weight',
  'id: upc title: name price',
  'upc name price weight __typename',
  'name price @include(if: $yes)',
  'upc weight @skip(if: $no)',
  '... on Product { name price }',
  'upc ... @include(if: $yes) { name }',
  'cost: price weight name upc',
] as const;

const FRAGMENTS = {
  Product: 'fragment Product on Product { inStock name price shippingEstimate upc weight }',
  Review: 'fragment Review on Review { id body }',
};

const TYPES: Readonly<Record<string, string>> = {
  id: 'ID!',
  other: 'ID!',
  first: 'Int!',
  yes: 'Boolean!',
  no: 'Boolean!',
};

/** Around a selection of a user, and around one of products. */
const SHAPES: readonly ((user: string, products: string) => string)[] = [
  (user) => `user(id: $id) { ${user} }`,
  (user) => `a: user(id: $id) { ${user} } b: user(id: $other) { ${user} }`,
  (user, products) => `user(id: $id) { ${user} } topProducts(first: $first) { ${products} }`,
  (user) => `user(id: $id) { name } other: user(id: $other) { ${user} }`,
  (_, products) => `topProducts(first: $first) { ${products} }`,
];

export interface MixedOperation {
  readonly query: string;
  /** `id` and `other` are users, `first` a number, `yes` and `no` what they say. */
  readonly variables: readonly string[];
}

/** Fifty different operations over the schema of the public benchmark, each with variables that can differ in each request. */
export const MIXED_OPERATIONS: readonly MixedOperation[] = SHAPES.flatMap((shape, shapeAt) =>
  USER_SELECTIONS.map((user, at) => operationOf(`Mix${shapeAt}_${at}`, shape(user, PRODUCT_SELECTIONS[at]!))),
);

function operationOf(name: string, selection: string): MixedOperation {
  const variables = Object.keys(TYPES).filter((variable) => new RegExp(`\\$${variable}\\b`).test(selection));
  const declared = variables.map((variable) => `$${variable}: ${TYPES[variable]}`).join(', ');
  const fragments = Object.entries(FRAGMENTS).filter(([fragment]) => selection.includes(`...${fragment}`));
  const query = `query ${name}(${declared}) { ${selection} }`;
  return { query: [query, ...fragments.map(([, text]) => text)].join(' '), variables };
}
