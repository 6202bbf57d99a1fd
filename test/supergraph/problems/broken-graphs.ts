/** A graph that does not compose: the code, the place and the fix that its author is told. */
export interface BrokenGraph {
  readonly code: string;
  /** The subgraphs a, b and c, which link federation in a line before. A text that begins with "extend schema @link" or "# Federation 1" stays as it is. */
  readonly sdl: readonly string[];
  /** `file:line`. */
  readonly at: string;
  readonly fix: string;
}

export const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@composeDirective", "@context", "@cost", "@external", "@fromContext", "@inaccessible", "@interfaceObject", "@key", "@listSize", "@override", "@provides", "@requires", "@shareable", "@tag"])';

export const BROKEN_GRAPHS: readonly BrokenGraph[] = [
  {
    code: 'INVALID_GRAPHQL',
    sdl: [
      `type Query {
  x: [Int
}`,
    ],
    at: 'a.graphql:4',
    fix: `Correct the syntax at this place.`,
  },
  {
    code: 'INVALID_GRAPHQL',
    sdl: [
      `type Query {
  x: Int @nope
}`,
    ],
    at: 'a.graphql:3',
    fix: `Add "@nope" to the import of an @link in subgraph a, or define the directive there, or correct its name.`,
  },
  {
    code: 'INVALID_GRAPHQL',
    sdl: [
      `type Query { i: I t: T }
interface I { a: Int }
type T implements I {
  b: Int
}`,
    ],
    at: 'a.graphql:3',
    fix: `Add the field a to type T, or remove "implements I" from it.`,
  },
  {
    code: 'INVALID_GRAPHQL',
    sdl: [
      `type Query { i: T }
type T { a: Int }
type T { b: Int }`,
    ],
    at: 'a.graphql:4',
    fix: `Remove one of the definitions of T, or write "extend" before it.`,
  },
  {
    code: 'INVALID_LINK_DIRECTIVE_USAGE',
    sdl: [
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@keys"])
type Query { x: Int @shareable }`,
    ],
    at: 'a.graphql:1',
    fix: `Remove @keys from the import of this @link, or write "@key", or link the version that has it.`,
  },
  {
    code: 'UNKNOWN_FEDERATION_LINK_VERSION',
    sdl: [
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.99", import: ["@key"])
type Query { x: Int }`,
    ],
    at: 'a.graphql:1',
    fix: `Replace v2.99 in the @link in subgraph a by a version that exists, such as https://specs.apollo.dev/federation/v2.9.`,
  },
  {
    code: 'INVALID_LINK_IDENTIFIER',
    sdl: [
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")\nextend schema @link(url: "https://example.com/thing")
type Query { x: Int @shareable }`,
    ],
    at: 'a.graphql:2',
    fix: `End the url of this @link with a version, as in https://host/thing/v1.0.`,
  },
  {
    code: 'DIRECTIVE_DEFINITION_INVALID',
    sdl: [
      `type Query { x: Int @shareable }
directive @shareable(why: Int) on FIELD_DEFINITION`,
    ],
    at: 'a.graphql:3',
    fix: `Remove the definition of @shareable in subgraph a and import it with @link, or define it exactly as its specification does.`,
  },
  {
    code: 'TYPE_DEFINITION_INVALID',
    sdl: [
      `type Query { x: Int @shareable }
type federation__FieldSet { x: Int }`,
    ],
    at: 'a.graphql:3',
    fix: `Remove the definition of federation__FieldSet in subgraph a: the specification that is linked has it; or define it exactly so.`,
  },
  {
    code: 'KEY_FIELDS_HAS_ARGS',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") {
  id(a: Int): ID!
}`,
    ],
    at: 'a.graphql:3',
    fix: `Leave User.id out of the @key in subgraph a, or add a field without arguments for it.`,
  },
  {
    code: 'PROVIDES_FIELDS_HAS_ARGS',
    sdl: [
      `type Query { user: User @provides(fields: "name") }
type User @key(fields: "id") {
  id: ID!
  name(a: Int): String @external
}`,
      `type User @key(fields: "id") { id: ID! name(a: Int): String }`,
    ],
    at: 'a.graphql:2',
    fix: `Leave User.name out of the @provides in subgraph a, or add a field without arguments for it.`,
  },
  {
    code: 'PROVIDES_FIELDS_MISSING_EXTERNAL',
    sdl: [
      `type Query {
  user: User @provides(fields: "name")
}
type User @key(fields: "id") { id: ID! name: String }`,
    ],
    at: 'a.graphql:3',
    fix: `Leave User.name out of the @provides in subgraph a: the subgraph resolves it anyway; or mark it @external there, if another one does.`,
  },
  {
    code: 'REQUIRES_FIELDS_MISSING_EXTERNAL',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") { id: ID!
  name: String
  mail: String @requires(fields: "name") }`,
    ],
    at: 'a.graphql:5',
    fix: `Leave User.name out of the @requires in subgraph a: the subgraph resolves it anyway; or mark it @external there, if another one does.`,
  },
  {
    code: 'KEY_UNSUPPORTED_ON_INTERFACE',
    sdl: [
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])
type Query { i: I }
interface I @key(fields: "id") { id: ID! }
type T implements I @key(fields: "id") { id: ID! }`,
    ],
    at: 'a.graphql:3',
    fix: `Link federation v2.3 or later, or take the @key off the interface and put it on the types that implement it.`,
  },
  {
    code: 'REQUIRES_UNSUPPORTED_ON_INTERFACE',
    sdl: [
      `type Query { i: I }
