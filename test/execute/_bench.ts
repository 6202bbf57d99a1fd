import { parse } from 'graphql';
import { memorySubgraph } from './memory-subgraph.ts';
import { snapshotOf } from './shop-gateway.ts';
import { requestContext } from './subgraph-server.ts';
import { fetchSteps } from '../../gateway/compile/plan.ts';
const K =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key","@shareable","@external","@requires","@provides"])\n';
const S = [
  {
    name: 'accounts',
    sdl:
      K +
      'type Query { me: User user(id: ID!): User users: [User] } type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: Int }',
  },
  {
    name: 'inventory',
    sdl:
      K +
      'type Product @key(fields: "upc") { upc: String! weight: Int @external price: Int @external inStock: Boolean shippingEstimate: Int @requires(fields: "price weight") }',
  },
  {
    name: 'products',
    sdl:
      K +
      'type Query { topProducts(first: Int = 5): [Product] } type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }',
  },
  {
    name: 'reviews',
    sdl:
      K +
      'type Review @key(fields: "id") { id: ID! body: String product: Product author: User @provides(fields: "username") } type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] } type Product @key(fields: "upc") { upc: String! reviews: [Review] }',
  },
];
const HEAVY = `fragment User on User { id username name } fragment Review on Review { id body } fragment Product on Product { inStock name price shippingEstimate upc weight }
query TestQuery { users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
 topProducts(first: 5) { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } }`;
const SMALL = '{ me { id username name } topProducts(first: 2) { upc name price } }';
const users = Array.from({ length: 6 }, (_, i) => ({
  id: String(i + 1),
  name: 'Name ' + i,
  username: 'user' + i,
  birthday: i,
  __typename: 'User',
}));
const products = Array.from({ length: 9 }, (_, i) => ({
  upc: String(i + 1),
  name: 'Product ' + i,
  price: i * 100,
  weight: i * 50,
  __typename: 'Product',
}));
const reviews = Array.from({ length: 14 }, (_, i) => ({
  id: String(i + 1),
  body: 'A review body text ' + i,
  p: products[i % 9]!,
  u: users[i % 3]!,
}));
// canned: answer by executing selection naively once, then cached by (operation, representations)
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse as parse2 } from 'graphql/index.js';
const full = (r: any) => ({
  __typename: 'Review',
  id: r.id,
  body: r.body,
  product: { __typename: 'Product', upc: r.p.upc },
  author: { __typename: 'User', id: r.u.id, username: r.u.username },
});
const R: any = {
  accounts: {
    Query: { me: () => users[0], users: () => users },
    User: { __resolveReference: (k: any) => users.find((u) => u.id === k.id) },
  },
  inventory: {
    Product: {
      __resolveReference: (k: any) => k,
      inStock: () => true,
      shippingEstimate: (p: any) => p.price + p.weight,
    },
  },
  products: {
    Query: { topProducts: (_: any, a: any) => products.slice(0, a.first) },
    Product: { __resolveReference: (k: any) => products.find((p) => p.upc === k.upc) },
  },
  reviews: {
    User: {
      __resolveReference: (k: any) => ({ ...k, username: users.find((u) => u.id === k.id)!.username }),
      reviews: (u: any) => reviews.filter((r) => r.u.id === u.id).map(full),
    },
    Product: {
      __resolveReference: (k: any) => k,
      reviews: (p: any) => reviews.filter((r) => r.p.upc === p.upc).map(full),
    },
  },
};
let calls = 0;
const runtimes = new Map(
  S.map((s) => {
    const schema = buildSubgraphSchema([{ typeDefs: parse2(s.sdl), resolvers: R[s.name] }]);
    const perFetch = new Map<string, any>();
    return [
      s.name,
      {
        ...memorySubgraph(s.name, () => ({})),
        compileFetch: (f: any) => {
          // one canned answer per fetch: representations are the same in every request
          return (input: any) => {
            calls++;
            const c = perFetch.get(
              f.operation + JSON.stringify(f.kind) + (f.entities ? input.representations.length : ''),
            );
            if (c) return c;
            return Promise.resolve(
              execute({
                schema,
                document: f.document,
                variableValues: { ...input.variables, representations: input.representations },
              }),
            ).then((r: any) => {
              if (r.errors) console.log(s.name, r.errors[0]);
              const d = JSON.parse(JSON.stringify(r.data));
              const v = f.entities ? { entities: d._entities } : { data: d };
              perFetch.set(
                f.operation + JSON.stringify(f.kind) + (f.entities ? input.representations.length : ''),
                Promise.resolve(v),
              );
              return v;
            });
          };
        },
      },
    ];
  }),
);
const snapshot = snapshotOf(S, runtimes as any);
for (const [name, q, n] of [
  ['heavy', HEAVY, Number(process.env.N ?? 3000)],
  ['small', SMALL, 100000],
] as const) {
  let t0 = performance.now();
  const ex = snapshot.executable(parse(q), undefined, name);
  const cold = performance.now() - t0;
  const ctx = requestContext();
  let r = await ex.run({}, ctx);
  if (r.errors) console.log(r.errors[0]);
  const bytes = JSON.stringify(r.data).length;
  for (let i = 0; i < n / 2; i++) await ex.run({}, ctx);
  calls = 0;
  const c0 = process.cpuUsage();
  t0 = performance.now();
  for (let i = 0; i < n; i++) await ex.run({}, ctx);
  const cpu = process.cpuUsage(c0);
  console.log(name, {
    bytes,
    fetches: fetchSteps(ex.plan.root).length,
    callsPerRun: calls / n,
    coldMs: cold.toFixed(1),
    cpuMsPerRun: ((cpu.user + cpu.system) / 1000 / n).toFixed(4),
    wall: ((performance.now() - t0) / n).toFixed(4),
  });
}
