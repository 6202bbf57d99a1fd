import type { ConstDirectiveNode, ConstValueNode, DocumentNode } from 'graphql';
import { Kind } from 'graphql';
import type { Problem } from '../problem.ts';
import { problemAt } from './location.ts';
import type { ConnectVersion } from './mapping/mapping.ts';

/** Where Apollo's `@source` and `@connect` come from. */
const APOLLO_CONNECT_URL = 'https://specs.apollo.dev/connect/';
/** Where our `@grpc`, `@xml`, `@xmlNamespace` and `@mapping` come from. */
const SLUICE_CONNECTOR_URL = 'https://specs.sluice.dev/connector/';

const APOLLO_VERSIONS: readonly string[] = ['v0.1', 'v0.2', 'v0.3', 'v0.4'];

/** The mapping language that `@grpc` and `@xml` of connector/v0.1 use. */
const SLUICE_MAPPING_VERSION: ConnectVersion = '0.4';

/** The definitions of connector/v0.1, for documentation and editors; the gateway itself needs no copy in a schema. */
export const SLUICE_CONNECTOR_SDL = /* GraphQL */ `
  "A namespace of the XML documents that this subgraph reads and writes; the prefix is the one its mappings use, empty for the default namespace."
  directive @xmlNamespace(prefix: String! = "", uri: String!) repeatable on SCHEMA

  """
  How an answer becomes this type wherever a selection leaves it open: written once, used by all connectors of the schema.
  On an input: what a request sends where it takes such an input whole. On a value of an enum: what backends call it.
  """
  directive @mapping(
    "Mapping of one message, element or object; fields of the same name need none. On an input: from its fields."
    selection: String
    "For members of unions and interfaces: the child (oneof member, XML element) whose presence, or the xsi:type that, means this type. For a value of an enum: its name in the backend."
    from: String
  ) on OBJECT | INPUT_OBJECT | ENUM_VALUE

  "The field, or the entity, comes from a method of a gRPC service."
  directive @grpc(
    upstream: String!
    "Full name: package.Service/Method."
    method: String!
    "Mapping that gives the request message; without it arguments (or keys) of the same name are taken."
    request: String
    "Mapping of the response; without it fields of the same name are taken."
    selection: String
    headers: [ConnectorHeader!]
    batch: ConnectorBatch
    "The field finds an entity by its key: other subgraphs may reach it."
    entity: Boolean = false
  ) repeatable on FIELD_DEFINITION | OBJECT

  "The field, or the entity, comes from an XML service."
  directive @xml(
    upstream: String!
    GET: String
    "A read with a body."
    QUERY: String
    POST: String
    PUT: String
    PATCH: String
    DELETE: String
    "Mapping that gives the document to send, its only key the root element."
    body: String
    selection: String
    headers: [ConnectorHeader!]
    batch: ConnectorBatch
    entity: Boolean = false
  ) repeatable on FIELD_DEFINITION | OBJECT

  input ConnectorHeader {
    name: String!
    from: String
    value: String
  }

  input ConnectorBatch {
    "Most keys in one call."
    maxSize: Int
    "Mapping from the response to the list of answers, one (or with many: several) for each key."
    items: String
    "Mapping from one answer to the key it belongs to, with the names used after $batch."
    key: String
    "Whether a key may have several answers, so that the field gets a list of them."
    many: Boolean = false
  }
`;

type ConnectorDirective = 'source' | 'connect' | 'grpc' | 'xml' | 'xmlNamespace' | 'mapping';

/** The connector directives of one schema, under the names that it gave them. */
export interface LinkedDirectives {
  /** Directive name in the schema, without `@` → its meaning. */
  readonly names: ReadonlyMap<string, ConnectorDirective>;
  /** Mapping language of `@connect`, as linked. */
  readonly connectVersion: ConnectVersion;
  readonly sluiceVersion: ConnectVersion;
  /** The `@link`s themselves, which composition must not see. */
  readonly links: ReadonlySet<ConstDirectiveNode>;
}

const SLUICE_DIRECTIVES: ReadonlySet<string> = new Set<ConnectorDirective>([
  'grpc',
  'xml',
  'xmlNamespace',
  'mapping',
]);
const APOLLO_DIRECTIVES: ReadonlySet<string> = new Set<ConnectorDirective>(['source', 'connect']);

/** Reads the `@link`s of a schema (core schema spec, https://specs.apollo.dev/link/v1.0). */
export function readLinks(document: DocumentNode, problems: Problem[]): LinkedDirectives {
  const names = new Map<string, ConnectorDirective>();
  const links = new Set<ConstDirectiveNode>();
  let connectVersion: ConnectVersion = '0.4';
  for (const link of linksOf(document)) {
    const url = stringArgument(link, 'url');
    if (url === undefined) continue;
    const isApollo = url.startsWith(APOLLO_CONNECT_URL);
    if (!isApollo && !url.startsWith(SLUICE_CONNECTOR_URL)) continue;
    links.add(link);
    const version = url.slice((isApollo ? APOLLO_CONNECT_URL : SLUICE_CONNECTOR_URL).length);
    const known = isApollo ? APOLLO_VERSIONS : ['v0.1'];
    if (!known.includes(version)) {
      problems.push(
        problemAt(link, {
          code: 'CONNECTOR_UNKNOWN_VERSION',
          message: `The schema links ${url}, which this gateway does not know.`,
          fix: `Link one of: ${known.map((v) => url.slice(0, url.length - version.length) + v).join(', ')}.`,
        }),
      );
    } else if (isApollo) {
      connectVersion = version.slice(1) as ConnectVersion;
    }
    const own = isApollo ? APOLLO_DIRECTIVES : SLUICE_DIRECTIVES;
    const prefix = stringArgument(link, 'as') ?? (isApollo ? 'connect' : 'connector');
    for (const name of own)
      names.set(name === prefix ? name : `${prefix}__${name}`, name as ConnectorDirective);
    for (const { name, as } of importsOf(link)) {
      if (!name.startsWith('@')) continue;
      if (own.has(name.slice(1))) names.set(as.slice(1), name.slice(1) as ConnectorDirective);
      else
        problems.push(
          problemAt(link, {
            code: 'CONNECTOR_UNKNOWN_IMPORT',
            message: `${url} has no directive ${name}.`,
            fix: `It has: ${[...own].map((d) => `@${d}`).join(', ')}.`,
          }),
        );
    }
  }
  return { names, connectVersion, sluiceVersion: SLUICE_MAPPING_VERSION, links };
}

function linksOf(document: DocumentNode): ConstDirectiveNode[] {
  return document.definitions
    .filter((d) => d.kind === Kind.SCHEMA_DEFINITION || d.kind === Kind.SCHEMA_EXTENSION)
    .flatMap((d) => d.directives ?? [])
    .filter((d) => d.name.value === 'link');
}

function importsOf(link: ConstDirectiveNode): { name: string; as: string }[] {
  const value = link.arguments?.find((a) => a.name.value === 'import')?.value;
  if (value?.kind !== Kind.LIST) return [];
  return value.values.flatMap((item: ConstValueNode) => {
    if (item.kind === Kind.STRING) return [{ name: item.value, as: item.value }];
    if (item.kind !== Kind.OBJECT) return [];
    const field = (key: string) => {
      const found = item.fields.find((f) => f.name.value === key)?.value;
      return found?.kind === Kind.STRING ? found.value : undefined;
    };
    const name = field('name');
    return name === undefined ? [] : [{ name, as: field('as') ?? name }];
  });
}

function stringArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((a) => a.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