interface I {
  a: Int
  b: Int @requires(fields: "a")
}
type T implements I { a: Int b: Int }`,
    ],
    at: 'a.graphql:5',
    fix: `Move @requires from I.b in subgraph a to the same field of the types that implement the interface.`,
  },
  {
    code: 'EXTERNAL_UNUSED',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") {
  id: ID!
  name: String @external
}`,
      `type User @key(fields: "id") { id: ID! name: String }`,
    ],
    at: 'a.graphql:5',
    fix: `Remove User.name in subgraph a, where nothing uses it; or name it in a @requires or @provides there, or remove its @external if the subgraph resolves it.`,
  },
  {
    code: 'EXTERNAL_ON_INTERFACE',
    sdl: [
      `type Query { i: I }
interface I {
  a: Int @external
}
type T implements I { a: Int }`,
    ],
    at: 'a.graphql:4',
    fix: `Remove @external from I.a in subgraph a; put it on the same field of the types that implement the interface, where they need it.`,
  },
  {
    code: 'EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") {
  id: ID!
  boss: User @external @provides(fields: "name")
  name: String @external
  z: Int @requires(fields: "boss { id }")
}`,
      `type User @key(fields: "id") { id: ID! boss: User name: String }`,
    ],
    at: 'a.graphql:5',
    fix: `Remove @external from User.boss in subgraph a, or remove its @provides: what is resolved elsewhere provides nothing here.`,
  },
  {
    code: 'PROVIDES_ON_NON_OBJECT_FIELD',
    sdl: [
      `type Query {
  x: Int @provides(fields: "y")
}`,
    ],
    at: 'a.graphql:3',
    fix: `Remove @provides from Query.x in subgraph a: Int has no fields that could be provided.`,
  },
  {
    code: 'KEY_INVALID_FIELDS_TYPE',
    sdl: [
      `type Query { user: User }
type User @key(fields: 3) { id: ID! }`,
    ],
    at: 'a.graphql:3',
    fix: `Write the fields of the @key of User in subgraph a as a text: @key(fields: "id name").`,
  },
  {
    code: 'KEY_INVALID_FIELDS',
    sdl: [
      `type Query { user: User }
type User @key(fields: "ident") { id: ID! }`,
    ],
    at: 'a.graphql:3',
    fix: `Add the field ident to type User in subgraph a, or correct its name in the @key.`,
  },
  {
    code: 'KEY_INVALID_FIELDS',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id {") { id: ID! }`,
    ],
    at: 'a.graphql:3',
    fix: `Correct the syntax of the @key of User in subgraph a: a selection such as "id" or "id org { id }".`,
  },
  {
    code: 'REQUIRES_INVALID_FIELDS',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") {
  id: ID!
  a: Int @requires(fields: "weight")
}`,
    ],
    at: 'a.graphql:5',
    fix: `Add the field weight with @external to type User in subgraph a, or correct its name in the @requires.`,
  },
  {
    code: 'PROVIDES_INVALID_FIELDS',
    sdl: [
      `type Query {
  user: User @provides(fields: "weight")
}
type User @key(fields: "id") { id: ID! }`,
    ],
    at: 'a.graphql:3',
    fix: `Add the field weight with @external to type User in subgraph a, or correct its name in the @provides.`,
  },
  {
    code: 'KEY_FIELDS_SELECT_INVALID_TYPE',
    sdl: [
      `type Query { user: User }
