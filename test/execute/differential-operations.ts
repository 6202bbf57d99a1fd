/** Operations on the shop that Sluice and Apollo Gateway must answer alike. */
export interface DifferentialCase {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  /** Apollo Gateway is known to be wrong here; what the right answer is. */
  readonly apolloFault?: string;
  readonly right?: unknown;
}

const only = (query: string): DifferentialCase => ({ query });

export const OPERATIONS: readonly DifferentialCase[] = [
  only('{ me { id name } }'),
  only('{ __typename }'),
  only('{ a: __typename me { b: __typename id } }'),
  only('{ me { reviews { body stars } } }'),
  only('{ me { id reviews { id product { upc title reviews { id author { name username } } } } } }'),
  only('{ me { byline } }'),
  only('{ users { byline name born } }'),
  only('{ topProducts { upc title price rating } }'),
  only('{ topProducts { __typename title ... on Book { pages } ... on Chair { legs } } }'),
  only('{ topProducts { ... on Book { shipping inStock } ... on Chair { shipping inStock } } }'),
  only('{ topProducts(first: 1) { reviews(first: 1) { body author { name email } } } }'),
  only('{ topProducts { first: reviews(first: 1) { id } all: reviews { id } } }'),
  only('{ things { __typename ... on Book { title inStock } ... on Chair { title legs } } }'),
  only('{ things { ... on Product { title rating } } }'),
  only('{ shelves { title __typename } }'),
  only('{ shelves { upc rating reviews { stars } } }'),
  only('{ me { matrix { name } } }'),
  only('{ me { matrix { reviews { body } } } }'),
  only('{ me { friends { name friends { name reviews { stars } } } } }'),
  only('{ maybeUsers { id reviews { body } } }'),
  only('{ user(id: "u2") { name email role } }'),
  only('{ user(id: "nobody") { name reviews { body } } }'),
  only('{ x: user(id: "u1") { name } y: user(id: "u2") { name reviews { stars } } }'),
  only('{ tenant { title score } }'),
  only('{ tenant { title capacity } }'),
  only('{ tenant { title score capacity org { id } } }'),
  only('{ warehouses { id tenant { title score } manager { name badge byline } } }'),
  only('{ warehouses { books { title price shipping seller { name selling { title } } } } }'),
  only('{ latestReviews { body product { title } author { name } } }'),
  only('{ latestReviews(first: 1) { product { upc price rating } } }'),
  only('{ topProducts { seller { id name username } } }'),
  only('{ topProducts { ... on Book { seller { name } } } }'),
  only('{ topProducts { seller { selling { title ... on Book { shipping } } } } }'),
  only(
    '{ search(text: "hi") { __typename ... on User { name reviews { body } } ... on Note { text author { name byline } } } }',
  ),
  only('{ search(text: "hi") { ... on User { name } ... on Note { text } } }'),
  only(
    'fragment U on User { id name ...R } fragment R on User { reviews { id } } { me { ...U } users { ...R username } }',
  ),
  only('{ me { ... { name ... @include(if: true) { email } } } }'),
  only('{ me { name @skip(if: true) email } }'),
  only('{ me { profile { bio language } } }'),
  only('{ me { profile { short: bio(length: 1) long: bio(length: 10) } } }'),
  only('{ echo(input: { text: "a", nested: { text: "b" } }) }'),
  only('{ echo(words: [], flag: null) }'),
  only('{ users(first: 3, filter: { role: READER }) { name role } }'),
  only('{ topProducts { ... on Book { label a: label(style: "a") b: label(style: "b") } } }'),
  only('{ topProducts { id: title upc } }'),
  only('{ __schema { queryType { name } } me { name } }'),
  only('{ __type(name: "User") { name fields { name } } }'),
  only('{ s: __schema { types { name kind } } }'),
  { query: 'query($id: ID!) { user(id: $id) { name } }', variables: { id: 'u3' } },
  { query: 'query($id: ID!) { user(id: $id) { name } }', variables: { id: 3 } },
  { query: 'query($n: Int = 1) { topProducts(first: $n) { title } }', variables: {} },
  { query: 'query($n: Int = 1) { topProducts(first: $n) { title } }', variables: { n: 2 } },
  {
    query:
      'query($s: Boolean!, $i: Boolean!) { me { name @skip(if: $s) email @include(if: $i) reviews @include(if: $i) { body } } }',
    variables: { s: true, i: true },
  },
  {
    query:
      'query($s: Boolean!, $i: Boolean!) { me { id name @skip(if: $s) reviews @include(if: $i) { body } } }',
    variables: { s: false, i: false },
  },
  {
    query: 'query($i: Boolean!) { topProducts @include(if: $i) { title } me { name } }',
    variables: { i: false },
  },
  {
    query:
      'query($i: Boolean!) { topProducts { ...P @include(if: $i) title } } fragment P on Product { rating }',
    variables: { i: true },
  },
  {
    query: 'query($i: Boolean!) { topProducts { ... on Book @include(if: $i) { shipping } title } }',
    variables: { i: false },
  },
  { query: 'query($f: UserFilter) { users(filter: $f) { name } }', variables: { f: { ids: 'u1' } } },
  { query: 'query($f: UserFilter) { users(filter: $f) { name } }', variables: { f: null } },
  {
    query: 'query($e: EchoInput) { echo(input: $e) }',
    variables: { e: { text: 'x', nested: { text: 'y', times: 5 } } },
  },
  { query: 'query($w: [String!]) { echo(words: $w) }', variables: { w: 'one' } },
  { query: 'query A { me { id } } query B { me { name } }', operationName: 'B' },
  { query: 'query A { me { id } } query B { me { name } }', operationName: 'A' },
  {
    query: '{ me { id: name username: id reviews { body } } }',
    apolloFault: 'aliases equal to key fields',
    right: { me: { id: 'Ada', username: 'u1', reviews: [{ body: 'Loved it' }, { body: 'Wobbly' }] } },
  },
  {
    query: '{ me { name: email born: username byline } }',
    apolloFault: 'aliases equal to required fields',
    right: { me: { name: 'ada@example.org', born: 'ada', byline: 'Ada, born 1815' } },
  },
  {
    query: '{ anyRated { rating __typename ... on Chair { legs } } }',
    right: {
      anyRated: [
        { rating: 1, __typename: 'Chair', legs: 3 },
        { rating: 4.5, __typename: 'Book' },
      ],
    },
  },
  only('{ anyRated { rating } }'),
  only('{ anyRated { rating title ... on Book { shipping } } }'),
  only('{ latestReviews { product { ... on Book { pages } ... on Chair { legs } rating } } }'),
];
