import { GraphQLError } from 'graphql';
import type { SubgraphDefinition } from './subgraph-server.ts';

const LINK = (imports: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [${imports}])\n`;

type Row = Record<string, unknown>;

const USERS: Row[] = [
  { id: 'u1', name: 'Ada', username: 'ada', email: 'ada@example.org', born: 1815, role: 'ADMIN' },
  { id: 'u2', name: 'Alan', username: 'alan', email: null, born: 1912, role: 'READER' },
  { id: 'u3', name: 'Grace', username: 'grace', email: 'grace@example.org', born: 1906, role: 'READER' },
];

const accounts: SubgraphDefinition = {
  name: 'accounts',
  sdl: `${LINK('"@key", "@shareable", "@inaccessible"')}
    type Query {
      me: User
      user(id: ID!): User
      users(first: Int = 2, filter: UserFilter): [User!]!
      maybeUsers: [User]
      search(text: String!): [Found!]!
      echo(input: EchoInput, words: [String!] = ["a", "b"], flag: Boolean = true): String
      tenant: Tenant
      broken: User
      brokenNonNull: User!
    }
    type Mutation {
      log(text: String!): [String!]!
      rename(id: ID!, name: String!): User
    }
    input UserFilter { role: Role, ids: [ID!] }
    input EchoInput { text: String!, times: Int = 2, nested: EchoInput }
    enum Role { ADMIN READER }
    union Found = User | Note
    type Note { text: String! author: User }
    type User @key(fields: "id") @key(fields: "username") {
      id: ID! name: String @shareable username: String! email: String born: Int role: Role
      failing: String failingNonNull: String!
      friends: [User!]!
      matrix: [[User!]!]!
      profile: Profile! @shareable
      secret: String @inaccessible
    }
    type Profile @shareable { bio(length: Int = 3): String language: String! }
    type Tenant @key(fields: "region code") @key(fields: "org { id }") { region: String! code: Int! org: Org! title: String! }
    type Org @shareable { id: ID! }
  `,
  resolvers: {
    Query: {
      me: () => USERS[0],
      user: (_: unknown, { id }: Row) => USERS.find((user) => user['id'] === id),
      users: (_: unknown, { first, filter }: { first: number; filter?: { role?: string; ids?: string[] } }) =>
        USERS.filter(
          (user) =>
            (filter?.role === undefined || user['role'] === filter.role) &&
            (!filter?.ids || filter.ids.includes(String(user['id']))),
        ).slice(0, first),
      maybeUsers: () => [USERS[0], null, USERS[2]],
      search: (_: unknown, { text }: { text: string }) => [
        { __typename: 'User', ...USERS[1] },
        { __typename: 'Note', text, author: USERS[2] },
      ],
      echo: (_: unknown, args: Row) => JSON.stringify(args),
      tenant: () => ({ region: 'eu', code: 7, org: { id: 'o1' }, title: 'Europe' }),
      broken: () => {
        throw new GraphQLError('no such user today', { extensions: { code: 'TEAPOT', hint: 'ask later' } });
      },
      brokenNonNull: () => {
        throw new Error('never');
      },
    },
    Mutation: {
      log: (_: unknown, { text }: { text: string }) => {
        LOG.push(text);
        return [...LOG];
      },
      rename: (_: unknown, { id, name }: Row) => {
        LOG.push(`rename ${String(name)}`);
        return { ...USERS.find((user) => user['id'] === id), name };
      },
    },
    User: {
      __resolveReference: (key: Row) =>
        USERS.find((user) => user['id'] === key['id'] || user['username'] === key['username']),
      failing: (user: Row) => {
        throw new Error(`failing of ${String(user['name'])}`);
      },
      failingNonNull: (user: Row) => {
        if (user['id'] === 'u2') throw new Error('non-null failed');
        return 'fine';
      },
      friends: (user: Row) => USERS.filter((other) => other['id'] !== user['id']),
      matrix: () => [[USERS[0], USERS[1]], [], [USERS[2]]],
      profile: (user: Row) => ({ language: 'en', name: user['name'] }),
    },
    Profile: {
      bio: (profile: Row, { length }: { length: number }) => String(profile['name']).slice(0, length),
    },
    Tenant: {
      __resolveReference: (key: Row) => ({
        region: 'eu',
        code: 7,
        org: { id: 'o1' },
        title: 'Europe',
        ...key,
      }),
    },
    Found: { __resolveType: (value: Row) => value['__typename'] },
  },
};

/** What mutations wrote, over all subgraphs, in order. */
export const LOG: string[] = [];

const PRODUCTS: Row[] = [
  {
    __typename: 'Book',
    upc: 'p1',
    sku: 's1',
    title: 'Notes',
    price: 899,
    weight: 100,
    pages: 300,
    seller: 'u1',
  },
  {
    __typename: 'Chair',
    upc: 'p2',
    sku: 's2',
    title: 'Stool',
    price: 1299,
    weight: 1000,
    legs: 3,
    seller: 'u2',
  },
  {
    __typename: 'Book',
    upc: 'p3',
    sku: 's3',
    title: 'Essays',
    price: 54,
    weight: 50,
    pages: 12,
    seller: 'u3',
  },
];

const productReference = (key: Row): Row | undefined =>
  PRODUCTS.find((product) => product['upc'] === key['upc']);

const products: SubgraphDefinition = {
  name: 'products',
  sdl: `${LINK('"@key", "@shareable", "@external", "@provides"')}
    type Query {
      topProducts(first: Int = 5): [Product!]!
      product(upc: ID!): Product
      things: [Thing!]!
      shelves: [[Product!]!]!
    }
    type Mutation { stock(text: String!): String }
    interface Product @key(fields: "upc") { upc: ID! title: String! price: Int seller: User }
    type Book implements Product @key(fields: "upc") {
      upc: ID! title: String! price: Int weight: Int pages: Int seller: User @provides(fields: "name")
      label(style: String = "plain"): String
    }
    type Chair implements Product @key(fields: "upc") {
      upc: ID! title: String! price: Int weight: Int legs: Int seller: User
    }
    union Thing = Book | Chair
    type User @key(fields: "id") { id: ID! name: String @external selling: [Product!]! profile: Profile! @shareable }
    type Profile @shareable { language: String! }
  `,
  resolvers: {
    Query: {
      topProducts: (_: unknown, { first }: { first: number }) => PRODUCTS.slice(0, first),
      product: (_: unknown, key: Row) => productReference(key),
      things: () => PRODUCTS,
      shelves: () => [[PRODUCTS[0], PRODUCTS[1]], [], [PRODUCTS[2]]],
    },
    Mutation: {
      stock: (_: unknown, { text }: { text: string }) => {
        LOG.push(text);
        return LOG.join(',');
      },
    },
    Product: { __resolveType: (value: Row) => value['__typename'], __resolveReference: productReference },
    Book: {
      __resolveReference: productReference,
      seller: (book: Row) => ({
        id: book['seller'],
        name: USERS.find((user) => user['id'] === book['seller'])?.['name'],
      }),
      label: (book: Row, { style }: Row) => `${String(book['title'])} (${String(style)})`,
    },
    Chair: { __resolveReference: productReference, seller: (chair: Row) => ({ id: chair['seller'] }) },
    Thing: { __resolveType: (value: Row) => value['__typename'] },
    User: {
      selling: (user: Row) => PRODUCTS.filter((product) => product['seller'] === user['id']),
      profile: () => ({ language: 'en' }),
    },
  },
};

const REVIEWS: Row[] = [
  { id: 'r1', body: 'Loved it', stars: 5, upc: 'p1', author: 'ada' },
  { id: 'r2', body: 'Too short', stars: 2, upc: 'p3', author: 'alan' },
  { id: 'r3', body: 'Wobbly', stars: 1, upc: 'p2', author: 'ada' },
  { id: 'r4', body: 'Again', stars: 4, upc: 'p1', author: 'grace' },
];

const reviews: SubgraphDefinition = {
  name: 'reviews',
  sdl: `${LINK('"@key", "@interfaceObject", "@external", "@requires"')}
    type Query { latestReviews(first: Int = 4): [Review!]! anyRated: [Product!]! }
    type Review @key(fields: "id") { id: ID! body: String stars: Int! product: Product! author: User! }
    type Product @key(fields: "upc") @interfaceObject { upc: ID! reviews(first: Int = 10): [Review!]! rating: Float }
    type User @key(fields: "username") { username: String! reviews: [Review!]! born: Int @external name: String @external
      byline: String @requires(fields: "name born") }
    type Tenant @key(fields: "region code") { region: String! code: Int! score: Int! }
  `,
  resolvers: {
    Query: {
      latestReviews: (_: unknown, { first }: { first: number }) => REVIEWS.slice(0, first),
      anyRated: () => [{ upc: 'p2' }, { upc: 'p1' }],
    },
    Review: {
      product: (review: Row) => ({ upc: review['upc'] }),
      author: (review: Row) => ({ username: review['author'] }),
    },
    Product: {
      reviews: (product: Row, { first }: { first: number }) =>
        REVIEWS.filter((review) => review['upc'] === product['upc']).slice(0, first),
      rating: (product: Row) => {
        const stars = REVIEWS.filter((review) => review['upc'] === product['upc']).map((review) =>
          Number(review['stars']),
        );
        return stars.reduce((sum, star) => sum + star, 0) / stars.length;
      },
    },
    User: {
      reviews: (user: Row) => REVIEWS.filter((review) => review['author'] === user['username']),
      byline: (user: Row) => `${String(user['name'])}, born ${String(user['born'])}`,
    },
    Tenant: { score: (tenant: Row) => Number(tenant['code']) * 6 },
  },
};

const inventory: SubgraphDefinition = {
  name: 'inventory',
  sdl: `${LINK('"@key", "@external", "@requires", "@shareable"')}
    type Query { warehouses: [Warehouse!]! }
    type Book @key(fields: "upc") { upc: ID! price: Int @external weight: Int @external inStock: Boolean! shipping: Int @requires(fields: "price weight") }
    type Chair @key(fields: "upc") { upc: ID! price: Int @external weight: Int @external inStock: Boolean! shipping: Int @requires(fields: "price weight") }
    type Warehouse { id: ID! books: [Book!]! tenant: Tenant manager: User }
    type Tenant @key(fields: "org { id }") { org: Org! capacity: Int }
    type Org @shareable { id: ID! }
    type User @key(fields: "id") { id: ID! badge: String! }
  `,
  resolvers: {
    Query: {
      warehouses: () => [
        {
          id: 'w1',
          books: [{ upc: 'p1' }, { upc: 'p3' }],
          tenant: { org: { id: 'o1' } },
          manager: { id: 'u3' },
        },
      ],
    },
    Book: {
      inStock: (book: Row) => book['upc'] !== 'p3',
      shipping: (book: Row) => Number(book['price']) + Number(book['weight']),
    },
    Chair: {
      inStock: () => true,
      shipping: (chair: Row) => Number(chair['price']) * 2,
    },
    Tenant: { capacity: () => 99 },
    User: { badge: (user: Row) => `badge ${String(user['id'])}` },
  },
};

/** A shop in four subgraphs: entities over several hops, composite keys, abstract types, an interface object. */
export const SHOP: readonly SubgraphDefinition[] = [accounts, products, reviews, inventory];