type User @key(fields: "u") {
  u: U
}
union U = A
type A { a: Int }`,
    ],
    at: 'a.graphql:3',
    fix: `Leave User.u out of the @key: its type is of the kind Union. Take fields that are scalars, enums or objects.`,
  },
  {
    code: 'KEY_DIRECTIVE_IN_FIELDS_ARG',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id @skip(if: true)") { id: ID! }`,
    ],
    at: 'a.graphql:3',
    fix: `Remove @skip(if: true) from the fields of the @key in subgraph a.`,
  },
  {
    code: 'ROOT_QUERY_USED',
    sdl: [
      `schema { query: Root }
type Root { x: Int }
type Query { y: Int }`,
    ],
    at: 'a.graphql:3',
    fix: `Rename the type Query in subgraph a, or make it the root: schema { query: Query } instead of Root.`,
  },
  {
    code: 'NO_QUERIES',
    sdl: [`type User @key(fields: "id") { id: ID! }`],
    at: '',
    fix: `Add a type Query with at least one field to one of the subgraphs.`,
  },
  {
    code: 'INVALID_SHAREABLE_USAGE',
    sdl: [
      `type Query { i: I }
interface I {
  a: Int @shareable
}
type T implements I { a: Int }`,
    ],
    at: 'a.graphql:4',
    fix: `Remove @shareable from I.a in subgraph a: fields of interfaces are resolved by the types that implement them; mark theirs.`,
  },
  {
    code: 'INTERFACE_FIELD_NO_IMPLEM',
    sdl: [
      `type Query { i: I }
interface I {
  a: Int
  b(x: Int): Int
}
type T implements I @shareable {
  a: Int
  b(x: Int): Int
}`,
      `interface I { a: Int }
type T2 implements I { a: Int }`,
    ],
    at: 'b.graphql:3',
    fix: `Add the field b(x: Int): Int to type T2 in subgraph b, or remove it from interface I in subgraph a.`,
  },
  {
    code: 'TYPE_KIND_MISMATCH',
    sdl: [
      `type Query { t: T }
type T { a: Int }`,
      `type Query { u: T }
interface T { a: Int }`,
    ],
    at: 'a.graphql:3',
    fix: `Define T as one kind of type in all subgraphs (now Object Type in subgraph a but Interface Type in subgraph b), or rename it in one of them.`,
  },
  {
    code: 'CONTEXT_NOT_SET',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") {
  id: ID!
  a(x: String @fromContext(field: "$ctx { b }")): Int
}`,
    ],
    at: 'a.graphql:5',
    fix: `Add @context(name: "ctx") to a type in subgraph a through which User.a(x:) is reached, or correct the name in @fromContext.`,
  },
  {
    code: 'CONTEXT_NAME_INVALID',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") @context(name: "my_ctx") { id: ID! }`,
    ],
    at: 'a.graphql:3',
    fix: `Rename the context "my_ctx" in subgraph a, in @context and @fromContext, to letters and digits, for instance "myctx".`,
  },
  {
    code: 'CONTEXT_INVALID_SELECTION',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") @context(name: "ctx") { id: ID! name: String p: P }
type P @key(fields: "id") {
  id: ID!
  a(x: Int @fromContext(field: "$ctx { name }")): Int
}`,
    ],
    at: 'a.graphql:6',
    fix: `Write the field of P.a(x:) as "$ctx { field }": one field, without alias and directives, of the type of the argument; or one "... on Type { field }" per type that sets the context.`,
  },
  {
    code: 'NO_CONTEXT_IN_SELECTION',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") @context(name: "ctx") { id: ID! name: String p: P }
type P @key(fields: "id") {
  id: ID!
  a(x: String @fromContext(field: "{ name }")): Int
}`,
    ],
    at: 'a.graphql:6',
    fix: `Begin the field of @fromContext with the name of a context: "$name { field }".`,
  },
  {
    code: 'CONTEXT_NO_RESOLVABLE_KEY',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") @context(name: "ctx") { id: ID! name: String p: P }
type P {
  a(x: String @fromContext(field: "$ctx { name }")): Int
}`,
    ],
    at: 'a.graphql:4',
    fix: `Add @key(fields: "id") to type P in subgraph a, or remove "resolvable: false" from its @key: a field that takes a value from a context needs one.`,
  },
  {
    code: 'EXTERNAL_TYPE_MISMATCH',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") { id: ID!
  name: Int @external
  b: Int @requires(fields: "name") }`,
      `type User @key(fields: "id") { id: ID! name: String }`,
    ],
    at: 'a.graphql:4',
    fix: `Give User.name the type String in a, as in b; or the other way round.`,
  },
  {
    code: 'EXTERNAL_ARGUMENT_MISSING',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") { id: ID!
  name: String @external
  b: Int @requires(fields: "name") }`,
      `type User @key(fields: "id") {
  id: ID!
  name(a: Int): String
}`,
    ],
    at: 'a.graphql:4',
    fix: `Add the argument a to User.name in subgraph a, as it is where the field is resolved.`,
  },
  {
    code: 'EXTERNAL_ARGUMENT_TYPE_MISMATCH',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") { id: ID!
  name(a: String): String @external
  b: Int @requires(fields: "name") }`,
      `type User @key(fields: "id") {
  id: ID!
  name(a: Int): String
}`,
    ],
    at: 'a.graphql:4',
    fix: `Give User.name(a:) the type Int in a, as in b; or the other way round.`,
  },
  {
    code: 'EXTERNAL_ARGUMENT_DEFAULT_MISMATCH',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") { id: ID!
  name(a: Int = 1): String @external
  b: Int @requires(fields: "name") }`,
      `type User @key(fields: "id") {
  id: ID!
  name(a: Int = 2): String
}`,
    ],
    at: 'a.graphql:4',
    fix: `Give User.name(a:) the same default value in all subgraphs.`,
  },
  {
    code: 'MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") { id: ID!
  name: String @external @tag(name: "t")
  b: Int @requires(fields: "name") }`,
      `type User @key(fields: "id") {
  id: ID!
  name: String
}`,
    ],
    at: 'a.graphql:4',
    fix: `Remove @tag from User.name in subgraph a, and put it on the field in the subgraph that resolves it.`,
  },
  {
    code: 'FIELD_TYPE_MISMATCH',
    sdl: [
      `type Query { t: T }
type T {
  a: Int @shareable
}`,
      `type T {
  a: String @shareable
}`,
      `type T {
  a: String @shareable
}`,
    ],
    at: 'a.graphql:4',
    fix: `Give T.a the type String in a, as in b and c; or the other way round.`,
  },
  {
    code: 'FIELD_ARGUMENT_TYPE_MISMATCH',
    sdl: [
      `type Query {
  t(a: Int): Int @shareable
}`,
      `type Query {
  t(a: String): Int @shareable
}`,
    ],
    at: 'a.graphql:3',
    fix: `Give Query.t(a:) the type String in a, as in b; or the other way round.`,
  },
  {
    code: 'FIELD_ARGUMENT_DEFAULT_MISMATCH',
    sdl: [
      `type Query {
  t(a: Int = 1): Int @shareable
}`,
      `type Query {
  t(a: Int = 2): Int @shareable
}`,
    ],
    at: 'a.graphql:3',
    fix: `Give Query.t(a:) the same default value in all subgraphs.`,
  },
  {
    code: 'INPUT_FIELD_DEFAULT_MISMATCH',
    sdl: [
      `type Query { t(i: I): Int @shareable }
input I {
  a: Int = 1
}`,
      `type Query { t(i: I): Int @shareable }
input I {
  a: Int = 2
}`,
    ],
    at: 'a.graphql:4',
    fix: `Give I.a the same default value in all subgraphs.`,
  },
  {
    code: 'EXTENSION_WITH_NO_BASE',
    sdl: [
      `# Federation 1\ntype Query { x: Int }
extend type T { a: Int }`,
    ],
    at: 'a.graphql:3',
    fix: `Write "type T" instead of "extend type T" in subgraph a, or correct the name.`,
  },
  {
    code: 'EXTERNAL_MISSING_ON_BASE',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") { id: ID!
  name: String @external
  b: Int @requires(fields: "name") }`,
    ],
    at: 'a.graphql:4',
    fix: `Remove @external from User.name in subgraph a, if it is resolved there; or add User.name to the subgraph that resolves it.`,
  },
  {
    code: 'INVALID_FIELD_SHARING',
    sdl: [
      `type Query { t: T }
