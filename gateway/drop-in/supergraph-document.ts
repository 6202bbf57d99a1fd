import { type ConstArgumentNode, type ConstDirectiveNode, type DocumentNode, Kind, parse } from 'graphql';

/** A subgraph that a supergraph names. `url` is empty if composition knew none. */
export interface NamedService {
  readonly name: string;
  readonly url: string;
}

/**
 * The subgraphs of a supergraph, out of its `join__Graph` enum (https://specs.apollo.dev/join).
 * @throws Error if the SDL cannot be parsed, or relies on a feature that nobody would enforce or run here
 */
export function readSupergraph(supergraphSdl: string): readonly NamedService[] {
  let document: DocumentNode;
  try {
    document = parse(supergraphSdl, { noLocation: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The supergraph SDL cannot be parsed: ${reason}`, { cause });
  }
  refuseUnenforced(document);
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph'
      ? (definition.values ?? []).flatMap(({ directives }) => servicesOf(directives ?? []))
      : [],
  );
}

function servicesOf(directives: readonly ConstDirectiveNode[]): NamedService[] {
  return directives.flatMap((directive) => {
    if (directive.name.value !== 'join__graph') return [];
    const name = argument(directive, 'name');
    return name === undefined ? [] : [{ name, url: argument(directive, 'url') ?? '' }];
  });
}

/** `@inaccessible` is enforced by the API schema itself, `@context` by the plans. */
const ENFORCED = /^https:\/\/specs\.apollo\.dev\/(inaccessible|context)\//;
const CONNECTORS = /^https:\/\/specs\.apollo\.dev\/connect\//;

/** As ApolloGateway does: a schema that asks for protection is not served without it. */
function refuseUnenforced(document: DocumentNode): void {
  const refused: string[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const url = argument(directive, 'url') ?? argument(directive, 'feature');
      if (url === undefined) continue;
      const isProtection = argument(directive, 'for') === 'SECURITY' && !ENFORCED.test(url);
      if (isProtection || CONNECTORS.test(url)) refused.push(url);
    }
  }
  if (refused.length === 0) return;
  throw new Error(
    `The supergraph relies on ${refused.join(', ')}, which neither ApolloGateway nor SluiceGateway enforces or runs behind Apollo Server. Serve it with "sluice start", or take the feature out of the subgraphs.`,
  );
}

function argument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((node: ConstArgumentNode) => node.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}
