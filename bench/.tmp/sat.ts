import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
const L = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires"])\n';
const show = (...subs: string[]) => {
  const r = composeSupergraph(subs.map((sdl, i) => ({ name: 'abc'[i]!, sdl: L + sdl, file: `${'abc'[i]}/schema.graphql` })));
  console.log('-----'); console.log('problems' in r ? r.problems.map((p) => `${p.file}:${p.line} [${p.subgraph}] ${p.code} ${p.message}\n   fix: ${p.fix}`).join('\n') : 'ok');
};
show('type Query { users: [User] }\n type User @key(fields: "id") { id: ID! }', 'type Query { x: Int }\ntype User { id: ID! @shareable name: String }');
show('type Query { users: [User] }\n type User @key(fields: "id") { id: ID! }', 'type Query { x: Int }\ntype User @key(fields: "email") { email: String name: String }');
show('type Query { me: User }\ntype User @key(fields: "id") { id: ID! name: String }', 'type Query { x: Int }\ntype User @key(fields: "id") { id: ID! name: Int }');
show('type Query { me: User }\ntype User @key(fields: "id") { id: ID! name: String }', 'type Query { x: Int }\ntype User @key(fields: "id") { id: ID! name: String }');
show('type Query { me: User }\ntype User @key(fields: "id") { id: ID! a: String }', 'type Query { x: Int }\ntype User @key(fields: "id") { id: ID! name: String @external b: Int @requires(fields: "name")}');
show('type Query { me: User }\ntype User @key(fields: "id") { id: ID! e: E } enum E {A B}', 'type Query { x(e: E): Int }\nenum E {A C}');
show('type Query { me(a: Int!): User }\ntype User @key(fields: "id") { id: ID! }', 'type Query { me: User }\ntype User @key(fields: "id") { id: ID! } ');
show('type Query { me: User }\ntype User @key(fields: "nope") { id: ID! }');
show('type Query { me: User }\ntype User { id: ID! n: Nope }', 'type Query { y: Int } input I { a: Int } ', 'interface I { a: Int } type Query { q: Int}');
