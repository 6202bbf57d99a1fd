import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type UnionTypeDefinitionNode,
} from 'graphql';

const HEAD = `
directive @core(feature: String!) repeatable on SCHEMA
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
scalar join__FieldSet
`;

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/**
 * The supergraph as the composition of Federation 1 printed it (join v0.1): each field of an entity has one subgraph,
 * each entity an owner, and of all other types it does not say who has them. `undefined` = the graph shares fields
 * or has unions that differ, which that version could not tell.
 */
export function inJoinV01(supergraphSdl: string): string | undefined {
  const definitions: string[] = [HEAD];
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    const printed = printDefinition(definition);
    if (printed === undefined) return undefined;
    definitions.push(printed);
  }
  return definitions.join('\n');
}

function printDefinition(node: DefinitionNode): string | undefined {
  switch (node.kind) {
    case Kind.SCHEMA_DEFINITION: {
      const roots = node.operationTypes.map(({ operation, type }) => `${operation}: ${type.name.value}`);
      return `schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1") { ${roots.join(' ')} }`;
    }
    case Kind.ENUM_TYPE_DEFINITION:
      if (node.name.value === 'join__Graph') return print(node);
      if (node.name.value.includes('__')) return '';
      return print({
        ...node,
        directives: [],
        values: node.values?.map((value) => ({ ...value, directives: [] })) ?? [],
      });
    case Kind.OBJECT_TYPE_DEFINITION:
      return printObject(node);
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      if (node.name.value.includes('__')) return '';
      return print({ ...node, directives: [], fields: node.fields?.map(bare) ?? [] } as DefinitionNode);
    case Kind.UNION_TYPE_DEFINITION:
      return isSameEverywhere(node) ? print({ ...node, directives: [] }) : undefined;
    default:
      return '';
  }
}

/** Federation 1 wanted a union to have the same members in all subgraphs. */
function isSameEverywhere({ types = [], directives }: UnionTypeDefinitionNode): boolean {
  const uses = (name: string): readonly ConstDirectiveNode[] =>
    directives?.filter((use) => use.name.value === name) ?? [];
  return uses('join__unionMember').length === uses('join__type').length * types.length;
}

function bare<Node extends object>(node: Node): Node {
  return { ...node, directives: [] };
}

function printObject(node: ObjectTypeDefinitionNode): string | undefined {
  const types = (node.directives ?? []).filter(({ name }) => name.value === 'join__type');
  const keyed = types.filter((use) => argument(use, 'key') !== undefined);
  const isRoot = ROOTS.has(node.name.value);
  if (keyed.length === 0 && !isRoot) {
    // A value type must be the same wherever it is.
    const isWhole = (node.fields ?? []).every(({ directives }) => usesOf(directives).length === 0);
    return isWhole ? print({ ...node, directives: [], fields: node.fields?.map(bare) ?? [] }) : undefined;
  }
  const owner = argument(keyed[0] ?? types[0], 'graph');
  if (owner === undefined) return undefined;
  const keyNames = new Set(keyed.flatMap((use) => (argument(use, 'key') ?? '').split(/\W+/)));
  const fields: string[] = [];
  for (const field of node.fields ?? []) {
    const printed = printField(field, types, owner, keyNames);
    if (printed === undefined) return undefined;
    fields.push(printed);
  }
  const head = (node.interfaces ?? []).map(({ name }) => name.value).join(' & ');
  const marks = isRoot
    ? []
    : [
        `@join__owner(graph: ${owner})`,
        ...keyed.map(
          (use) => `@join__type(graph: ${argument(use, 'graph')}, key: "${argument(use, 'key')}")`,
        ),
      ];
  return `type ${node.name.value}${head === '' ? '' : ` implements ${head}`} ${marks.join(' ')} {\n${fields.join('\n')}\n}`;
}

function printField(
  field: FieldDefinitionNode,
  types: readonly ConstDirectiveNode[],
  owner: string,
  keyNames: ReadonlySet<string>,
): string | undefined {
  const uses = usesOf(field.directives);
  const resolving = uses.filter((use) => argument(use, 'external') !== 'true');
  const graphs = uses.length === 0 ? types.map((use) => argument(use, 'graph')) : [];
  const givers = uses.length === 0 ? graphs : resolving.map((use) => argument(use, 'graph'));
  const isKey = keyNames.has(field.name.value);
  if (!isKey && new Set(givers).size !== 1) return undefined;
  const giver = isKey && (givers.includes(owner) || givers.length === 0) ? owner : givers[0];
  const [use] = resolving;
  const more = (['requires', 'provides'] as const).flatMap((name) => {
    const text = use && argument(use, name);
    return text === undefined ? [] : [`, ${name}: ${JSON.stringify(text)}`];
  });
  return `  ${print(bare(field))} @join__field(graph: ${giver}${more.join('')})`;
}

function usesOf(directives: readonly ConstDirectiveNode[] | undefined): readonly ConstDirectiveNode[] {
  return directives?.filter(({ name }) => name.value === 'join__field') ?? [];
}

function argument(use: ConstDirectiveNode | undefined, name: string): string | undefined {
  const value = use?.arguments?.find((each) => each.name.value === name)?.value;
  if (value === undefined) return undefined;
  return value.kind === Kind.STRING || value.kind === Kind.ENUM ? value.value : print(value);
}