type T {
  a: Int @shareable
}`,
      `type T {
  a: Int
}`,
    ],
    at: 'b.graphql:3',
    fix: `Add @shareable to T.a in b, if all of them give the same value; or leave it out of b; or add @override(from: "a") to it in b.`,
  },
  {
    code: 'INVALID_FIELD_SHARING',
    sdl: [
      `type Query { t: T }
type T {
  a: Int
}`,
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type T {
  a: Int
}`,
    ],
    at: 'a.graphql:4',
    fix: `Add @shareable to T.a in a and b (import "@shareable" in the @link to federation of b), if all of them give the same value; or leave it out of all but one; or add @override(from: "a") to it in b.`,
  },
  {
    code: 'LINK_IMPORT_NAME_MISMATCH',
    sdl: [
      `type Query { x: Int @shareable }`,
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@tag", as: "@label" }, "@shareable"])
type Query { x: Int @shareable @label(name: "a") }`,
      `type Query { x: Int @shareable @tag(name: "b") }`,
    ],
    at: 'b.graphql:1',
    fix: `Import @tag by one name in all subgraphs; now it is @tag in subgraph c but @label in subgraph b.`,
  },
  {
    code: 'REFERENCED_INACCESSIBLE',
    sdl: [
      `type Query {
  t: T
  x: Int
}
type T @inaccessible { a: Int }`,
    ],
    at: 'a.graphql:6',
    fix: `Mark Query.t as @inaccessible, too, or remove @inaccessible from T.`,
  },
  {
    code: 'DEFAULT_VALUE_USES_INACCESSIBLE',
    sdl: [
      `type Query {
  t(e: E = A): Int
}
enum E {
  A @inaccessible
  B
}`,
    ],
    at: 'a.graphql:3',
    fix: `Take E.A out of the default value of Query.t(e:), or remove its @inaccessible.`,
  },
  {
    code: 'QUERY_ROOT_TYPE_INACCESSIBLE',
    sdl: [`type Query @inaccessible { x: Int }`],
    at: 'a.graphql:2',
    fix: `Remove @inaccessible from the query type; mark single fields instead.`,
  },
  {
    code: 'REQUIRED_INACCESSIBLE',
    sdl: [
      `type Query {
  t(a: Int! @inaccessible): Int
}`,
    ],
    at: 'a.graphql:3',
    fix: `Make Query.t(a:) optional (without "!", or with a default value), or remove its @inaccessible.`,
  },
  {
    code: 'IMPLEMENTED_BY_INACCESSIBLE',
    sdl: [
      `type Query { i: I }
interface I { a: Int b: Int }
type T implements I {
  a: Int @inaccessible
  b: Int
}`,
    ],
    at: 'a.graphql:5',
    fix: `Mark I.a as @inaccessible, too, or remove @inaccessible from T.a.`,
  },
  {
    code: 'ONLY_INACCESSIBLE_CHILDREN',
    sdl: [
      `type Query { t: T }
type T {
  a: Int @inaccessible
}`,
    ],
    at: 'a.graphql:4',
    fix: `Mark T as @inaccessible, too, or remove @inaccessible from one of its parts.`,
  },
  {
    code: 'REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH',
    sdl: [
      `type Query {
  t(a: Int!): Int @shareable
}`,
      `type Query {
  t: Int @shareable
}`,
    ],
    at: 'b.graphql:3',
    fix: `Add the argument a: Int! to Query.t in subgraph b; or make it optional in subgraph a (without "!", or with a default value).`,
  },
  {
    code: 'REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH',
    sdl: [
      `type Query { t(i: I): Int @shareable }
input I {
  a: Int!
  b: Int
}`,
      `type Query { t(i: I): Int @shareable }
input I { b: Int }`,
    ],
    at: 'b.graphql:3',
    fix: `Add the field a: Int! to input I in subgraph b; or make it optional in subgraph a (without "!", or with a default value).`,
  },
  {
    code: 'EMPTY_MERGED_INPUT_TYPE',
    sdl: [
      `type Query { t(i: I): Int @shareable }
input I { a: Int }`,
      `type Query { t(i: I): Int @shareable }
input I { b: Int }`,
    ],
    at: 'a.graphql:3',
    fix: `Add at least one common field to input I in all subgraphs that define it, or give the inputs different names.`,
  },
  {
    code: 'EMPTY_MERGED_ENUM_TYPE',
    sdl: [
      `type Query { t(e: E): Int @shareable }
enum E { A }`,
      `type Query { t(e: E): Int @shareable }
enum E { B }`,
    ],
    at: 'a.graphql:3',
    fix: `Add at least one common value to enum E in all subgraphs that define it, or give the enums different names.`,
  },
  {
    code: 'ENUM_VALUE_MISMATCH',
    sdl: [
      `type Query { t(e: E): E }
enum E {
  A
  B
}`,
      `type Query { u: E }
enum E { A }`,
    ],
    at: 'b.graphql:3',
    fix: `Add the value B to enum E in subgraph b, or remove it in subgraph a.`,
  },
  {
    code: 'SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES',
    sdl: [
      `type Query {
  u: U @shareable
}
union U = A
type A { a: Int }`,
      `type Query {
  u: U @shareable
}
union U = B
type B { b: Int }`,
    ],
    at: 'a.graphql:3',
    fix: `Give U at least one common object type in all subgraphs that resolve Query.u, or resolve Query.u in one of them only.`,
  },
  {
    code: 'OVERRIDE_FROM_SELF_ERROR',
    sdl: [
      `type Query {
  x: Int @override(from: "a")
}`,
    ],
    at: 'a.graphql:3',
    fix: `Name the subgraph that Query.x is taken over from in @override(from:) instead of a itself, or remove the @override.`,
  },
  {
    code: 'OVERRIDE_SOURCE_HAS_OVERRIDE',
    sdl: [
      `type Query {
  x: Int @override(from: "b")
}`,
      `type Query {
  x: Int @override(from: "a")
}`,
    ],
    at: 'a.graphql:3',
    fix: `Remove the @override of Query.x in b (or in a): one subgraph takes it over.`,
  },
  {
    code: 'OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE',
    sdl: [
      `type Query { user: User @override(from: "b") }
type User @key(fields: "id") { id: ID! name: String }`,
      `type Query { user: User @provides(fields: "name") }
type User @key(fields: "id") { id: ID! name: String @external }`,
    ],
    at: 'a.graphql:2',
    fix: `Remove @provides from Query.user in b, or the @override of Query.user in a.`,
  },
  {
    code: 'OVERRIDE_ON_INTERFACE',
    sdl: [
      `type Query { i: I }
interface I {
  a: Int @override(from: "b")
}
type T implements I { a: Int }`,
      `type Query { x: Int @shareable }`,
    ],
    at: 'a.graphql:4',
    fix: `Remove the @override from I.a in a, and put it on the same field of the types that implement the interface.`,
  },
  {
    code: 'OVERRIDE_LABEL_INVALID',
    sdl: [
      `type Query {
  x: Int @override(from: "b", label: "5 percent")
}`,
      `type Query { x: Int y: Int }`,
    ],
    at: 'a.graphql:3',
    fix: `Write the label of the @override of Query.x in a as a name such as "new-service", or as "percent(5)".`,
  },
  {
    code: 'DIRECTIVE_COMPOSITION_ERROR',
    sdl: [
      `extend schema @composeDirective(name: "@nope")
type Query { x: Int @shareable }`,
    ],
    at: 'a.graphql:2',
    fix: `Import @nope with @link in a, or correct the name in its @composeDirective.`,
  },
  {
    code: 'DIRECTIVE_COMPOSITION_ERROR',
    sdl: [
      `extend schema @composeDirective(name: "mine")
type Query { x: Int @shareable }`,
    ],
    at: 'a.graphql:2',
    fix: `Write @composeDirective(name: "@mine") in a.`,
  },
  {
    code: 'INTERFACE_OBJECT_USAGE_ERROR',
    sdl: [
      `type Query { i: I }
type I @interfaceObject { a: Int }`,
      `interface I { id: ID! }
type T implements I { id: ID! }`,
    ],
    at: 'a.graphql:3',
    fix: `Add @key(fields: "id") to type I in subgraph a, the key of the interface.`,
  },
  {
    code: 'INTERFACE_OBJECT_USAGE_ERROR',
    sdl: [
      `type Query { i: I }
type I @interfaceObject @key(fields: "id") { id: ID! a: Int }`,
    ],
    at: 'a.graphql:3',
    fix: `Define I as an interface with a @key in one of the subgraphs, or remove @interfaceObject.`,
  },
  {
    code: 'INTERFACE_KEY_NOT_ON_IMPLEMENTATION',
    sdl: [
      `type Query { i: I }
interface I @key(fields: "id") { id: ID! }
type T implements I { id: ID! }`,
    ],
    at: 'a.graphql:4',
    fix: `Add @key(fields: "id") to T in subgraph a.`,
  },
  {
    code: 'INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE',
    sdl: [
      `type Query { i: I }
interface I @key(fields: "id") { id: ID! }
type T implements I @key(fields: "id") { id: ID! }`,
      `interface I { id: ID! }
type T2 implements I @key(fields: "id") { id: ID! }
type Query { t: T2 }`,
    ],
    at: 'a.graphql:3',
    fix: `Add type T2 implementing I to subgraph a, with the same @key; or remove the @key of I there.`,
  },
  {
    code: 'CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") @context(name: "ctx") { id: ID! name: String p: P }
type P @key(fields: "id") {
  id: ID!
  a(x: String @fromContext(field: "$ctx { name }")): Int @shareable
}`,
      `type P @key(fields: "id") {
  id: ID!
  a(x: String!): Int @shareable
}`,
    ],
    at: 'b.graphql:4',
    fix: `Add @fromContext to P.a(x:) in subgraph b, too, or make it optional there, or remove it.`,
  },
  {
    code: 'COST_APPLIED_TO_INTERFACE_FIELD',
    sdl: [
      `type Query { i: I }
interface I {
  a: Int @cost(weight: 3)
}
type T implements I { a: Int }`,
    ],
    at: 'a.graphql:4',
    fix: `Move @cost from I.a in subgraph a to the same field of the types that implement the interface.`,
  },
  {
    code: 'LIST_SIZE_APPLIED_TO_NON_LIST',
    sdl: [
      `type Query {
  x: Int @listSize(assumedSize: 3)
}`,
    ],
    at: 'a.graphql:3',
    fix: `Remove @listSize from Query.x in subgraph a, or name the list fields of its objects in sizedFields.`,
  },
  {
    code: 'LIST_SIZE_INVALID_ASSUMED_SIZE',
    sdl: [
      `type Query {
  x: [Int] @listSize(assumedSize: -3)
}`,
    ],
    at: 'a.graphql:3',
    fix: `Give the @listSize of Query.x in subgraph a an assumedSize of 0 or more.`,
  },
  {
    code: 'LIST_SIZE_INVALID_SLICING_ARGUMENT',
    sdl: [
      `type Query {
  x: [Int] @listSize(slicingArguments: ["first"])
}`,
    ],
    at: 'a.graphql:3',
    fix: `Correct "first" in slicingArguments, or add the argument first: Int to Query.x.`,
  },
  {
    code: 'LIST_SIZE_INVALID_SIZED_FIELD',
    sdl: [
      `type Query {
  x: X @listSize(assumedSize: 3, sizedFields: ["items"])
}
type X { a: [Int] }`,
    ],
    at: 'a.graphql:3',
    fix: `Correct "items" in sizedFields: it is no field of X.`,
  },
  {
    code: 'AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE',
    sdl: [
      `type Query { i: I }
interface I {
  a: Int @authenticated
}
type T implements I { a: Int }`,
    ],
    at: 'a.graphql:4',
    fix: `Move @authenticated from I.a in subgraph a to the object types that implement the interface, and to their fields.`,
  },
  {
    code: 'MISSING_TRANSITIVE_AUTH_REQUIREMENTS',
    sdl: [
      `type Query { user: User }
type User @key(fields: "id") { id: ID!
  name: String @external
  b: Int @requires(fields: "name") }`,
      `type User @key(fields: "id") {
  id: ID!
  name: String @authenticated
}`,
    ],
    at: 'a.graphql:5',
    fix: `Add to User.b what User.name has of @authenticated, @requiresScopes and/or @policy: User.b reads it.`,
  },
];
