import { type ConstDirectiveNode, type ConstValueNode, type DefinitionNode, Kind } from 'graphql';
import type { SupergraphFault } from './supergraph-error.ts';

/** A specification that a schema links (https://specs.apollo.dev/link/v1.0/): what its directives and types are called. */
export interface Feature {
  readonly url: string;
  /** The URL without the version. */
  readonly identity: string;
  readonly version: string;
  /** `for: SECURITY` or `EXECUTION`: who serves the schema must know the feature. */
  readonly purpose: string | undefined;
  readonly node: ConstDirectiveNode;
  /** Of `@link` and `@core`, imports and renaming considered: a directive's name in this schema. */
  directiveName(nameInSpecification: string): string;
  hasDirective(name: string): boolean;
  hasType(name: string): boolean;
}

const SPECIFICATIONS = 'https://specs.apollo.dev/';

/** What the gateway knows of each: newer versions may mean something else. */
const KNOWN_VERSIONS: Readonly<Record<string, readonly string[]>> = {
  core: ['v0.1', 'v0.2'],
  link: ['v1.0'],
  join: ['v0.1', 'v0.2', 'v0.3', 'v0.4', 'v0.5'],
  tag: ['v0.1', 'v0.2', 'v0.3'],
  inaccessible: ['v0.1', 'v0.2'],
  authenticated: ['v0.1'],
  requiresScopes: ['v0.1'],
  policy: ['v0.1'],
  context: ['v0.1'],
  cost: ['v0.1'],
  connect: ['v0.1', 'v0.2', 'v0.3', 'v0.4'],
  cacheTag: ['v0.1'],
};

/** The linked features, in order; none if the schema does not say how it links them. */
export function readFeatures(definitions: readonly DefinitionNode[]): readonly Feature[] {
  const links = definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? []).flatMap((directive) => readLink(directive) ?? [])
      : [],
  );
  const own = links.find(
    ({ feature, nameInSchema }) =>
      (feature.identity === `${SPECIFICATIONS}link` || feature.identity === `${SPECIFICATIONS}core`) &&
      feature.node.name.value === nameInSchema,
  );
  if (!own) return [];
  const name = own.feature.node.name.value;
  return links.filter(({ feature }) => feature.node.name.value === name).map(({ feature }) => feature);
}

/** By the name of an Apollo specification, for instance `join`. */
export function featureNamed(features: readonly Feature[], name: string): Feature | undefined {
  return features.find(({ identity }) => identity === SPECIFICATIONS + name);
}

/** Why a schema with these features cannot be served. */
export function refuseFeatures(features: readonly Feature[]): readonly SupergraphFault[] {
  if (features.length === 0 || !featureNamed(features, 'join'))
    return [
      {
        message:
          features.length === 0
            ? 'It links no specification (@link or @core).'
            : 'It does not link the join specification (https://specs.apollo.dev/join).',
      },
    ];
  return features.flatMap((feature) => {
    const { url, identity, version, purpose, node } = feature;
    const versions = identity.startsWith(SPECIFICATIONS)
      ? KNOWN_VERSIONS[identity.slice(SPECIFICATIONS.length)]
      : undefined;
    if (versions?.includes(version) === true) return [];
    if (versions)
      return [
        {
          message: `It links ${url}, a version that is not known here: ${listed(versions)} ${versions.length === 1 ? 'is' : 'are'}.`,
          node,
        },
      ];
    if (purpose === undefined) return [];
    const why =
      purpose === 'SECURITY'
        ? 'its protection would be missing'
        : 'operations would not run as they are meant to';
    return [{ message: `It links ${url} for ${purpose}, which is not known here: ${why}.`, node }];
  });
}

function listed(versions: readonly string[]): string {
  return versions.length < 3 ? versions.join(' and ') : `${versions[0]} to ${versions.at(-1)}`;
}

function readLink(node: ConstDirectiveNode): { feature: Feature; nameInSchema: string } | undefined {
  const url = text(node, 'url') ?? text(node, 'feature');
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  const path = pathname.split('/');
  const version = /^v\d+\.\d+$/.test(path.at(-1) ?? '') ? path.pop()! : '';
  const nameInSpecification = path.at(-1) ?? '';
  const nameInSchema = text(node, 'as') ?? nameInSpecification;
  const imports = readImports(argument(node, 'import'));
  const imported = new Set(imports.values());
  const prefix = `${nameInSchema}__`;
  const feature: Feature = {
    url,
    identity: origin + path.join('/'),
    version,
    purpose: text(node, 'for'),
    node,
    directiveName: (name) =>
      imports.get(`@${name}`)?.slice(1) ?? (name === nameInSpecification ? nameInSchema : prefix + name),
    hasDirective: (name) => name === nameInSchema || name.startsWith(prefix) || imported.has(`@${name}`),
    hasType: (name) => name.startsWith(prefix) || imported.has(name),
  };
  return { feature, nameInSchema };
}

/** Name in the specification → name in the schema. */
function readImports(list: ConstValueNode | undefined): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (list?.kind !== Kind.LIST) return names;
  for (const value of list.values) {
    if (value.kind === Kind.STRING) names.set(value.value, value.value);
    if (value.kind !== Kind.OBJECT) continue;
    const field = (name: string) => {
      const found = value.fields.find((each) => each.name.value === name)?.value;
      return found?.kind === Kind.STRING ? found.value : undefined;
    };
    const name = field('name');
    if (name !== undefined) names.set(name, field('as') ?? name);
  }
  return names;
}

function text(node: ConstDirectiveNode, name: string): string | undefined {
  const value = argument(node, name);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

function argument(node: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return node.arguments?.find((each) => each.name.value === name)?.value;
}
